"""Which indexes pip's configuration names, in all its places."""

from pathlib import Path

import pytest

from playground.engine.lab.egress_pip import index_url, read_pip
from tests.engine.lab.egress_machine import machine, servers

BUILT_IN = {"PyPI": "https://index.example/simple\nhttps://files.example\n"}


def test_without_any_configuration_pip_itself_is_asked(tmp_path: Path) -> None:
    found = read_pip(machine(tmp_path, answers=BUILT_IN))
    assert servers(found.origins) == ["https://index.example:443", "https://files.example:443"]


def test_a_machine_without_pip_says_so(tmp_path: Path) -> None:
    found = read_pip(machine(tmp_path))
    assert found.origins == []
    assert "pip is not installed" in found.notes[0]


@pytest.mark.parametrize(
    "place", ["/etc/pip.conf", "/etc/xdg/pip/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf"]
)
def test_every_place_is_read_and_replaces_the_built_in_index(tmp_path: Path, place: str) -> None:
    there = machine(tmp_path, {place: "[global]\nindex-url = https://packages.example/simple\n"}, answers=BUILT_IN)
    assert servers(read_pip(there).origins) == ["https://packages.example:443"]
    assert index_url(there) == "https://packages.example/simple"


def test_the_users_file_counts_more_than_the_machines_and_a_variable_most(tmp_path: Path) -> None:
    files = {
        "/etc/pip.conf": "[global]\nindex-url = https://machine.example/simple\n",
        "~/.config/pip/pip.conf": "[global]\nindex_url = https://user.example/simple\n",
    }
    assert servers(read_pip(machine(tmp_path, files)).origins) == ["https://user.example:443"]
    env = {"PIP_INDEX_URL": "https://variable.example:8443/simple"}
    assert servers(read_pip(machine(tmp_path, files, env=env)).origins) == ["https://variable.example:8443"]


def test_a_named_file_counts_too_and_dev_null_switches_all_files_off(tmp_path: Path) -> None:
    files = {
        "/etc/pip.conf": "[global]\nindex-url=https://machine.example/\n",
        "/opt/p.conf": "[install]\nINDEX-URL: https://named.example/\n",
    }
    named = read_pip(machine(tmp_path, files, env={"PIP_CONFIG_FILE": "/opt/p.conf"}))
    assert servers(named.origins) == ["https://machine.example:443", "https://named.example:443"]
    off = read_pip(machine(tmp_path, files, env={"PIP_CONFIG_FILE": "/dev/null"}, answers=BUILT_IN))
    assert servers(off.origins) == ["https://index.example:443", "https://files.example:443"]


def test_further_indexes_and_links_may_be_many_on_many_lines(tmp_path: Path) -> None:
    text = """\
; a comment
[global]
index-url = https://user:secret@packages.example/simple
extra-index-url =
    http://one.example:8080/simple
    https://two.example/simple   file:///srv/wheels
find-links = /srv/wheels https://three.example/links.html
trusted-host = nobody.example
no-value
[freeze]
index-url = https://other.example/
"""
    found = read_pip(machine(tmp_path, {"/etc/pip.conf": text}))
    assert servers(found.origins) == [
        "https://packages.example:443", "http://one.example:8080", "https://two.example:443", "https://three.example:443",
    ]  # fmt: skip
    assert "secret" not in str(found.origins)


def test_with_no_index_only_links_count(tmp_path: Path) -> None:
    text = "[global]\nno-index = true\nindex-url = https://packages.example/\nfind-links = https://links.example/\n"
    found = read_pip(machine(tmp_path, {"/etc/pip.conf": text}, answers=BUILT_IN))
    assert servers(found.origins) == ["https://links.example:443"]
    assert servers(read_pip(machine(tmp_path / "b", env={"PIP_NO_INDEX": "1"}, answers=BUILT_IN)).origins) == []


@pytest.mark.parametrize(
    "text", ["index-url = https://packages.example/\n", "[global\nx=1", "\x00\xff", "[global]\n  a\nb: c\n= d"]
)
def test_a_file_that_is_none_is_told_and_passed_over(tmp_path: Path, text: str) -> None:
    found = read_pip(machine(tmp_path, {"/etc/pip.conf": text}, answers=BUILT_IN))
    assert servers(found.origins) == ["https://index.example:443", "https://files.example:443"]
    assert any("/etc/pip.conf" in note for note in found.notes)


def test_pips_own_proxy_is_noted(tmp_path: Path) -> None:
    found = read_pip(machine(tmp_path, env={"PIP_PROXY": "http://proxy.example:3128", "PIP_NO_INDEX": "yes"}))
    assert found.proxies == {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}
