"""Which registries and proxy this machine's npm uses: .npmrc in all its places, npm_config_* variables, and npm's own
answer. Called by `egress_sources`.
"""

import re
from collections.abc import Mapping

from playground.engine.lab.egress_origins import Found, Machine

# npmrc(5) is ini: a key, perhaps with [], an equals sign, a value perhaps in quotes
LINE = re.compile(r"\s*(?P<key>[^=;#\s][^=]*?)\s*(?:\[\])?\s*=\s*(?P<value>.*?)\s*")
VARIABLE = re.compile(r"\\?\$\{([^}?]+)\??\}")
PREFIXES = ("/usr", "/usr/local")


def read_npm(machine: Machine) -> Found:
    """Every registry that npm asks, and its proxy. Tokens are looked at by nobody."""
    found = Found()
    settings: dict[str, str] = {}
    for place in places(machine.env):
        settings.update(read(machine.text(place, found.notes), machine.env))
    settings.update(variables(machine.env))
    for key, value in settings.items():
        if key == "registry" or (key.startswith("@") and key.endswith(":registry")):
            found.add(value, "npm")
    if not settings.get("registry"):
        found.add(machine.ask(["npm", "config", "get", "registry"]).strip(), "npm")
    for scheme, keys in (("http", ("proxy", "http-proxy")), ("https", ("https-proxy", "proxy"))):
        told = next((settings[key] for key in keys if settings.get(key)), "")
        if told:
            found.proxies[scheme] = told
    return found


def registry(machine: Machine) -> str:
    """The registry that the machine's configuration names ('': npm's own), for builds to ask the same one."""
    settings: dict[str, str] = {}
    for place in places(machine.env):
        settings.update(read(machine.text(place, []), machine.env))
    return {**settings, **variables(machine.env)}.get("registry", "")


def places(env: Mapping[str, str]) -> list[str]:
    """Where npm looks, what counts least first. Not the folder it is called in: a project's file is the project's."""
    known = variables(env)
    prefix = known.get("prefix") or env.get("PREFIX", "")
    return [
        "/etc/npmrc",
        *(f"{folder}/etc/npmrc" for folder in (*PREFIXES, *([prefix] if prefix else []))),
        *([known["globalconfig"]] if known.get("globalconfig") else []),
        known.get("userconfig") or "~/.npmrc",
    ]


def read(text: str, env: Mapping[str, str]) -> dict[str, str]:
    """One file's settings; `${NAME}` stands for a variable, sections belong to others."""
    settings: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        if line.strip().startswith("["):
            break
        match = LINE.fullmatch(line)
        if match:
            value = match["value"]
            if value[:1] in {'"', "'"} and value[-1:] == value[:1]:
                value = value[1:-1]
            else:
                value = re.split(r"\s[;#]", value)[0].strip()
            settings[match["key"].strip("\"'")] = VARIABLE.sub(lambda found: env.get(found[1], ""), value)
    return settings


def variables(env: Mapping[str, str]) -> dict[str, str]:
    """npm_config_registry and its like, however they are written."""
    return {
        name[len("npm_config_") :].replace("_", "-").lower(): value
        for name, value in env.items()
        if name.lower().startswith("npm_config_") and value
    }
