"""The proxy between a client and servers of the test's own, all on the loopback interface."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from playground.engine.lab.egress_gate import Gate
from playground.engine.lab.egress_meter import Accounts
from playground.engine.lab.egress_origins import Origin, Upstream
from playground.engine.lab.egress_proxy import Proxy
from playground.engine.lab.egress_requests import HEAD_BYTES
from playground.engine.lab.egress_sources import Sources
from playground.engine.lab.egress_tokens import OF_THE_ENGINE, Pass
from playground.engine.lab.egress_upstream import Connector
from playground.engine.limits import LIMITS, Limit
from tests.engine.lab.connections import Handle, serving
from tests.engine.lab.hello import client_hello

KEY = b"key"
MINE = Pass(learner="l7", instance="i1", job="b1", expires=1 << 40)


def authorization(who: Pass = MINE, key: bytes = KEY) -> str:
    """The header that a client makes of the proxy's address."""
    return "Basic " + base64.b64encode(f"{who.learner}:{who.password(key)}".encode()).decode()


def small(**values: int) -> dict[str, Limit]:
    """The table of limits with these of egress."""
    return {
        **LIMITS,
        **{f"egress.{key}": replace(LIMITS[f"egress.{key}"], value=value) for key, value in values.items()},
    }


@dataclass
class Site:
    """A server on the loopback interface, a proxy in front of it that calls it packages.example."""

    port: int = 0
    proxy_port: int = 0
    heard: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    addresses: dict[str, Sequence[str]] = field(default_factory=lambda: {"packages.example": ["127.0.0.1"]})

    async def ask(self, request: str, *, more: bytes = b"", signed: str | None = None) -> bytes:
        """The whole answer to a request line, with our pass unless another header is given."""
        told = authorization() if signed is None else signed
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy_port)
        writer.write(f"{request} HTTP/1.1\r\nProxy-Authorization: {told}\r\n\r\n".encode() + more)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    async def get(self, path: str = "/", **wishes: str) -> bytes:
        """The whole answer to a plain GET of our server."""
        return await self.ask(f"GET http://packages.example:{self.port}{path}", **wishes)  # type: ignore[arg-type]

    async def tunnel(self, hello: bytes) -> bytes:
        """The whole answer to a tunnel to our server that begins with *hello*."""
        return await self.ask(f"CONNECT packages.example:{self.port}", more=hello)


