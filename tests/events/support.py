"""Events to write, and a socket of the real ASGI application that speaks as a browser does."""

import json
from collections.abc import Sequence
from typing import Any, Self

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from playground.accounts import identity
from playground.accounts.models import Learner
from playground.config.asgi import application
from playground.events import fanout, log, wire

HOST = "drydock.test"


def entries(first: int, count: int) -> list[log.Entry]:
    """*count* events; the payload of each says its number, if the first one is number *first*."""
    return [("project.gone", wire.ProjectGone(id=str(number))) for number in range(first, first + count)]


def write(stream_id: str, count: int, *, last: bool = False) -> int:
    """Append *count* events whose payloads say their numbers."""
    return log.append(stream_id, entries(log.head(stream_id) + 1, count), last=last)


async def write_soon(stream_id: str, count: int, *, last: bool = False, poke: bool = True) -> None:
    """The same from a test that has a loop; then poke the readers in this loop."""
    await database_sync_to_async(write)(stream_id, count, last=last)
    if poke:
        await get_channel_layer().group_send(fanout.group(stream_id), {"type": "stream.poke", "stream": stream_id})


class Socket:
    """`async with Socket(stream, learner) as socket:`; leaving hangs up."""

    def __init__(
        self,
        stream_id: str,
        learner: Learner | None = None,
        *,
        after: str | int | None = None,
        cookie: str = "",
        headers: Sequence[tuple[bytes, bytes]] | None = None,
    ) -> None:
        cookie = cookie or (identity.cookie_for(learner) if learner else "")
        sent = [(b"host", HOST.encode()), (b"origin", f"http://{HOST}".encode())] if headers is None else list(headers)
        if cookie:
            sent.append((b"cookie", f"{identity.COOKIE}={cookie}".encode()))
        scope = {
            "type": "websocket",
            "path": f"/ws/streams/{stream_id}/",
            "query_string": b"" if after is None else f"after={after}".encode(),
            "headers": sent,
            "subprotocols": [],
        }
        communicator: Any = ApplicationCommunicator  # asgiref has no types
        self.inner = communicator(application, scope)

    async def __aenter__(self) -> Self:
        assert await self.answer() == {"type": "websocket.accept", "subprotocol": None}
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.inner.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.inner.wait(timeout=5)

    async def answer(self) -> dict[str, Any]:
        """Knock; what the application answers to that."""
        await self.inner.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.inner.receive_output(timeout=5)
        return answer

    async def say(self, frame: object) -> None:
        """Send a frame: bytes and text as they are, all else as JSON."""
        kind = "bytes" if isinstance(frame, bytes) else "text"
        data = frame if isinstance(frame, str | bytes) else json.dumps(frame)
        await self.inner.send_input({"type": "websocket.receive", kind: data})

    async def frame(self, *, seconds: float = 5) -> dict[str, Any]:
        """The next frame."""
        message = await self.inner.receive_output(timeout=seconds)
        assert message["type"] == "websocket.send", message
        frame: dict[str, Any] = json.loads(message["text"])
        return frame

    async def closed(self, *, seconds: float = 5) -> int:
        """The code with which the server hangs up now."""
        message = await self.inner.receive_output(timeout=seconds)
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    async def numbers(self, upto: int, *, ack: bool = True) -> list[int]:
        """The numbers of the events that come, until *upto* has come."""
        got: list[int] = []
        while not got or got[-1] < upto:
            frame = await self.frame()
            assert frame["t"] == "events", frame
            assert 0 < len(frame["events"]) <= 200
            got += [event["s"] for event in frame["events"]]
            if ack:
                await self.say({"ack": got[-1]})
        return got

    async def silent(self, seconds: float = 0.2) -> bool:
        """Nothing comes for a while."""
        return bool(await self.inner.receive_nothing(timeout=seconds))


class BrokenLayer:
    """A channel layer whose server is down."""

    async def new_channel(self, prefix: str = "") -> str:
        raise ConnectionRefusedError("the layer's server is down")

    async def group_send(self, group: str, message: object) -> None:
        raise ConnectionRefusedError("the layer's server is down")
