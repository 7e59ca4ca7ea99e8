"""Reading the engine's account of a build, with an encoder of our own as the other side."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.buildkit import Trace
from playground.engine.buildkit_wire import decode, varint
from playground.engine.errors import BadTrace
from playground.engine.port import (
    BuildEvent,
    BuildFailed,
    ImageBuilt,
    StepChanged,
    StepOutput,
    StepProgress,
    StepSeen,
)

# --- the other side: protobuf, written ----------------------------------------------------------------------------


def number(value: int) -> bytes:
    """A varint."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(key: int, value: int | str | bytes) -> bytes:
    """One field."""
    if isinstance(value, int):
        return number(key << 3) + number(value)
    data = value.encode() if isinstance(value, str) else value
    return number(key << 3 | 2) + number(len(data)) + data


def moment(nanos: int) -> bytes:
    """A google.protobuf.Timestamp."""
    return field(1, nanos // 10**9) + field(2, nanos % 10**9)


def vertex(digest: str, name: str = "", *, inputs: tuple[str, ...] = (), cached: bool = False, started: int = 0,
           completed: int = 0, error: str = "") -> bytes:  # fmt: skip
    """A Vertex as a field of StatusResponse."""
    parts = [field(1, digest), *(field(2, one) for one in inputs), field(3, name)]
    parts += [field(4, 1)] * cached + [field(5, moment(started))] * bool(started)
    parts += [field(6, moment(completed))] * bool(completed) + [field(7, error)] * bool(error)
    return field(1, b"".join(parts))


def log(digest: str, text: bytes, *, stream: int = 1, at: int = 5 * 10**9) -> bytes:
    """A VertexLog."""
    return field(3, field(1, digest) + field(2, moment(at)) + field(3, stream) + field(4, text))


def status(digest: str, label: str, current: int, total: int, *, completed: int = 0) -> bytes:
    """A VertexStatus."""
    parts = field(1, label) + field(2, digest) + field(4, current) + field(5, total)
    return field(2, parts + (field(8, moment(completed)) if completed else b""))


def line(message: bytes) -> bytes:
    """One line of the engine's answer."""
    return json.dumps({"id": "moby.buildkit.trace", "aux": base64.b64encode(message).decode()}).encode()


def heard(*messages: bytes) -> list[BuildEvent]:
    """The events of these messages."""
    trace = Trace()
    return [event for message in messages for event in trace.feed(line(message))]


S = 10**9

# --- decoding -----------------------------------------------------------------------------------------------------


@given(st.integers(0, (1 << 64) - 1))
def test_every_number_is_read_as_it_was_written(value: int) -> None:
    assert varint(number(value), 0) == (value, len(number(value)))


@given(
    digest=st.text(min_size=1), name=st.text(), inputs=st.lists(st.text(min_size=1), max_size=4), cached=st.booleans(),
    started=st.integers(1, 4 * 10**18), error=st.text(),
)  # fmt: skip
def test_every_vertex_is_read_as_it_was_written(
    digest: str, name: str, inputs: list[str], cached: bool, started: int, error: str
) -> None:
    (read,) = decode(vertex(digest, name, inputs=tuple(inputs), cached=cached, started=started, error=error)).vertexes
    assert (read.digest, read.name, read.inputs, read.cached) == (digest, name, tuple(inputs), cached)
    assert (read.completed, read.error) == (None, error)
    assert read.started == pytest.approx(started / 1e9)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadTrace):
        assert decode(data) == decode(data)


@given(st.binary(max_size=200))
def test_any_line_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadTrace):
        assert Trace().feed(data) == []


@given(st.integers(0, 120))
def test_a_message_that_is_cut_off_is_refused_or_shorter(length: int) -> None:
    whole = vertex("d", "name", started=S) + log("d", b"text")
    try:
        read = decode(whole[:length])
    except BadTrace:
        return
    assert length in {0, len(vertex("d", "name", started=S))} or length >= len(whole)
    assert len(read.vertexes) <= 1


def test_unknown_fields_are_passed_over() -> None:
    extra = field(99, b"new") + field(98, 7) + number(97 << 3 | 1) + b"\0" * 8 + number(96 << 3 | 5) + b"\0" * 4
    assert decode(extra + vertex("d") + extra).vertexes[0].digest == "d"


