"""The filtering proxy: one coroutine for each connection of a build, one line in the log for each request. Started by
`egress`; who may be reached is decided in `egress_gate`, how much in `egress_meter`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.engine.lab import egress_tls
from playground.engine.lab.egress_meter import Accounts, Meter, Over
from playground.engine.lab.egress_origins import Upstream
from playground.engine.lab.egress_requests import (
    BadRequest,
    Request,
    parse_answer,
    parse_request,
    refusal,
)
from playground.engine.lab.egress_tokens import Pass
from playground.engine.lab.egress_upstream import Connector, Streams, Unreachable
from playground.engine.limits import bytes_text

HEAD_WITHIN = 10.0
"""Seconds for the whole head of a request and for the first bytes of a tunnel, however they trickle."""
ANSWER_WITHIN = 60.0
LINGER = 1.0
MOST_CONNECTIONS = 256
CHUNK = 1 << 16
BROKEN = (ConnectionError, asyncio.IncompleteReadError, BrokenPipeError)


@dataclass(slots=True)
class Proxy:
    """What all connections share. *key* signs passes, *say* takes the log's lines, *now* is the clock of passes."""

    connector: Connector
    accounts: Accounts
    key: bytes
    say: Callable[[str], None]
    now: Callable[[], float] = time.time
    head_within: float = HEAD_WITHIN
    open: int = field(default=0, init=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client, from its first byte to its end. *reader* has HEAD_BYTES as its limit."""
        self.open += 1
        try:
            if self.open > MOST_CONNECTIONS:
                await _refuse(writer, 503, "Too many builds fetch at once: try again")
            else:
                await Visit(self, reader, writer).run()
        except (*BROKEN, TimeoutError):
            pass  # a client that went away is not worth a word: its request was logged if there was one
        finally:
            self.open -= 1
            await _end(reader, writer)


class Visit:
    """One client's connection: a request, an answer, a line in the log."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.reader = reader
        self.writer = writer
        self.began = time.monotonic()
        self.request: Request | None = None
        self.who: Pass | None = None
        self.meter: Meter | None = None

    async def run(self) -> None:
        """Answer the request, whatever comes of it."""
        try:
            self.request = await self._read()
            self.who = self._known(self.request)
            self.meter = self.proxy.accounts.enter(self.who)
            try:
                await self._answer(self.request, self.meter)
            finally:
                self.meter.leave()
        except (BadRequest, Unreachable) as refused:
            await self._refused(refused.status, refused.sentence)
        except Over as over:
            await self._refused(403, str(over))

    async def _read(self) -> Request:
        try:
            async with asyncio.timeout(self.proxy.head_within):
                head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError as error:
            raise BadRequest(431, "This request is too long") from error
        except TimeoutError as error:
            raise BadRequest(408, "This request took too long to arrive") from error
        return parse_request(head)

    def _known(self, request: Request) -> Pass:
        who = Pass.check(self.proxy.key, request.user, request.password, now=self.proxy.now())
        if who is None:
            raise BadRequest(407, "Only builds of this installation may fetch: use the proxy's address as it was given")
        return who

    async def _answer(self, request: Request, meter: Meter) -> None:
        streams, upstream = await self.proxy.connector.open(request)
        try:
            async with asyncio.timeout(None) as clock:
                meter.start(clock)
                if request.method == "CONNECT":
                    note = await self._tunnel(request, meter, streams)
                else:
                    note = await self._fetch(request, meter, streams, upstream)
        except TimeoutError:
            note = f"cut: {meter.why_late()}"
        finally:
            streams[1].close()
        self._log("allowed", note)

    # --- https: a tunnel ---

    async def _tunnel(self, request: Request, meter: Meter, streams: Streams) -> str:
        self.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            async with asyncio.timeout(self.proxy.head_within):
                hello = await self._hello(request)
        except (egress_tls.NotTls, TimeoutError):
            self.writer.write(egress_tls.UNRECOGNIZED)
            return "cut: a tunnel has to begin with a TLS hello for the same name"
        server_reader, server_writer = streams
        note = "200"
        try:
            meter.send(len(hello))
            server_writer.write(hello)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(self.reader, server_writer, meter.send))
                both.create_task(_pump(server_reader, self.writer, meter.fetch))
        except* Over as over:
            note = f"cut: {over.exceptions[0]}"
        except* BROKEN:
            note = "broken off"
        return note

    async def _hello(self, request: Request) -> bytes:
        """The first record of the client, which has to name the host it was let through for."""
        head = await self.reader.readexactly(egress_tls.RECORD_HEAD)
        body = await self.reader.readexactly(egress_tls.record_length(head))
        named = egress_tls.server_name(body)
        if named != request.host and not (named == "" and _is_bare(request.host)):
            raise egress_tls.NotTls(named)
        return head + body

    # --- http: one answer ---

    async def _fetch(self, request: Request, meter: Meter, streams: Streams, upstream: Upstream | None) -> str:
        reader, writer = streams
        head = request.head(authorization=upstream.authorization if upstream else None)
        meter.send(len(head))
        writer.write(head)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                answer = parse_answer(await reader.readuntil(b"\r\n\r\n"), method=request.method)
        except (*BROKEN, TimeoutError, asyncio.LimitOverrunError) as error:
            raise Unreachable(502, f"{request.host} did not answer") from error
        meter.check(answer.length or 0)
        self.writer.write(answer.head)
        meter.fetch(len(answer.head))
        try:
            left = await _pump(reader, self.writer, meter.fetch, most=answer.length)
        except Over as over:
            return f"cut: {over}"
        return f"{answer.status}" if not left else f"{answer.status}, broken off"

    # --- what is told ---

    async def _refused(self, status: int, sentence: str) -> None:
        head_only = self.request is not None and self.request.method == "HEAD"
        self._log("refused", f"{status} {sentence}")
        await _refuse(self.writer, status, sentence, body=not head_only)

    def _log(self, verdict: str, note: str) -> None:
        who = f"learner {self.who.learner}, build {self.who.job}" if self.who else "nobody known"
        asked = "no request"
        if self.request is not None:
            asked = f"{self.request.method} {self.request.host}:{self.request.port}"
            # a query may hold what a learner would not want written down
            asked += ascii(self.request.path.partition("?")[0][:200])[1:-1]
        carried = ""
        if self.meter is not None:
            carried = f", {bytes_text(self.meter.sent)} out, {bytes_text(self.meter.fetched)} in"
        took = time.monotonic() - self.began
        self.proxy.say(f"{verdict}: {who}: {asked}: {note}{carried}, {took:.1f} s")


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None], *, most: int | None = None
) -> int:
    """Carry bytes to the end of the stream, or *most* of them; answers how many of those are missing."""
    left = most
    while left is None or left > 0:
        chunk = await reader.read(CHUNK if left is None else min(CHUNK, left))
        if not chunk:
            break
        count(len(chunk))
        writer.write(chunk)
        await writer.drain()
        left = None if left is None else left - len(chunk)
    if most is None and writer.can_write_eof():
        with contextlib.suppress(OSError):
            writer.write_eof()
    return left or 0


async def _refuse(writer: asyncio.StreamWriter, status: int, sentence: str, *, body: bool = True) -> None:
    writer.write(refusal(status, sentence, body=body))
    with contextlib.suppress(*BROKEN):
        await writer.drain()


async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close after the other side has had time to read: unread bytes of theirs would throw our last ones away."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(LINGER):
            if writer.can_write_eof():
                writer.write_eof()
            while await reader.read(CHUNK):
                pass
    writer.close()


def _is_bare(host: str) -> bool:
    """Whether a host is an address, for which a TLS client names nothing."""
    return ":" in host or host.replace(".", "").isdigit()
