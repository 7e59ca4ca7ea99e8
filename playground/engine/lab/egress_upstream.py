"""Opens the connection to a server of the list: directly, to an address that was looked at, or through the machine's
own proxy. Called by `egress_proxy`.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from playground.engine.lab.egress_gate import Gate
from playground.engine.lab.egress_origins import Upstream
from playground.engine.lab.egress_requests import ANSWER_BYTES, STATUS, Request
from playground.engine.lab.egress_sources import Sources

RESOLVE_WITHIN = 10.0
CONNECT_WITHIN = 10.0
MOST_ADDRESSES = 4

Resolve = Callable[[str], Awaitable[Sequence[str]]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Unreachable(Exception):
    """No connection: *status* and an ASCII sentence without a final stop."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def look_up(host: str) -> Sequence[str]:
    """A host's addresses by this machine's resolver; empty if it has none."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_WITHIN):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Connector:
    """Where to connect, by the gate's rules and the machine's proxies."""

    def __init__(self, gate: Gate, sources: Sources, resolve: Resolve = look_up) -> None:
        self.gate = gate
        self.sources = sources
        self.resolve = resolve

    async def learn(self) -> None:
        """See once where every server of the list is, before any build asks."""
        await asyncio.gather(*(self._addresses(host) for host in self.gate.hosts))

    async def open(self, request: Request) -> tuple[Streams, Upstream | None]:
        """A connection for this request, and the machine's proxy if it goes through one. Raises `Unreachable`."""
        upstream = self.sources.upstream(request.scheme, request.host)
        if upstream is None:
            await self._first_look(request.host)
        refused = self.gate.refusal(request.scheme, request.host, request.port)
        if refused:
            raise Unreachable(403, refused)
        if upstream is not None:
            return await self._through(upstream, request), upstream
        addresses = await self._addresses(request.host)
        if not addresses:
            raise Unreachable(502, f"This machine finds no address for {request.host}")
        usable = self.gate.usable(request.host, addresses)[:MOST_ADDRESSES]
        if not usable:
            raise Unreachable(403, f"{request.host} leads into a network that no build may reach")
        return await _first(usable, request.port, request.host), None

    async def _first_look(self, host: str) -> None:
        """A server of the list that could not be found at start is looked for again."""
        if host in self.gate.hosts and not self.gate.knows(host):
            await self._addresses(host)

    async def _addresses(self, host: str) -> Sequence[str]:
        addresses = await self.resolve(host)
        if host in self.gate.hosts:
            self.gate.learn(host, addresses)
        return addresses

    async def _through(self, upstream: Upstream, request: Request) -> Streams:
        streams = await _first([upstream.host], upstream.port, "this machine's own proxy")
        if request.method == "CONNECT":
            reader, writer = streams
            lines = [f"CONNECT {request.authority} HTTP/1.1", f"Host: {request.authority}"]
            if upstream.authorization:
                lines.append(f"Proxy-Authorization: {upstream.authorization}")
            writer.write("\r\n".join([*lines, "", ""]).encode())
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    head = await reader.readuntil(b"\r\n\r\n")
            except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                writer.close()
                raise Unreachable(502, "This machine's own proxy did not answer") from error
            match = STATUS.fullmatch(head.split(b"\r\n", 1)[0])
            if match is None or match[1] != b"200":
                writer.close()
                told = match[1].decode() if match else "no HTTP"
                raise Unreachable(502, f"This machine's own proxy answered {told}")
        return streams


async def _first(addresses: Sequence[str], port: int, name: str) -> Streams:
    """A connection to the first of the addresses that answers. Raises `Unreachable`."""
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                return await asyncio.open_connection(address, port, limit=ANSWER_BYTES)
        except (OSError, TimeoutError):
            continue
    raise Unreachable(502, f"{name} did not answer")