@pytest.mark.parametrize(
    "data",
    [b"\x80", b"\xff" * 11, number(0), number(1 << 3 | 3), number(1 << 3 | 2) + number(1 << 62), field(1, 7),
     field(1, field(1, 7)), field(1, field(4, "x")), number(1 << 3 | 1) + b"123"],
    ids=["cut", "endless", "zero", "group", "longer", "number-for-message", "number-for-text", "text-for-number",
         "short"],
)  # fmt: skip
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadTrace):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [b"no json", b"[]", b'{"id":"moby.buildkit.trace"}', b'{"id":"moby.buildkit.trace","aux":"?"}', b"[" * 99_999],
)
def test_a_line_that_is_no_trace_is_refused(data: bytes) -> None:
    with pytest.raises(BadTrace):
        Trace().feed(data)


# --- merging ------------------------------------------------------------------------------------------------------


def test_a_step_is_seen_once_and_each_change_is_told_once() -> None:
    running = vertex("a", "RUN x", started=1 * S)
    done = vertex("a", "RUN x", started=1 * S, completed=3 * S)
    assert heard(vertex("a", "RUN x"), running, running, done, done) == [
        StepSeen(id="a", name="RUN x"),
        StepChanged(id="a", state="running", started=1.0),
        StepChanged(id="a", state="done", started=1.0, completed=3.0),
    ]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (vertex("a", started=S), "running"),
        (vertex("a", started=S, completed=S, cached=True), "cached"),
        (vertex("a", started=S, completed=S), "done"),
        (vertex("a", started=S, completed=S, error="exit code: 3"), "failed"),
        (vertex("a", started=S, completed=S, error="exit code: 137: context canceled"), "cancelled"),
        (vertex("a", error="context canceled"), "cancelled"),
    ],
)
def test_the_state_is_read_from_the_newest_account(told: bytes, state: str) -> None:
    assert [event.state for event in heard(told) if isinstance(event, StepChanged)] == [state]


def test_a_step_that_starts_anew_runs_again() -> None:
    events = heard(vertex("a", started=S, completed=2 * S), vertex("a", started=3 * S))
    assert [event.state for event in events if isinstance(event, StepChanged)] == ["done", "running"]


def test_steps_come_after_their_inputs_even_if_told_the_other_way_round() -> None:
    told = vertex("c", "c", inputs=("b", "elsewhere")) + vertex("b", "b", inputs=("a",)) + vertex("a", "a")
    assert [event.id for event in heard(told) if isinstance(event, StepSeen)] == ["a", "b", "c"]


def test_a_circle_of_inputs_does_not_hang() -> None:
    told = vertex("a", "a", inputs=("b",)) + vertex("b", "b", inputs=("a",))
    assert {event.id for event in heard(told) if isinstance(event, StepSeen)} == {"a", "b"}


def test_partial_lines_are_kept_and_a_split_character_is_whole() -> None:
    euro = "€".encode()
    events = heard(vertex("a"), log("a", b"/bin/sh: " + euro[:1]), log("a", euro[1:] + b"foo: not found\n", stream=1))
    assert "".join(event.text for event in events if isinstance(event, StepOutput)) == "/bin/sh: €foo: not found\n"


def test_streams_are_told_apart_and_bad_bytes_replaced() -> None:
    events = heard(vertex("a"), log("a", b"out"), log("a", b"\xff err", stream=2))
    assert [(e.stream, e.text, e.at) for e in events if isinstance(e, StepOutput)] == [
        ("stdout", "out", 5.0),
        ("stderr", "\ufffd err", 5.0),
    ]


def test_output_of_an_unknown_step_announces_it_and_its_name_follows() -> None:
    events = heard(log("a", b"early"), vertex("a", "RUN x", inputs=("b",)))
    assert events[0] == StepSeen(id="a", name="")
    assert events[-1] == StepSeen(id="a", name="RUN x", inputs=("b",))


def test_progress_is_told_when_it_moves() -> None:
    events = heard(
        vertex("a"), status("a", "layers", 1, 9), status("a", "layers", 1, 9), status("a", "layers", 9, 9, completed=S)
    )
    assert [(e.current, e.total, e.done) for e in events if isinstance(e, StepProgress)] == [
        (1, 9, False),
        (9, 9, True),
    ]


def test_the_verdict_is_the_image_unless_an_error_was_told() -> None:
    trace = Trace()
    assert trace.verdict() is None
    assert trace.feed(b'{"id":"moby.image.id","aux":{"ID":"sha256:1"}}') == []
    assert trace.verdict() == ImageBuilt(image_id="sha256:1")
    trace.feed(b'{"stream":"Successfully tagged x:1\\n"}')
    trace.feed(b'{"errorDetail":{"message":"no"},"error":"no"}')
    assert trace.verdict() == BuildFailed(message="no")
