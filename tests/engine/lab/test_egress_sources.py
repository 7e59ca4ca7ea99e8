"""The machine's configuration put together: servers, operators' additions, the machine's own proxies."""

import sys
from pathlib import Path

import pytest

from playground.engine.lab.egress_origins import Upstream, normal_host, origin
from playground.engine.lab.egress_sources import ask, read_sources
from tests.engine.lab.egress_machine import machine, servers

APT = {"/etc/apt/sources.list": "deb http://packages.example/debian bookworm main\n"}


def test_all_three_are_read_and_a_server_stands_once_for_each(tmp_path: Path) -> None:
    files = {
        **APT,
        "/etc/apt/sources.list.d/x.list": "deb http://packages.example/security bookworm main\n",
        "/etc/pip.conf": "[global]\nindex-url = https://index.example/simple\n",
        "~/.npmrc": "registry=https://registry.example/\n",
    }
    found = read_sources(machine(tmp_path, files))
    assert [(one.source, one.host) for one in found.origins] == [
        ("apt", "packages.example"), ("pip", "index.example"), ("npm", "registry.example"),
    ]  # fmt: skip


def test_an_operator_may_add_servers(tmp_path: Path) -> None:
    found = read_sources(
        machine(tmp_path), ["Files.Example", "http://plain.example:8080", "not a host", "ftp://x.example"]
    )
    assert servers(found.origins) == ["https://files.example:443", "http://plain.example:8080"]
    assert len([note for note in found.notes if "DRYDOCK_EGRESS_HOSTS" in note]) == 2


@pytest.mark.parametrize(
    ("env", "scheme", "host"),
    [
        ({"http_proxy": "http://proxy.example:3128"}, "http", "proxy.example"),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https", "proxy.example"),
        ({"all_proxy": "http://proxy.example:3128/"}, "https", "proxy.example"),
        (
            {"http_proxy": "http://small.example:3128", "HTTP_PROXY": "http://large.example:3128"},
            "http",
            "small.example",
        ),
    ],
)
def test_the_machines_own_proxy_is_used(tmp_path: Path, env: dict[str, str], scheme: str, host: str) -> None:
    upstream = read_sources(machine(tmp_path, APT, env=env)).upstream(scheme, "packages.example")
    assert upstream == Upstream(host, 3128)


def test_the_environment_counts_more_than_apts_proxy_and_a_host_may_be_direct(tmp_path: Path) -> None:
    conf = 'Acquire::http::Proxy "http://apt.example:1"; Acquire::http::Proxy::direct.example "DIRECT";'
    there = machine(tmp_path, {**APT, "/etc/apt/apt.conf": conf})
    assert read_sources(there).upstream("http", "packages.example") == Upstream("apt.example", 1)
    assert read_sources(there).upstream("http", "direct.example") is None
    there = machine(tmp_path, env={"http_proxy": "http://env.example:2"})
    assert read_sources(there).upstream("http", "packages.example") == Upstream("env.example", 2)


@pytest.mark.parametrize(
    ("told", "direct"),
    [
        ("packages.example", True),
        (".example", True),
        ("example", True),
        ("*", True),
        ("other.example, 10.0.0.0/8", False),
        ("kages.example", False),
        ("", False),
    ],
)
def test_no_proxy_names_what_is_reached_directly(tmp_path: Path, told: str, direct: bool) -> None:
    env = {"http_proxy": "http://proxy.example:3128", "no_proxy": told}
    upstream = read_sources(machine(tmp_path, APT, env=env)).upstream("http", "packages.example")
    assert (upstream is None) is direct


def test_a_proxy_that_is_no_http_proxy_is_told(tmp_path: Path) -> None:
    found = read_sources(machine(tmp_path, env={"all_proxy": "socks5://user:secret@proxy.example:1080"}))
    assert found.upstream("http", "packages.example") is None
    assert "socks5://…@proxy.example" in " ".join(found.notes)


def test_a_proxys_credentials_become_its_header() -> None:
    upstream = Upstream.of("http://us%40er:p%3Aw@proxy.example:3128")
    assert upstream == Upstream("proxy.example", 3128, "Basic dXNAZXI6cDp3")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("HTTP://User:pw@Packages.Example./x", ("http", "packages.example", 80)),
        ("https://[2001:db8::1]:8443/", ("https", "2001:db8::1", 8443)),
        ("https://bücher.example/", ("https", "xn--bcher-kva.example", 443)),
        ("mirror://packages.example/list", ("http", "packages.example", 80)),
        ("mirror+https://packages.example/list", ("https", "packages.example", 443)),
    ],
)
def test_an_address_leads_to_its_server(url: str, server: tuple[str, str, int]) -> None:
    found = origin(url, "apt")
    assert found is not None
    assert (found.scheme, found.host, found.port) == server


@pytest.mark.parametrize(
    "url", ["", "packages.example", "ftp://packages.example", "http://", "http://:80/", "http://a b/", "http://x:0/",
            "http://x:port/", "tor+http://packages.example/", "http://-.exa mple/", "https://\u2026/"],
)  # fmt: skip
def test_what_is_no_address_of_a_server_leads_nowhere(url: str) -> None:
    assert origin(url, "apt") is None


def test_hosts_are_compared_in_one_form() -> None:
    assert normal_host("Packages.EXAMPLE.") == "packages.example"
    assert normal_host("[::1]") == "::1"
    assert normal_host("a..b\n") == ""


def test_a_program_that_fails_or_is_not_there_answers_nothing() -> None:
    assert ask([sys.executable, "-c", "print('yes')"]) == "yes\n"
    assert ask([sys.executable, "-c", "print('no'); raise SystemExit(3)"]) == ""
    assert ask(["/no/such/program"]) == ""
