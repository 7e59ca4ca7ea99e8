"""Turns the engine's log stream into lines, and resumes one exactly where a reader left it. Pure; called by adapters
and by whoever follows a container over several connections.

Frames are those of `GET /containers/{id}/logs` without a TTY (Docker Engine API v1.41, "Stream format"): 8 bytes of
head, then, with timestamps=1, one message: RFC 3339 with nine digits, a blank, the text. The engine cuts a line at
16 KiB into messages of the same time, of which only the last ends in a line feed.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from playground.engine.errors import EngineError
from playground.engine.port import LogLine, OutputStream

LINE_BYTES = 16 << 10
FRAME_BYTES = 1 << 20  # the engine's own are far smaller; more means that we lost the thread
STREAMS: dict[int, OutputStream] = {0: "stdout", 1: "stdout", 2: "stderr"}


@dataclass(slots=True)
class _Open:
    """A line whose end has not come yet; *over* counts the bytes that were left out."""

    at: str
    kept: bytearray = field(default_factory=bytearray)
    over: int = 0


class LogReader:
    """Feed it bytes as they come, get whole lines."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._open: dict[OutputStream, _Open] = {}

    def feed(self, data: bytes) -> Iterator[LogLine]:
        """The lines that are complete with *data*."""
        self._buffer += data
        while len(self._buffer) >= 8:
            kind, length = struct.unpack_from(">BxxxL", self._buffer)
            if kind not in STREAMS or length > FRAME_BYTES:
                raise EngineError("the engine's log stream cannot be read")
            if len(self._buffer) < 8 + length:
                return
            payload = bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            yield from self._message(STREAMS[kind], payload)

    def end(self) -> Iterator[LogLine]:
        """What is left when the stream has ended: lines without their line feed."""
        for stream, line in self._open.items():
            yield _line(stream, line)
        self._open.clear()

    def _message(self, stream: OutputStream, payload: bytes) -> Iterator[LogLine]:
        at, _, text = payload.partition(b" ")
        line = self._open.pop(stream, None) or _Open(at.decode("ascii", "replace"))
        ended = text.endswith(b"\n")
        body = text[:-1] if ended else text
        room = max(LINE_BYTES - len(line.kept), 0)
        line.kept += body[:room]
        line.over += len(body) - len(body[:room])
        if ended:
            yield _line(stream, line)
        else:
            self._open[stream] = line


def _line(stream: OutputStream, line: _Open) -> LogLine:
    text = bytes(line.kept).decode("utf-8", "replace")
    if line.over:
        text += f" … (line cut: {line.over:,} more bytes)"
    return LogLine(at=line.at, stream=stream, text=text)


def since_parameter(at: str) -> str:
    """The engine's `since` for a `LogLine.at`: seconds, a point and nine digits. Raises `ValueError`."""
    if not at:
        return "0"
    whole, _, rest = at.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return f"{seconds}.{(rest or '0').ljust(9, '0')[:9]}"


@dataclass(slots=True)
class _Place:
    """How far one stream was read: the last time, how many lines carry it, and how many of those came again."""

    at: str = ""
    count: int = 0
    again: int = 0
    caught_up: bool = True


class LogCursor:
    """What a reader has seen of one container, so that a new connection repeats nothing and leaves nothing out.

    Each stream is written by its own thread of the engine, so times are in order within a stream only: the cursor keeps
    a place for each, and `since` is the earlier one (*start* while a stream has said nothing).
    """

    def __init__(self, start: str = "") -> None:
        self._places: dict[OutputStream, _Place] = {"stdout": _Place(start), "stderr": _Place(start)}

    @classmethod
    def resumed(cls, places: Mapping[str, Sequence[Any]]) -> "LogCursor":
        """The cursor of another process that answered *places*, before its first connection here."""
        cursor = cls()
        for stream, place in cursor._places.items():
            at, count = places[stream]
            cursor._places[stream] = replace(place, at=at, count=count, caught_up=not at)
        return cursor

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """Where each stream stands: the last time, and how many lines carry it. What has to be kept to resume."""
        return {stream: (place.at, place.count) for stream, place in self._places.items()}

    @property
    def since(self) -> str:
        """Where the next connection has to begin."""
        return min(place.at for place in self._places.values())

    def reconnect(self) -> str:
        """Say that a new connection begins; answers its `since`."""
        for place in self._places.values():
            place.caught_up, place.again = not place.at, 0
        return self.since

    def is_new(self, line: LogLine) -> bool:
        """Whether *line* was not seen before; it counts as seen from now on."""
        place = self._places[line.stream]
        if not place.caught_up:
            if line.at < place.at:
                return False
            if line.at == place.at and place.again < place.count:
                place.again += 1
                return False
            place.caught_up = True
        if line.at == place.at:
            place.count += 1
        else:
            place.at, place.count = line.at, 1
        return True
