"""Heads of requests are read strictly, heads of answers say that the connection ends."""

import base64

import pytest

from playground.engine.lab.egress_requests import BadRequest, parse_answer, parse_request, refusal


def head(first: str, *fields: str) -> bytes:
    """A whole head."""
    return "\r\n".join([first, *fields, "", ""]).encode("latin-1")


def test_a_tunnel_names_host_and_port() -> None:
    told = base64.b64encode(b"l7:a.b.c.d").decode()
    request = parse_request(head("CONNECT Packages.Example:443 HTTP/1.1", f"Proxy-Authorization: Basic {told}"))
    assert (request.method, request.scheme, request.host, request.port) == ("CONNECT", "https", "packages.example", 443)
    assert (request.user, request.password) == ("l7", "a.b.c.d")


def test_a_plain_request_goes_on_without_what_was_meant_for_us() -> None:
    request = parse_request(
        head(
            "GET http://packages.example:8080/a/b?c=d HTTP/1.1", "Host: other.example", "User-Agent: apt",
            "Proxy-Authorization: Basic eDp5", "Proxy-Connection: keep-alive", "Connection: close, X-Hop", "X-Hop: 1",
            "Upgrade: h2c", "Range: bytes=1-",
        )
    )  # fmt: skip
    assert (request.host, request.port, request.path) == ("packages.example", 8080, "/a/b?c=d")
    assert request.head() == head(
        "GET /a/b?c=d HTTP/1.1",
        "Host: packages.example:8080",
        "User-Agent: apt",
        "Range: bytes=1-",
        "Connection: close",
    )
    assert request.head(authorization="Basic xyz").startswith(b"GET http://packages.example:8080/a/b?c=d HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic xyz\r\n" in request.head(authorization="Basic xyz")


def test_an_address_without_a_path_asks_for_the_root() -> None:
    assert parse_request(head("HEAD http://packages.example HTTP/1.0")).path == "/"


def test_a_bare_ipv6_address_keeps_its_brackets() -> None:
    request = parse_request(head("GET http://[2001:DB8::1]/x HTTP/1.1"))
    assert request.host == "2001:db8::1"
    assert b"\r\nHost: [2001:db8::1]\r\n" in request.head()


@pytest.mark.parametrize(
    "first",
    [
        "GET / HTTP/1.1",
        "GET https://packages.example/ HTTP/1.1",
        "GET ftp://packages.example/ HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "GET http://a@packages.example/ HTTP/1.1",
        "GET http://packages.example:0/ HTTP/1.1",
        "GET http://packages.example:99999/ HTTP/1.1",
        "GET http://packages.example#x HTTP/1.1",
        "GET http://packages.example?x HTTP/1.1",
        "GET http://packages%2eexample/ HTTP/1.1",
        "GET http://packages.example\\@evil.example/ HTTP/1.1",
        "GET  http://packages.example/ HTTP/1.1",
        "GET http://packages.example/ HTTP/2",
        "GET http://packages.example/\x00 HTTP/1.1",
        "GET http://packages.example/é HTTP/1.1",
        "get http://packages.example/ HTTP/1.1",
        "CONNECT packages.example HTTP/1.1",
        "CONNECT packages.example:0 HTTP/1.1",
        "CONNECT packages.example:70000 HTTP/1.1",
        "CONNECT user@packages.example:443 HTTP/1.1",
        "CONNECT http://packages.example:443 HTTP/1.1",
        "CONNECT packages.example:443:80 HTTP/1.1",
        "CONNECT :443 HTTP/1.1",
        "",
        "\x16\x03\x01",
    ],
)
def test_a_request_that_is_not_plainly_right_is_refused(first: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_request(head(first))
    assert refused.value.status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_builds_may_only_fetch(method: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_request(head(f"{method} http://packages.example/ HTTP/1.1"))
    assert refused.value.status == 405
    assert method in refused.value.sentence


@pytest.mark.parametrize(
    "field",
    ["Transfer-Encoding: chunked", "transfer-encoding: identity", "Content-Length: 5", "Content-Length: 0, 5",
     "Bad Name: x", " folded: x", "no colon", "X: a\x00b", "X : y"],
)  # fmt: skip
def test_a_request_with_a_body_or_a_strange_header_is_refused(field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_request(head("GET http://packages.example/ HTTP/1.1", field))
    assert refused.value.status == 400


def test_too_many_headers_are_refused() -> None:
    with pytest.raises(BadRequest) as refused:
        parse_request(head("GET http://packages.example/ HTTP/1.1", *(f"X-{n}: y" for n in range(101))))
    assert refused.value.status == 431


@pytest.mark.parametrize("told", ["Bearer x", "Basic !!!", "Basic /////w==", "Basic", ""])
def test_credentials_that_are_none_count_as_none(told: str) -> None:
    request = parse_request(head("GET http://packages.example/ HTTP/1.1", f"Proxy-Authorization: {told}"))
    assert (request.user, request.password) == ("", "")


def test_two_sets_of_credentials_are_none() -> None:
    twice = ("Proxy-Authorization: Basic eDp5",) * 2
    assert parse_request(head("GET http://packages.example/ HTTP/1.1", *twice)).user == ""


def test_an_answer_says_that_the_connection_ends() -> None:
    answer = parse_answer(
        head("HTTP/1.1 200 OK", "Content-Length: 5", "Connection: keep-alive", "Keep-Alive: timeout=5", "X: y"),
        method="GET",
    )
    assert (answer.status, answer.length) == (200, 5)
    assert answer.head == head("HTTP/1.1 200 OK", "Content-Length: 5", "X: y", "Connection: close")


@pytest.mark.parametrize(
    ("first", "field", "method", "length"),
    [
        ("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "GET", None),
        ("HTTP/1.0 200", "X: y", "GET", None),
        ("HTTP/1.1 200 OK", "Content-Length: 5", "HEAD", 0),
        ("HTTP/1.1 304 Not Modified", "Content-Length: 5", "GET", 0),
    ],
)
def test_how_much_follows_an_answer(first: str, field: str, method: str, length: int | None) -> None:
    assert parse_answer(head(first, field), method=method).length == length


@pytest.mark.parametrize(
    "answer",
    [
        head("SSH-2.0-x"),
        head("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"),
        head("HTTP/1.1 200 OK", "Content-Length: -1"),
        head("HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"),
    ],
)
def test_an_answer_without_a_clear_length_is_not_passed_on(answer: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_answer(answer, method="GET")
    assert refused.value.status == 502


def test_a_refusal_says_its_sentence_where_programs_show_it() -> None:
    told = refusal(403, "packages.example is not on the list")
    assert told.startswith(b"HTTP/1.1 403 packages.example is not on the list\r\n")
    assert told.endswith(b"\r\n\r\npackages.example is not on the list.\n")
    assert refusal(403, "x", body=False).endswith(b"\r\n\r\n")
    assert b'Proxy-Authenticate: Basic realm="Drydock"' in refusal(407, "x")
