"""The relay carries bytes between a port and a Unix socket, and decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playground.engine.lab.egress_relay import carrier, listening
from tests.engine.lab.connections import Connections, Handle


@asynccontextmanager
async def relay(path: Path, proxy: Handle | None = None, most_of_one: int = 32) -> AsyncIterator[int]:
    """A relay to *proxy* at *path*: its port. At the end every connection has ended by itself."""
    outer, inner = Connections(carrier(str(path), most_of_one)), Connections(proxy or answering)
    sock = listening("127.0.0.1:0")
    async with AsyncExitStack() as stack:
        if proxy is not None:
            await stack.enter_async_context(await asyncio.start_unix_server(inner.serve, path))
        await stack.enter_async_context(await asyncio.start_server(outer.serve, sock=sock))
        yield sock.getsockname()[1]
    for task in outer.tasks | inner.tasks:
        await asyncio.wait_for(task, 5)


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A proxy that answers a line, says no more, and drops what else comes."""
    line = await reader.readline()
    writer.write(b"heard " + line + b"y" * 200_000)
    writer.write_eof()
    while await reader.read(1 << 16):
        pass


async def test_it_carries_both_ways_and_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    async with relay(tmp_path / "p.sock", answering) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n" + b"x" * 500_000)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer == b"heard hello\n" + b"y" * 200_000


async def test_a_client_that_has_said_all_still_hears_the_answer(tmp_path: Path) -> None:
    async with relay(tmp_path / "p.sock", answering) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        writer.write_eof()
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"heard hello\n")
        writer.close()


async def test_without_a_proxy_it_says_so(tmp_path: Path) -> None:
    async with relay(tmp_path / "none.sock") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.read()).startswith(b"HTTP/1.1 503 This installation's proxy does not run now\r\n")
        writer.close()


async def test_one_address_has_only_so_many_connections(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def holding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"!")
        await waiting.wait()

    async with relay(tmp_path / "p.sock", holding, most_of_one=2) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, _ in held:
            assert await reader.readexactly(1) == b"!"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        waiting.set()
        for reader, other in held:
            await asyncio.wait_for(reader.read(), 5)
            other.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.readexactly(1), 5) == b"!"
        writer.close()


def test_it_listens_where_no_interface_is_yet() -> None:
    sock = listening("10.209.255.1:0")
    assert sock.getsockname()[0] == "10.209.255.1"
    sock.close()
