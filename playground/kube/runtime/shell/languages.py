"""python, node and the like: print and sleep are followed, a file that is not there is missed as they miss it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from playground.kube.runtime.shell.expand import plain
from playground.kube.runtime.shell.host import Exit
from playground.kube.runtime.shell.program import Text
from playground.kube.runtime.shell.run import Command, Run

_STATEMENT: Final = re.compile(
    r"(?:print|console\.log|puts)\s*\(?\s*f?(?P<quote>['\"])(?P<text>.*?)(?P=quote)"
    r"|(?:time\.)?sleep\s*\(?\s*(?P<sleep>[0-9.]+)|(?:sys\.|process\.)?\bexit\s*\(\s*(?P<exit>[0-9]*)|(?P<raise>\braise\b|\bthrow\b)"
)
_MISSING: Final = {
    "python": ("python: can't open file '/{}': [Errno 2] No such file or directory", 2),
    "python3": ("python3: can't open file '/{}': [Errno 2] No such file or directory", 2),
    "node": ("Error: Cannot find module '/{}'", 1),
    "java": ("Error: Unable to access jarfile {}", 1),
}


def interpreter(run: Run, words: list[Text]) -> int:
    """Run a program given as text or as a mounted file; without any it ends at once, as there is no terminal."""
    name, *values = [plain([word]) for word in words]
    short = name.rpartition("/")[2]
    if values[:2] == ["-m", "http.server"]:
        port = values[2] if len(values) > 2 and values[2].isdecimal() else "8000"
        run.serve(f"serve port={port} memory=15Mi cpu=2ms ignore-sigterm flavour=files")
    flags = [value for value in values if value in {"-c", "-e", "-r"}]
    if flags and values.index(flags[0]) + 1 < len(values):
        return _follow(run, values[values.index(flags[0]) + 1])
    files = [value for value in values if not value.startswith("-")]
    if not files:
        if any(value in {"--version", "-V", "-v", "-version"} for value in values):
            run.say((short,))
        return 0
    if files[0] in run.files:
        return _follow(run, plain([run.files[files[0]]]))
    told, code = _MISSING.get(short, (short + ": {}: No such file or directory", 1))
    run.complain(told.format(files[0].lstrip("/")))
    return code


def _follow(run: Run, code: str) -> int:
    """Follow what is printed and slept, statement by statement; after `while True` without end."""
    endless = re.search(r"while\s*\(?\s*(?:True|true|1)\b", code)
    for match in _STATEMENT.finditer(code, 0, endless.start() if endless else len(code)):
        _step(run, match)
    if endless:
        body = " ; ".join(_as_shell(match) for match in _STATEMENT.finditer(code, endless.start()))
        run.node_of(f"while true; do {body or 'true'}; done")
    return 0


def _as_shell(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return f"echo '{match['text']}'".replace("\n", " ")
    return f"sleep {match['sleep']}" if match["sleep"] else "true"


def _step(run: Run, match: re.Match[str]) -> None:
    if match["text"] is not None:
        run.say((match["text"],))
    elif match["sleep"]:
        run.wait(float(match["sleep"]))
    elif match["raise"]:
        run.complain("Error: raised by the program")
        raise Exit(1)
    else:
        raise Exit(int(match["exit"] or 0) & 255)


LANGUAGES: Final[Mapping[str, Command]] = dict.fromkeys(
    ("python", "python3", "node", "ruby", "php", "java", "Rscript", "julia", "go", "elixir"), interpreter
)
