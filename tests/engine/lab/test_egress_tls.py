"""The name in a ClientHello, read from a real client's bytes."""

import pytest

from playground.engine.lab.egress_tls import NotTls, record_length, server_name
from tests.engine.lab.hello import client_hello


def test_the_name_is_found_in_a_real_hello() -> None:
    hello = client_hello("Packages.example")
    assert record_length(hello[:5]) == len(hello) - 5
    assert server_name(hello[5:]) == "packages.example"


def test_a_hello_without_a_name_has_none() -> None:
    assert server_name(client_hello(None)[5:]) == ""


def test_a_hello_cut_anywhere_is_none_or_names_the_same() -> None:
    hello = client_hello("packages.example")[5:]
    for length in range(len(hello)):
        with pytest.raises(NotTls):
            server_name(hello[:length])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET /",
        b"SSH-2",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\xff\xff",
        b"\x17\x03\x03\x00\x10",
        b"\x16\x02\x00\x00\x10",
    ],
)
def test_what_is_no_handshake_is_told(head: bytes) -> None:
    with pytest.raises(NotTls):
        record_length(head)


@pytest.mark.parametrize("body", [b"", b"\x02\x00\x00\x00", b"\x01\x00\x00\x05abcde", b"\x01\xff\xff\xff" + b"x" * 100])
def test_a_body_that_is_no_hello_is_told(body: bytes) -> None:
    with pytest.raises(NotTls):
        server_name(body)
