"""Which servers apt's configuration names, in all the forms that apt reads."""

from pathlib import Path

import pytest

from playground.engine.lab.egress_apt import deb822, one_line, read_apt, read_configuration
from tests.engine.lab.egress_machine import machine, servers


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("deb http://packages.example/debian bookworm main", "http://packages.example/debian"),
        (
            "  deb-src\thttps://packages.example:8443/debian/ bookworm main contrib",
            "https://packages.example:8443/debian/",
        ),
        ("deb [arch=amd64 signed-by=/k.gpg] http://packages.example/ ./", "http://packages.example/"),
        ("deb [ trusted=yes ]http://packages.example/ ./", "http://packages.example/"),
        ("deb [signed-by=/a#b.gpg] http://packages.example/d x main # ours", "http://packages.example/d"),
        ('deb "http://packages.example/with space" bookworm main', "http://packages.example/with space"),
        ("deb mirror+https://packages.example/list.txt bookworm main", "mirror+https://packages.example/list.txt"),
    ],
)
def test_a_line_of_sources_list_names_its_server(line: str, address: str) -> None:
    assert list(one_line(line)) == [address]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# deb http://packages.example/ x main",
        "deb",
        "deb http://packages.example/",
        "rpm http://packages.example/ x y",
        "debug http://packages.example/ x main",
        "deb [arch=amd64",
    ],
)
def test_a_line_that_is_no_source_names_none(line: str) -> None:
    assert list(one_line(line)) == []


def test_stanzas_name_every_server_of_every_enabled_source() -> None:
    text = """\
# deb822-style(5)
Types: deb deb-src
# http://comment.example/debian
URIs: http://one.example/debian
  https://two.example:8443/debian
# http://inside.example/ in the middle
 http://three.example/
Suites: bookworm
Components: main

TYPES: deb
uris: http://four.example/
Enabled: YES
Suites: x/

Types: deb
URIs: http://off.example/
Enabled: no
Suites: x/
 \t
Types: rpm
URIs: http://other.example/

URIs: http://typeless.example/
"""
    named = [
        "http://one.example/debian",
        "https://two.example:8443/debian",
        "http://three.example/",
        "http://four.example/",
    ]
    assert list(deb822(text)) == named
    assert list(deb822(text.replace("\n", "\r\n"))) == named


def test_of_a_folder_only_files_that_apt_reads_count(tmp_path: Path) -> None:
    source = "deb http://{}.example/ x main\n"
    there = machine(
        tmp_path,
        {
            "/etc/apt/sources.list": source.format("main"),
            "/etc/apt/sources.list.d/b.list": source.format("b"),
            "/etc/apt/sources.list.d/a.list": source.format("a"),
            "/etc/apt/sources.list.d/c.list.save": source.format("saved"),
            "/etc/apt/sources.list.d/odd name.list": source.format("odd"),
            "/etc/apt/sources.list.d/d.sources": "Types: deb\nURIs: http://d.example\nSuites: x/\n",
            "/etc/apt/sources.list.d/e.sources.disabled": "Types: deb\nURIs: http://e.example\nSuites: x/\n",
        },
    )
    found = [f"http://{name}.example:80" for name in ("main", "a", "b", "d")]
    assert servers(read_apt(there).origins) == found


def test_what_leads_to_no_server_is_skipped_and_strange_ones_are_told(tmp_path: Path) -> None:
    lines = ("file:/srv/debian", "cdrom:[Debian]/", "copy:///srv", "ssh://user:secret@packages.example/x",
             "http://packages.example:99999/x")  # fmt: skip
    text = "".join(f"deb {line} bookworm main\n" for line in lines)
    found = read_apt(machine(tmp_path, {"/etc/apt/sources.list": text}))
    assert found.origins == []
    assert len(found.notes) == 2
    assert "secret" not in str(found.notes)


def test_a_machine_without_apt_names_nothing(tmp_path: Path) -> None:
    found = read_apt(machine(tmp_path))
    assert (found.origins, found.proxies, found.notes) == ([], {}, [])


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ('Acquire::http::Proxy "http://proxy.example:3128/";', "http://proxy.example:3128/"),
        ('acquire { HTTP { proxy "http://proxy.example:3128"; }; };', "http://proxy.example:3128"),
        ('Acquire::http { Proxy "http://proxy.example"; Pipeline-Depth "0"; }', "http://proxy.example"),
        ("Acquire::http::Proxy proxy.example:3128;", "proxy.example:3128"),
        ('// Acquire::http::Proxy "http://no.example";\n# Acquire::http::Proxy "http://no.example";', None),
        ('/* Acquire::http::Proxy "http://no.example"; */', None),
        ('Acquire::http::Proxy "http://no.example"; #clear Acquire::http;', None),
        ('Acquire::http::Proxy "http://no.example"; Acquire::http::Proxy "http://yes.example";', "http://yes.example"),
        (
            'APT { Update { Post-Invoke { "rm -f /x;  }"; }; }; }; Acquire::http::Proxy "http://p.example";',
            "http://p.example",
        ),
        ('DPkg::Post-Invoke { "a"; "b"; };', None),
        ("Acquire::http::Proxy", None),
        ("}};;{{", None),
    ],
)
def test_apts_own_proxy_is_read_however_it_is_written(text: str, proxy: str | None) -> None:
    values: dict[str, str] = {}
    read_configuration(text, values)
    assert values.get("acquire::http::proxy") == proxy


def test_a_later_file_wins_and_a_host_may_have_a_proxy_of_its_own(tmp_path: Path) -> None:
    there = machine(
        tmp_path,
        {
            "/etc/apt/apt.conf.d/10first": 'Acquire::http::Proxy "http://one.example:1";',
            "/etc/apt/apt.conf.d/20second.conf": 'Acquire::http::Proxy "http://two.example:2";',
            "/etc/apt/apt.conf.d/30not.bak": 'Acquire::http::Proxy "http://three.example:3";',
            "/etc/apt/apt.conf": 'Acquire::http::Proxy::Packages.example "DIRECT";',
        },
    )
    assert read_apt(there).proxies == {
        "http": "http://two.example:2",
        "https": "http://two.example:2",
        "http packages.example": "DIRECT",
    }
