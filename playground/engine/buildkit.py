"""Turns the engine's account of a build into our events. Pure; called by `docker_engine` with the lines it reads.

`POST /build?version=2` (Docker Engine API v1.41) answers lines of JSON: traces (base64 of a BuildKit StatusResponse),
the image's id, or an error. A vertex is told again whenever it changes; we merge by digest and say only what is new.
"""

import base64
import binascii
import codecs
import json

from playground.engine.buildkit_wire import Log, Message, Status, Vertex, decode
from playground.engine.errors import BadTrace
from playground.engine.port import (
    BuildEvent,
    BuildFailed,
    ImageBuilt,
    OutputStream,
    StepChanged,
    StepOutput,
    StepProgress,
    StepSeen,
    StepState,
)

CANCELLED = "context canceled"
STREAMS: dict[int, OutputStream] = {1: "stdout", 2: "stderr"}


class Trace:
    """What is known of one build so far. Feed it lines; ask `verdict` when they have ended."""

    def __init__(self) -> None:
        self._seen: dict[str, StepSeen] = {}
        self._changed: dict[str, StepChanged] = {}
        self._progress: dict[tuple[str, str], StepProgress] = {}
        self._decoders: dict[tuple[str, OutputStream], codecs.IncrementalDecoder] = {}
        self._image_id = ""
        self._error = ""

    def feed(self, line: bytes) -> list[BuildEvent]:
        """The events of one line of the answer. Raises `BadTrace`."""
        if not line.strip():
            return []
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as wrong:
            raise BadTrace("a line that is not JSON") from wrong
        if not isinstance(told, dict):
            raise BadTrace("a line that is not a JSON object")
        if told.get("id") == "moby.buildkit.trace":
            return self.merge(decode(_unpack(told.get("aux"))))
        if told.get("id") == "moby.image.id":
            aux = told.get("aux")
            self._image_id = str(aux.get("ID", "")) if isinstance(aux, dict) else ""
        elif told.get("error"):
            self._error = str(told["error"])
        return []

    def verdict(self) -> ImageBuilt | BuildFailed | None:
        """How the build ended; None if the engine never said (the connection broke)."""
        if self._error:
            return BuildFailed(message=self._error)
        if self._image_id:
            return ImageBuilt(image_id=self._image_id)
        return None

    def merge(self, message: Message) -> list[BuildEvent]:
        """What one message tells that was not known."""
        events: list[BuildEvent] = []
        for vertex in _inputs_first(message.vertexes):
            events += self._vertex(vertex)
        for status in message.statuses:
            events += self._status(status)
        for log in message.logs:
            events += self._log(log)
        return events

    def _vertex(self, vertex: Vertex) -> list[BuildEvent]:
        events: list[BuildEvent] = []
        seen = StepSeen(id=vertex.digest, name=vertex.name, inputs=vertex.inputs)
        if vertex.digest not in self._seen or (vertex.name and self._seen[vertex.digest] != seen):
            self._seen[vertex.digest] = seen
            events.append(seen)
        if vertex.started is None and vertex.completed is None and not vertex.error:
            return events
        changed = StepChanged(
            id=vertex.digest,
            state=_state(vertex),
            started=vertex.started,
            completed=vertex.completed,
            error=vertex.error,
        )
        if self._changed.get(vertex.digest) != changed:
            self._changed[vertex.digest] = changed
            events.append(changed)
        return events

    def _announced(self, digest: str) -> list[BuildEvent]:
        """A step that speaks before it was announced gets a place at once; its name follows."""
        if digest in self._seen:
            return []
        self._seen[digest] = StepSeen(id=digest, name="")
        return [self._seen[digest]]

    def _status(self, status: Status) -> list[BuildEvent]:
        progress = StepProgress(
            id=status.vertex,
            label=status.id,
            current=status.current,
            total=max(status.total, 0),
            done=status.completed is not None,
        )
        if self._progress.get((status.vertex, status.id)) == progress:
            return []
        self._progress[status.vertex, status.id] = progress
        return [*self._announced(status.vertex), progress]

    def _log(self, log: Log) -> list[BuildEvent]:
        stream = STREAMS.get(log.stream, "stdout")
        key = (log.vertex, stream)
        if key not in self._decoders:
            self._decoders[key] = codecs.getincrementaldecoder("utf-8")("replace")
        text = self._decoders[key].decode(log.message)  # a character may be split over two messages
        if not text:
            return []
        return [*self._announced(log.vertex), StepOutput(id=log.vertex, stream=stream, at=log.at, text=text)]


def _state(vertex: Vertex) -> StepState:
    """A newer start without an end means that the step runs (again)."""
    if vertex.error:
        return "cancelled" if CANCELLED in vertex.error else "failed"
    if vertex.completed is None:
        return "running"
    return "cached" if vertex.cached else "done"


def _inputs_first(vertexes: tuple[Vertex, ...]) -> list[Vertex]:
    """Steps after those they build on; newer engines tell the last stage first. Repeats keep their order."""
    here = {vertex.digest for vertex in vertexes}
    placed: set[str] = set()
    ordered: list[Vertex] = []
    waiting = list(vertexes)
    while waiting:
        ready = [v for v in waiting if all(i in placed or i not in here or i == v.digest for i in v.inputs)]
        if not ready:  # a circle: not a graph BuildKit makes, and no reason to stop
            return ordered + waiting
        ordered += ready
        placed.update(v.digest for v in ready)
        waiting = [v for v in waiting if v not in ready]
    return ordered


def _unpack(aux: object) -> bytes:
    if not isinstance(aux, str):
        raise BadTrace("a trace without its message")
    try:
        return base64.b64decode(aux, validate=True)
    except binascii.Error as wrong:
        raise BadTrace("a trace that is not base64") from wrong
