"""Which servers and proxies this machine's apt uses: sources.list(5) in both its formats, apt.conf(5). Pure but for
reading files below the machine's root; called by `egress_sources`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from playground.engine.lab.egress_origins import Found, Machine

# sources.list(5): type, options in brackets, address
ONE_LINE = re.compile(r'\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s*)?(?:"([^"]+)"|(\S+))\s+\S')
# apt.conf(5): comments, a directive with #, a quoted value, a brace or semicolon, a bare word
PIECE = re.compile(
    r'//[^\n]*|/\*.*?\*/|#(?!clear\b)[^\n]*|#clear|"(?:[^"\\]|\\.)*"|[{};]|(?:(?!//|/\*)[^\s{};"])+', re.DOTALL
)
PART = re.compile(r"[A-Za-z0-9_.-]+")
NO = frozenset({"no", "false", "without", "off", "disable", "0"})  # apt's StringToBool


def read_apt(machine: Machine) -> Found:
    """Every server of every enabled source, and apt's own proxies."""
    found = Found()
    for file in (machine.at("/etc/apt/sources.list"), *parts(machine, "/etc/apt/sources.list.d", ".list")):
        for url in one_line(machine.text(file, found.notes)):
            found.add(url, "apt")
    for file in parts(machine, "/etc/apt/sources.list.d", ".sources"):
        for url in deb822(machine.text(file, found.notes)):
            found.add(url, "apt")
    found.proxies.update(proxies(configuration(machine, found.notes)))
    return found


def parts(machine: Machine, folder: str, *endings: str) -> list[Path]:
    """The files of a .d folder that apt reads: by their ending ('': none at all), in their order."""
    try:
        files = sorted(machine.at(folder).iterdir())
    except OSError:
        return []
    return [file for file in files if PART.fullmatch(file.name) and file.suffix in endings]


def one_line(text: str) -> Iterator[str]:
    """The addresses of `deb [options] ADDRESS suite component…` lines. A # ends a line, but not inside brackets."""
    for line in text.splitlines():
        before = re.match(r"(?:\[[^\]]*\]|[^#\[])*", line)
        match = ONE_LINE.match(before[0] if before else line)
        if match:
            yield match[1] or match[2]


def deb822(text: str) -> Iterator[str]:
    """The addresses of stanzas with Types and URIs, unless they say Enabled: no."""
    for stanza in re.split(r"\n(?:[ \t]*\n)+", "\n".join(text.splitlines())):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in {" ", "\t"}:
                fields[name] = f"{fields.get(name, '')} {line.strip()}"
                continue
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
        if fields.get("enabled", "yes").strip().lower() in NO:
            continue
        if {"deb", "deb-src"} & set(fields.get("types", "").split()):
            yield from fields.get("uris", "").split()


def configuration(machine: Machine, notes: list[str]) -> dict[str, str]:
    """apt.conf's values by their full names in small letters; a later file wins."""
    named = machine.env.get("APT_CONFIG", "")
    values: dict[str, str] = {}
    for file in (
        *([machine.at(named)] if named else []),
        *parts(machine, "/etc/apt/apt.conf.d", "", ".conf"),
        machine.at("/etc/apt/apt.conf"),
    ):
        read_configuration(machine.text(file, notes), values)
    return values


def read_configuration(text: str, values: dict[str, str]) -> None:
    """Add to *values* what one file says: `A::B "c";` and `A { B "c"; };` are the same."""
    scopes: list[str] = []
    words: list[str] = []
    for piece in (match[0] for match in PIECE.finditer(text)):
        if piece.startswith(("//", "/*")) or (piece.startswith("#") and piece != "#clear"):
            continue
        if piece == "{":
            scopes.append(words[0] if words else "")
            words = []
        elif piece in {";", "}"}:
            _statement(scopes, words, values)
            words = []
            if piece == "}" and scopes:
                scopes.pop()
        else:
            words.append(piece)
    _statement(scopes, words, values)


def _statement(scopes: list[str], words: list[str], values: dict[str, str]) -> None:
    if len(words) < 2:  # a name without a value, or an entry of a list
        return
    if words[0] == "#clear":
        gone = _full(scopes, words[1])
        for name in [name for name in values if name == gone or name.startswith(f"{gone}::")]:
            del values[name]
        return
    values[_full(scopes, words[0])] = " ".join(word.strip('"') for word in words[1:])


def _full(scopes: list[str], name: str) -> str:
    return "::".join(part.strip(":") for part in (*scopes, name) if part.strip(":")).lower()


def proxies(values: dict[str, str]) -> dict[str, str]:
    """Acquire::http::Proxy and its like, by scheme and by "scheme host". What apt says of http holds for https too."""
    told: dict[str, str] = {}
    for scheme in ("http", "https"):
        name = f"acquire::{scheme}::proxy"
        if values.get(name):
            told[scheme] = values[name]
        for key, value in values.items():
            if key.startswith(f"{name}::"):
                told[f"{scheme} {key.removeprefix(name + '::')}"] = value
    if "http" in told:
        told.setdefault("https", told["http"])
    return told
