"""Carries bytes from inside the engine's network namespace, which has no way out, to the proxy's Unix socket outside of
it: `python -I egress_relay.py SOCKET UID ADDRESS:PORT…`. Started with the engine and ended with it. It decides nothing
but how many connections one address may have. Standard library only, and no import of ours.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Coroutine

IP_FREEBIND = 15  # ip(7): the engine's bridge, whose address this is, does not exist yet
MOST_OF_ONE = 32
CHUNK = 1 << 16
LINGER = 2.0
CLOSED = b"HTTP/1.1 503 This installation's proxy does not run now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


def carrier(path: str, most_of_one: int = MOST_OF_ONE) -> Serve:
    """What serves each connection by carrying it to the Unix socket *path*."""
    counts: Counter[str] = Counter()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        counts[peer] += 1
        try:
            if counts[peer] <= most_of_one:
                await carry(path, reader, writer)
        except OSError:
            pass  # one of the two is gone, and with it what there was to carry
        finally:
            counts[peer] -= 1
            if not counts[peer]:
                del counts[peer]
            writer.close()

    return serve


async def carry(path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, both ways, until the proxy has said its last."""
    try:
        there_reader, there_writer = await asyncio.open_unix_connection(path)
    except OSError:
        writer.write(CLOSED)
        await writer.drain()
        return
    sending = asyncio.create_task(pump(reader, there_writer))
    try:
        await pump(there_reader, writer)
        await asyncio.wait({sending}, timeout=LINGER)  # a connection closed over unread bytes loses the last ones
    finally:
        sending.cancel()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await sending
        there_writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes to the end of the stream. Raises `OSError` when nobody takes them any more."""
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()


def listening(address: str) -> socket.socket:
    """A socket on ADDRESS:PORT, also where no interface has that address yet."""
    host, _, port = address.rpartition(":")
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
    sock.bind((host, int(port)))
    sock.listen(128)
    return sock


async def main(path: str, addresses: list[str], user: int) -> None:
    """Listen as root may, then serve as *user*, for ever."""
    sockets = [listening(address) for address in addresses]
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    servers = [await asyncio.start_server(carrier(path), sock=sock) for sock in sockets]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[3:], int(sys.argv[2])))
