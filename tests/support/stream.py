"""Reads one stream over the WebSocket as the browser does: acks, notices a gap or a repeat, comes back with after=."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

TOO_MANY = 4429
NO_RETRY = frozenset({4400, 4401, 4403, 4404})
QUIET = 30.0
"""Seconds without a frame after which the connection counts as dead (the server pings every 10 s)."""


@dataclass
class StreamReader:
    """`events` holds all events so far, in order; `seq` the number of the last one; `drops` how often it came back."""

    url: str
    stream: str
    cookies: str = ""
    after: int = 0
    origin: str = ""
    acks: bool = True
    events: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    """When each event came (time.time()), for measuring."""
    hello: dict[str, Any] = field(default_factory=dict)
    ended: bool = False
    closed_with: int = 0
    drops: int = 0
    _socket: ClientConnection | None = None
    _heard: float = 0.0

    def __post_init__(self) -> None:
        self.seq = self.after
        self.origin = self.origin or self.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def connect(self) -> None:
        """Open the socket after the last event that was seen."""
        address = f"{self.url.replace('http', 'ws', 1)}/ws/streams/{self.stream}/?after={self.seq}"
        self._socket = connect(
            address,
            origin=Origin(self.origin),
            additional_headers={"Cookie": self.cookies} if self.cookies else None,
            open_timeout=10,
            close_timeout=2,
            max_size=None,
            compression=None,
            ping_interval=None,
            legacy=True,
        )
        self._heard = time.monotonic()

    def step(self, timeout: float = 0.25) -> bool:
        """Take one frame, or come back if the connection is lost. False: nothing came within *timeout*."""
        if self.ended or self.closed_with in NO_RETRY:
            return False
        try:
            if self._socket is None:
                self.connect()
            assert self._socket is not None
            text = self._socket.recv(timeout=timeout)
        except TimeoutError:
            if time.monotonic() - self._heard > QUIET:
                self._lost(0)
            return False
        except ConnectionClosed as closed:
            self._lost(closed.rcvd.code if closed.rcvd else 0)
            if self.closed_with == TOO_MANY:
                time.sleep(1)  # asked to come back slowly
            return False
        except (OSError, InvalidHandshake, InvalidMessage, InvalidStatus, EOFError):
            self._lost(0)
            time.sleep(0.1)  # the server is not there: a pause before knocking again
            return False
        self._heard = time.monotonic()
        self._take(json.loads(text))
        return True

    def until(self, predicate: Callable[[dict[str, Any]], bool], *, seconds: float, what: str) -> dict[str, Any]:
        """The first event, of those seen or still to come, for which *predicate* holds."""
        seen = 0
        deadline = time.monotonic() + seconds
        while True:
            for event in self.events[seen:]:
                seen += 1
                if predicate(event):
                    return event
            if self.ended or self.closed_with in NO_RETRY or time.monotonic() > deadline:
                raise AssertionError(f"{what}: not within {seconds:g} s; {self._story()}")
            self.step()

    def of_type(self, kind: str, *, seconds: float = 30) -> dict[str, Any]:
        """The first event of that type."""
        return self.until(lambda event: bool(event["type"] == kind), seconds=seconds, what=f"an event {kind}")

    def to_end(self, *, seconds: float = 60) -> list[dict[str, Any]]:
        """All events up to the stream's end."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            if self.closed_with in NO_RETRY or time.monotonic() > deadline:
                raise AssertionError(f"the stream's end: not within {seconds:g} s; {self._story()}")
            self.step()
        return self.events

    def refused_with(self, *, seconds: float = 10) -> int:
        """The close code of a stream that must not be readable."""
        deadline = time.monotonic() + seconds
        while self.closed_with not in NO_RETRY and time.monotonic() < deadline:
            self.step()
        return self.closed_with

    def handshake_status(self) -> int:
        """The HTTP status with which opening the socket is refused; 101 if it is not."""
        try:
            self.connect()
        except InvalidStatus as refused:
            return refused.response.status_code
        return 101

    def send_raw(self, text: str) -> None:
        """Say something that a browser would not."""
        assert self._socket is not None
        self._socket.send(text)

    def text(self) -> str:
        """Every line of output among the events."""
        return "\n".join(line[2] for event in self.events for line in event["data"].get("lines", ()))

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        if kind == "hello":
            self.hello = frame
        elif kind == "events":
            for event in frame["events"]:
                if event["s"] != self.seq + 1:
                    raise AssertionError(f"event {event['s']} came after {self.seq} in stream {self.stream}")
                self.seq = event["s"]
                self.events.append(event)
                self.arrivals.append(time.time())
            if self.acks and self._socket is not None:
                with suppress(ConnectionClosed):  # the server hangs up right after `end`
                    self._socket.send(json.dumps({"ack": self.seq}))
        elif kind == "end":
            assert frame["seq"] == self.seq, f"the end is {frame['seq']}, the last event was {self.seq}"
            self.ended = True
        elif kind == "reset":
            raise AssertionError(f"the events before {frame['oldest']} of stream {self.stream} are gone")

    def _lost(self, code: int) -> None:
        self.closed_with = code
        self.drops += 1
        self._socket = None

    def _story(self) -> str:
        last = [f"{event['s']} {event['type']}" for event in self.events[-12:]]
        return f"stream {self.stream} at {self.seq}, close code {self.closed_with}, {self.drops} drops, last {last}"
