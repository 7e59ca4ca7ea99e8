"""Decodes BuildKit's progress messages: the part of `moby.buildkit.v1.StatusResponse` that we show. For `buildkit`.

The fields are those of BuildKit's api/services/control/control.proto, the encoding that of protobuf (proto3). No
package carries the generated code, and this is short. Whatever cannot be read raises `BadTrace`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playground.engine.errors import BadTrace

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Value = int | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertex:
    """One node of the build graph as one message tells it."""

    digest: str = ""
    inputs: tuple[str, ...] = ()
    name: str = ""
    cached: bool = False
    started: float | None = None
    completed: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a piece of work inside a vertex is."""

    id: str = ""
    vertex: str = ""
    current: int = 0
    total: int = 0
    completed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A piece of output of a vertex."""

    vertex: str = ""
    at: float = 0.0
    stream: int = 1
    message: bytes = b""


@dataclass(frozen=True, slots=True)
class Message:
    """One StatusResponse."""

    vertexes: tuple[Vertex, ...]
    statuses: tuple[Status, ...]
    logs: tuple[Log, ...]


def decode(buffer: bytes) -> Message:
    """Read one StatusResponse."""
    vertexes: list[Vertex] = []
    statuses: list[Status] = []
    logs: list[Log] = []
    for number, value in fields(buffer):
        if number == 1:
            vertexes.append(_vertex(_bytes(value)))
        elif number == 2:
            statuses.append(_status(_bytes(value)))
        elif number == 3:
            logs.append(_log(_bytes(value)))
    return Message(tuple(vertexes), tuple(statuses), tuple(logs))


def fields(buffer: bytes) -> Iterator[tuple[int, Value]]:
    """The fields of one message, in their order: (number, value)."""
    at = 0
    while at < len(buffer):
        key, at = varint(buffer, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise BadTrace("a field with number 0")
        if kind == VARINT:
            number_value, at = varint(buffer, at)
            yield number, number_value
            continue
        if kind == BYTES:
            length, at = varint(buffer, at)
        elif kind in {FIXED64, FIXED32}:
            length = 8 if kind == FIXED64 else 4
        else:
            raise BadTrace(f"a field of kind {kind}")
        if at + length > len(buffer):
            raise BadTrace("a field that is longer than its message")
        yield number, buffer[at : at + length]
        at += length


def varint(buffer: bytes, at: int) -> tuple[int, int]:
    """A number of at most 64 bits, and where it ends."""
    result = 0
    for shift in range(0, 70, 7):
        if at >= len(buffer):
            raise BadTrace("a number that is cut off")
        byte = buffer[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, at
    raise BadTrace("a number of more than 64 bits")


def _bytes(value: Value) -> bytes:
    if isinstance(value, int):
        raise BadTrace("a number where a text or message belongs")
    return value


def _int(value: Value) -> int:
    if not isinstance(value, int):
        raise BadTrace("a text or message where a number belongs")
    return value - (1 << 64) if value >= 1 << 63 else value


def _text(value: Value) -> str:
    return _bytes(value).decode("utf-8", "replace")


def _time(value: Value) -> float:
    """google.protobuf.Timestamp as seconds since the epoch."""
    seconds = nanos = 0
    for number, part in fields(_bytes(value)):
        if number == 1:
            seconds = _int(part)
        elif number == 2:
            nanos = _int(part)
    return seconds + nanos / 1e9


_Read = dict[int, tuple[str, Callable[[Value], object]]]
_VERTEX: _Read = {
    1: ("digest", _text), 3: ("name", _text), 4: ("cached", lambda v: bool(_int(v))),
    5: ("started", _time), 6: ("completed", _time), 7: ("error", _text),
}  # fmt: skip
_STATUS: _Read = {
    1: ("id", _text), 2: ("vertex", _text), 4: ("current", _int), 5: ("total", _int), 8: ("completed", _time),
}  # fmt: skip
_LOG: _Read = {1: ("vertex", _text), 2: ("at", _time), 3: ("stream", _int), 4: ("message", _bytes)}


def _read(buffer: bytes, table: _Read) -> dict[str, object]:
    found: dict[str, object] = {}
    for number, value in fields(buffer):
        if number in table:
            name, reader = table[number]
            found[name] = reader(value)
    return found


def _vertex(buffer: bytes) -> Vertex:
    inputs = tuple(_text(value) for number, value in fields(buffer) if number == 2)
    return Vertex(inputs=inputs, **_read(buffer, _VERTEX))  # type: ignore[arg-type]  # the table's readers fit


def _status(buffer: bytes) -> Status:
    return Status(**_read(buffer, _STATUS))  # type: ignore[arg-type]  # the table's readers fit


def _log(buffer: bytes) -> Log:
    return Log(**_read(buffer, _LOG))  # type: ignore[arg-type]  # the table's readers fit
