"""Which package indexes and proxy this machine's pip uses: pip.conf in all its places, PIP_* variables, and the index
that pip has built in. Called by `egress_sources`.
"""

import configparser
import sys
from collections.abc import Mapping

from playground.engine.lab.egress_origins import Found, Machine

SECTIONS = ("global", "install", "download", "wheel", "index")
ADDRESSES = ("index-url", "extra-index-url", "find-links")
YES = frozenset({"y", "yes", "t", "true", "on", "1"})  # pip's strtobool
NOWHERE = "/dev/null"
# pip knows its own index and where that keeps files; asking it keeps both names out of this project.
ASK = "from pip._internal.models.index import PyPI;print(PyPI.simple_url); print('https://' + PyPI.file_storage_domain)"

Settings = Mapping[str, Mapping[str, str]]


def read_pip(machine: Machine) -> Found:
    """Every server that pip asks by itself, and its proxy."""
    found = Found()
    settings = files(machine, found.notes)
    env = variables(machine.env)
    no_index = _is_yes(env.get("no-index") or settings.get("global", {}).get("no-index", ""))
    for key in ADDRESSES:
        if no_index and key != "find-links":
            continue
        values = [env[key]] if key in env else [settings[name][key] for name in settings if key in settings[name]]
        for url in " ".join(values).split():
            found.add(url, "pip")
    has_index = "index-url" in env or any("index-url" in section for section in settings.values())
    if not (no_index or has_index):
        _add_built_in(machine, found)
    proxy = env.get("proxy") or settings.get("global", {}).get("proxy", "")
    if proxy:
        found.proxies.update({"http": proxy, "https": proxy})
    return found


def index_url(machine: Machine) -> str:
    """The index that the machine's configuration names ('': pip's own), for builds to ask the same one."""
    env, settings = variables(machine.env), files(machine, [])
    return env.get("index-url") or settings.get("global", {}).get("index-url", "")


def files(machine: Machine, notes: list[str]) -> dict[str, dict[str, str]]:
    """The sections of every pip.conf, a later file over an earlier one."""
    merged: dict[str, dict[str, str]] = {}
    for place in places(machine):
        text = machine.text(place, notes)
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        try:
            parser.read_string(text.removeprefix("\ufeff"))
        except configparser.Error as error:
            notes.append(f"{place} is no pip.conf: {str(error).splitlines()[0]}")
            continue
        for section in parser.sections():
            if section.lower() in SECTIONS:
                known = merged.setdefault(section.lower(), {})
                known.update({_key(key): value or "" for key, value in parser.items(section)})
    return merged


def places(machine: Machine) -> list[str]:
    """Where pip looks, what counts least first (pip's user guide, "Configuration")."""
    env = machine.env
    named = env.get("PIP_CONFIG_FILE", "")
    if named == NOWHERE:
        return []
    config = env.get("XDG_CONFIG_HOME", "") or "~/.config"
    return [
        *(f"{folder}/pip/pip.conf" for folder in (env.get("XDG_CONFIG_DIRS", "") or "/etc/xdg").split(":") if folder),
        "/etc/pip.conf",
        "~/.pip/pip.conf",
        f"{config}/pip/pip.conf",
        f"{sys.prefix}/pip.conf",
        *([named] if named else []),
    ]


def variables(env: Mapping[str, str]) -> dict[str, str]:
    """PIP_INDEX_URL and its like by the names that pip.conf has for them."""
    return {_key(name[4:]): value for name, value in env.items() if name.startswith("PIP_") and value.strip()}


def _key(name: str) -> str:
    return name.strip().lower().replace("_", "-").removeprefix("--")


def _is_yes(value: str) -> bool:
    return value.strip().lower() in YES


def _add_built_in(machine: Machine, found: Found) -> None:
    for python in dict.fromkeys((sys.executable, "/usr/bin/python3", "python3")):
        told = machine.ask([python, "-c", ASK]).split()
        if told:
            for url in told:
                found.add(url, "pip")
            return
    found.notes.append("pip is not installed here, so builds cannot reach its index")
