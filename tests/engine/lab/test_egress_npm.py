"""Which registries npm's configuration names, in all its places."""

from pathlib import Path

import pytest

from playground.engine.lab.egress_npm import read, read_npm, registry
from tests.engine.lab.egress_machine import machine, servers

OWN = {"npm": "https://registry.example/\n"}


def test_without_any_configuration_npm_itself_is_asked(tmp_path: Path) -> None:
    assert servers(read_npm(machine(tmp_path, answers=OWN)).origins) == ["https://registry.example:443"]


def test_a_machine_without_npm_names_nothing(tmp_path: Path) -> None:
    assert read_npm(machine(tmp_path)).origins == []


@pytest.mark.parametrize("place", ["/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc", "~/.npmrc"])
def test_every_place_is_read(tmp_path: Path, place: str) -> None:
    there = machine(tmp_path, {place: "registry=https://packages.example/npm/\n"}, answers=OWN)
    assert servers(read_npm(there).origins) == ["https://packages.example:443"]
    assert registry(there) == "https://packages.example/npm/"


@pytest.mark.parametrize("name", ["npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_REGISTRY"])
def test_a_variable_counts_more_than_a_file(tmp_path: Path, name: str) -> None:
    files = {"~/.npmrc": "registry=https://file.example/\n"}
    there = machine(tmp_path, files, env={name: "http://variable.example:4873/"})
    assert servers(read_npm(there).origins) == ["http://variable.example:4873"]


def test_files_may_be_elsewhere(tmp_path: Path) -> None:
    files = {"~/.npmrc": "registry=https://home.example/\n", "/opt/etc/npmrc": "@a:registry=https://a.example\n",
             "/srv/npmrc": "registry=https://user.example/\n"}  # fmt: skip
    env = {"npm_config_prefix": "/opt", "npm_config_userconfig": "/srv/npmrc"}
    found = read_npm(machine(tmp_path, files, env=env)).origins
    assert servers(found) == ["https://a.example:443", "https://user.example:443"]


def test_scopes_have_registries_of_their_own_and_tokens_are_nobodys_business(tmp_path: Path) -> None:
    text = """\
; comment
# comment
registry = "https://packages.example/"  
@team:registry=https://team.example:8443/
//team.example:8443/:_authToken=secret
strict-ssl=false
ca[]="one"
"""  # noqa: W291 - a space at the end of a line is one of the forms
    found = read_npm(machine(tmp_path, {"~/.npmrc": text}))
    assert servers(found.origins) == ["https://packages.example:443", "https://team.example:8443"]
    assert "secret" not in str(found)


def test_variables_in_values_are_filled_in() -> None:
    text = "registry=https://${HOST}/\n@a:registry=https://${NONE?}a.example/ ; note\n[section]\nregistry=https://no.example/\n"
    settings = read(text, {"HOST": "packages.example"})
    assert settings == {"registry": "https://packages.example/", "@a:registry": "https://a.example/"}


def test_npms_own_proxies_are_noted(tmp_path: Path) -> None:
    text = "proxy=http://one.example:1\nhttps-proxy=http://two.example:2\nregistry=https://packages.example\n"
    found = read_npm(machine(tmp_path, {"~/.npmrc": text}))
    assert found.proxies == {"http": "http://one.example:1", "https": "http://two.example:2"}