@asynccontextmanager
async def site(
    handle: Handle | None = None, *, scheme: str = "http", limits: dict[str, Limit] | None = None,
    upstream: bool = False, head_within: float = 5.0,
) -> AsyncIterator[Site]:  # fmt: skip
    """Start both. *upstream*: the server is the machine's own proxy instead of a server of packages."""
    made = Site()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if handle is None:
            made.heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        else:
            await handle(reader, writer)

    async def resolve(host: str) -> Sequence[str]:
        return made.addresses.get(host, ())

    async with serving(serve) as made.port:
        origins = (Origin("https" if scheme == "https" else "http", "packages.example", made.port, "apt"),)
        proxies = dict.fromkeys(("http", "https"), Upstream("127.0.0.1", made.port, "Basic bWU=")) if upstream else {}
        sources = Sources(origins=origins, proxies=proxies)
        connector = Connector(Gate(origins), sources, resolve)
        await connector.learn()
        proxy = Proxy(connector, Accounts(limits or dict(LIMITS)), KEY, made.said.append, head_within=head_within)
        async with serving(proxy.serve, limit=HEAD_BYTES) as made.proxy_port:
            yield made
        assert proxy.open == 0


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that never stops."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 10_000)
        try:
            await writer.drain()
        except ConnectionError:
            return


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that says everything again."""
    while chunk := await reader.read(1000):
        writer.write(chunk)


# --- what is allowed ------------------------------------------------------------------------------------------------


async def test_a_listed_server_is_asked_and_its_answer_passed_on() -> None:
    async with site() as made:
        answer = await made.get("/debian/x.deb?token=secret")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\nConnection: close\r\n\r\nhello")
    (heard,) = made.heard
    assert heard.startswith(b"GET /debian/x.deb?token=secret HTTP/1.1\r\n")
    assert b"Proxy-Authorization" not in heard
    (line,) = made.said
    assert line.startswith("allowed: learner l7, build b1: GET packages.example:")
    assert "/debian/x.deb" in line
    assert "secret" not in line


async def test_a_chunked_answer_goes_through_as_it_is() -> None:
    async def chunked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")

    async with site(chunked) as made:
        answer = await made.get()
    assert answer.endswith(b"\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n")


async def test_a_tunnel_carries_both_ways_once_it_began_with_a_hello_for_its_host() -> None:
    hello = client_hello("packages.example")
    async with site(echo, scheme="https") as made:
        reader, writer = await asyncio.open_connection("127.0.0.1", made.proxy_port)
        writer.write(f"CONNECT packages.example:{made.port} HTTP/1.1\r\n".encode())
        writer.write(f"Proxy-Authorization: {authorization()}\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(hello + b"and more")
        assert await reader.readexactly(len(hello) + 8) == hello + b"and more"
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
    (line,) = made.said
    assert "CONNECT packages.example" in line
    assert ": 200, " in line


async def test_requests_that_follow_on_the_same_connection_do_not_spoil_the_first() -> None:
    async with site() as made:
        answer = await made.ask(
            f"GET http://packages.example:{made.port}/", more=b"GET http://example.com/ HTTP/1.1\r\n\r\n" * 100
        )
    assert answer.endswith(b"hello")
    assert len(made.heard) == 1


# --- what is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_line", "status", "sentence"),
    [
        ("GET http://example.com/", 403, "example.com is not on this installation's list"),
        ("CONNECT example.com:443", 403, "example.com is not on this installation's list"),
        ("GET http://127.0.0.1/", 403, "127.0.0.1 is not on this installation's list"),
        ("GET http://localhost:8000/", 403, "localhost is not on this installation's list"),
        ("GET http://169.254.169.254/latest/meta-data", 403, "169.254.169.254 is not on this installation's list"),
        ("GET http://[::ffff:127.0.0.1]/", 403, "::ffff:127.0.0.1 is not on this installation's list"),
        ("CONNECT packages.example:22", 403, "not for https at port 22"),
        ("CONNECT packages.example:443", 403, "not for https at port 443"),
        ("POST http://packages.example/", 405, "Builds may only fetch"),
        ("GET /", 400, "This proxy fetches http:// addresses"),
    ],
)
async def test_everything_else_is_refused_with_a_sentence(request_line: str, status: int, sentence: str) -> None:
    async with site() as made:
        answer = await made.ask(request_line)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert sentence in head.split(b"\r\n")[0].decode()
    assert sentence in body.decode()
    assert made.heard == []
    assert made.said[0].startswith("refused: ")
    assert f"{status} " in made.said[0]


@pytest.mark.parametrize(
    "signed",
    ["", "Basic eDp5", authorization(key=b"another"), authorization(replace(MINE, expires=1)), "Bearer x"],
)
async def test_without_a_pass_of_ours_nothing_is_fetched(signed: str) -> None:
    async with site() as made:
        assert (await made.get(signed=signed)).startswith(b"HTTP/1.1 407 ")
    assert made.heard == []
    assert "nobody known" in made.said[0]


async def test_a_name_that_leads_inside_later_is_refused() -> None:
    async with site() as made:
        made.addresses["packages.example"] = ["169.254.169.254"]
        answer = await made.get()
    assert b"packages.example leads into a network that no build may reach" in answer
    assert made.heard == []


async def test_a_public_server_whose_name_is_bent_to_the_loopback_is_refused() -> None:
    origins = (Origin("http", "packages.example", 80, "apt"),)
    answers = iter([["8.8.8.8"], ["127.0.0.1", "10.0.0.1"]])

    async def resolve(host: str) -> Sequence[str]:
        return next(answers)

    connector = Connector(Gate(origins), Sources(origins=origins), resolve)
    await connector.learn()
    said: list[str] = []
    proxy = Proxy(connector, Accounts(dict(LIMITS)), KEY, said.append)
    async with serving(proxy.serve, limit=HEAD_BYTES) as port:
        answer = await Site(proxy_port=port).ask("GET http://packages.example/")
    assert answer.startswith(b"HTTP/1.1 403 packages.example leads into a network")


async def test_a_server_whose_name_is_not_found_is_told() -> None:
    async with site() as made:
        made.addresses.clear()
        assert b"This machine finds no address for packages.example" in await made.get()


async def test_a_server_that_does_not_answer_is_told() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with site(silent) as made:
        assert (await made.get()).startswith(b"HTTP/1.1 502 packages.example did not answer")


@pytest.mark.parametrize(
    "hello", [b"SSH-2.0-client\r\n", b"GET / HTTP/1.1\r\n\r\n", client_hello("neighbour.example"), client_hello(None)]
)
async def test_a_tunnel_that_speaks_of_something_else_is_cut(hello: bytes) -> None:
    async with site(echo, scheme="https") as made:
        answer = await made.tunnel(hello)
    assert answer.endswith(b"\r\n\r\n\x15\x03\x03\x00\x02\x02\x70")
    assert "cut: a tunnel has to begin with a TLS hello" in made.said[0]


# --- limits ---------------------------------------------------------------------------------------------------------


async def test_a_head_that_trickles_is_refused_after_a_while() -> None:
    async with site(head_within=0.2) as made:
        reader, writer = await asyncio.open_connection("127.0.0.1", made.proxy_port)
        writer.write(b"GET http://packages.example/ HTTP/1.1\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_tunnel_without_a_hello_is_cut_after_a_while() -> None:
    async with site(echo, scheme="https", head_within=0.2) as made:
        answer = await made.tunnel(b"\x16\x03")
    assert answer.endswith(b"\x02\x70")


async def test_a_huge_head_is_refused() -> None:
    async with site() as made:
        answer = await made.ask("GET http://packages.example/" + "x" * 20_000)
        assert answer.startswith(b"HTTP/1.1 431 ")
        answer = await made.ask("GET http://packages.example/", signed="y" * 20_000)
        assert answer.startswith(b"HTTP/1.1 431 ")


async def test_an_answer_over_the_limit_is_refused_before_a_byte_of_it() -> None:
    async def large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nxxx")

    async with site(large, limits=small(connection=1 << 20)) as made:
        answer = await made.get()
    assert answer.startswith(b"HTTP/1.1 403 A connection may fetch 1 MiB, and this would be 95.4 MiB\r\n")


async def test_an_answer_without_a_length_is_cut_at_the_limit() -> None:
    async with site(endless, limits=small(connection=1 << 20)) as made:
        answer = await made.get()
    assert (1 << 20) - (1 << 16) <= len(answer) <= 1 << 20
    assert "cut: A connection may fetch 1 MiB" in made.said[0]


async def test_a_build_that_has_fetched_all_it_may_fetches_no_more_and_another_does() -> None:
    async with site(endless, limits=small(bytes=100_000)) as made:
        await made.get()
        answer = await made.get()
        assert answer.startswith(b"HTTP/1.1 403 This build has fetched 97.7 KiB, which is all it may\r\n")
        other = await made.get(signed=authorization(replace(MINE, job="b2")))
        assert other.startswith(b"HTTP/1.1 200 ")


async def test_what_the_engine_fetches_for_all_builds_is_bounded_by_the_connection_alone() -> None:
    theirs = authorization(OF_THE_ENGINE)
    async with site(endless, limits=small(bytes=100_000, connection=50_000, connections=1)) as made:
        for _ in range(4):
            answer = await made.get(signed=theirs)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert len(answer) <= 50_000


async def test_a_tunnel_that_sends_too_much_is_cut() -> None:
    hello = client_hello("packages.example")
    async with site(echo, scheme="https", limits=small(sent=10_000)) as made:
        answer = await made.tunnel(hello + b"x" * 100_000)
    assert len(answer) < 30_000
    assert "cut: A connection may send 9.8 KiB" in made.said[0]


async def test_a_connection_over_its_time_is_cut() -> None:
    async with site(endless, limits=small(seconds=1)) as made:
        assert len(await made.get()) > 10_000
    assert "cut: over its 1 s" in made.said[0]


async def test_a_build_has_only_so_many_connections_and_another_its_own() -> None:
    async with site(endless, limits=small(connections=2)) as made:
        held = []
        for _ in range(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", made.proxy_port)
            writer.write(f"GET http://packages.example:{made.port}/ HTTP/1.1\r\n".encode())
            writer.write(f"Proxy-Authorization: {authorization()}\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            held.append(writer)
        answer = await made.get()
        assert answer.startswith(b"HTTP/1.1 403 This build has 2 connections open, and it may have 2\r\n")
        for writer in held:
            writer.close()


# --- through the machine's own proxy --------------------------------------------------------------------------------


async def test_where_the_machine_has_a_proxy_it_is_asked_by_name_with_its_credentials() -> None:
    async with site(upstream=True) as made:
        made.addresses.clear()  # only the machine's proxy knows the name
        assert (await made.get("/x")).endswith(b"hello")
        refused = await made.ask("GET http://example.com/")
    (heard,) = made.heard
    assert heard.startswith(f"GET http://packages.example:{made.port}/x HTTP/1.1\r\n".encode())
    assert b"\r\nProxy-Authorization: Basic bWU=\r\n" in heard
    assert refused.startswith(b"HTTP/1.1 403 example.com is not on this installation's list")


async def test_a_tunnel_goes_through_the_machines_proxy_too() -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")
        writer.write(await reader.readexactly(5))

    async with site(proxy, scheme="https", upstream=True) as made:
        answer = await made.tunnel(client_hello("packages.example"))
    assert answer.endswith(b"\r\n\r\n" + client_hello("packages.example")[:5])
    assert asked[0].startswith(f"CONNECT packages.example:{made.port} HTTP/1.1\r\n".encode())


async def test_a_proxy_of_the_machine_that_refuses_is_told() -> None:
    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 No\r\n\r\n")

    async with site(proxy, scheme="https", upstream=True) as made:
        answer = await made.tunnel(b"")
    assert answer.startswith(b"HTTP/1.1 502 This machine's own proxy answered 407")
