"""The one WebSocket endpoint: any stream the visitor may read, resumed by number. Frames and close codes: `wire.py`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from pydantic import ValidationError

from playground.accounts.errors import Refused
from playground.accounts.identity import learner_of_scope
from playground.events import access, hub, wire

logger = logging.getLogger(__name__)

ASGI = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

WINDOW = 1000
"""Events a socket may be ahead of its last ack."""
PING_INTERVAL = 10.0
"""Seconds between pings."""
CLOSE_BROKEN = 1011
"""The protocol's own code for a fault of the server's: the client comes back."""
SOCKETS_PER_LEARNER = 40
"""Open sockets of one learner in one process: some twenty tabs."""


class SameOrigin:
    """Refuses a WebSocket that a page of another site opened (or no page): cookies alone prove nothing there."""

    def __init__(self, inner: ASGI) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        if not same_origin(headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")):
            await send({"type": "websocket.close", "code": 4403})  # before accepting, so the browser sees HTTP 403
            return
        await self.inner(scope, receive, send)


def same_origin(origin: str, host: str) -> bool:
    """Was a page of *host* the one that asks?"""
    try:
        parts = urlsplit(origin)
    except ValueError:  # a bracket that is not closed
        return False
    return bool(host) and parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()


class StreamConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """One browser reading one stream."""

    open_sockets: dict[str, int] = {}  # noqa: RUF012  (shared by all sockets of this process on purpose)
    channel_layer_alias = None  # the hub alone listens to the layer: a socket opens while the layer's server is down

    async def connect(self) -> None:
        """Accept, then close with the code that says why, or start to send."""
        self.tasks: list[asyncio.Task[None]] = []
        self.hub: hub.Hub | None = None
        self.who = ""
        self.acked = 0
        self.got_ack = asyncio.Event()
        await self.accept()
        try:
            after = int(parse_qs(self.scope["query_string"].decode("latin-1")).get("after", ["0"])[0])
        except ValueError:
            after = -1
        if after < 0:
            await self.close(wire.CLOSE_BAD_REQUEST)
            return
        code = await self._admit(self.scope["url_route"]["kwargs"]["stream"])
        if code:
            await self.close(code)
            return
        self.hub = hub.join(self.scope["url_route"]["kwargs"]["stream"])
        self.tasks = [asyncio.create_task(self._serve(self.hub, after)), asyncio.create_task(self._ping())]

    async def _admit(self, stream_id: str) -> int:
        """0 if this visitor may read the stream, else the close code."""
        learner = await database_sync_to_async(learner_of_scope)(self.scope)
        try:
            stream = await database_sync_to_async(access.stream_for)(learner, stream_id)
        except Refused:
            return wire.CLOSE_NOT_FOUND if learner else wire.CLOSE_SIGNED_OUT
        self.who = learner.id if learner else f"anybody:{stream.id}"
        most = SOCKETS_PER_LEARNER if learner else 50 * SOCKETS_PER_LEARNER
        self.open_sockets[self.who] = self.open_sockets.get(self.who, 0) + 1
        return wire.CLOSE_TOO_MANY if self.open_sockets[self.who] > most else 0

    async def _serve(self, stream: hub.Hub, cursor: int) -> None:
        """Send; after a fault of ours close, so that the browser comes back instead of waiting for ever."""
        try:
            await self._send(stream, cursor)
        except OSError:
            return  # the browser went away while we wrote
        except Exception:
            logger.exception("could not send %s", stream.stream_id)
            await self.close(CLOSE_BROKEN)

    async def _send(self, stream: hub.Hub, cursor: int) -> None:
        """Say hello, then send everything after *cursor* in order until the stream has ended."""
        page = await hub.read(stream.stream_id, after=cursor, most=1)
        if cursor > page.seq:
            await self.close(wire.CLOSE_BAD_REQUEST)
            return
        self.acked = cursor
        await self.send(text_data=wire.HelloFrame(t="hello", seq=page.seq, closed=page.closed).model_dump_json())
        while not (stream.closed and cursor >= stream.seq):
            await stream.changed(cursor)
            if cursor >= stream.seq:
                continue
            room = await self._room(cursor)
            frames = await stream.after(cursor)
            if frames is None:
                await self.send(text_data=wire.ResetFrame(t="reset", oldest=stream.oldest).model_dump_json())
                await self.close(1000)
                return
            if sent := frames[:room]:
                cursor = sent[-1][0]
                await self.send(text_data='{"t":"events","events":[' + ",".join(text for _, text in sent) + "]}")
        await self.send(text_data=wire.EndFrame(t="end", seq=cursor).model_dump_json())
        await self.close(1000)

    async def _room(self, cursor: int) -> int:
        """How many events may go now; waits for an ack while the browser is a whole window behind.

        So a slow tab neither makes this process grow nor stalls the others.
        """
        while cursor >= self.acked + WINDOW:
            self.got_ack.clear()
            await self.got_ack.wait()
        return self.acked + WINDOW - cursor

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_INTERVAL)
            await self.send(text_data='{"t":"ping"}')

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The client may say one thing only: how far it has come."""
        try:
            ack = wire.AckFrame.model_validate_json(text_data or "").ack
        except ValidationError:
            await self._stop()
            await self.close(wire.CLOSE_BAD_REQUEST)
            return
        self.acked = max(self.acked, ack)
        self.got_ack.set()

    async def disconnect(self, code: int) -> None:
        """End this socket's tasks and leave the hub."""
        await self._stop()
        if self.hub is not None:
            hub.leave(self.hub)
        if self.who:
            self.open_sockets[self.who] -= 1
            if not self.open_sockets[self.who]:
                del self.open_sockets[self.who]

    async def _stop(self) -> None:
        """End the tasks, whatever came of them."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Any other address: refused before accepting, so the browser sees HTTP 403."""
    await send({"type": "websocket.close", "code": wire.CLOSE_NOT_FOUND})
