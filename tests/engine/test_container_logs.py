"""Lines out of the engine's log stream, and exact resumption."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.container_logs import LINE_BYTES, LogCursor, LogReader, since_parameter
from playground.engine.errors import EngineError
from playground.engine.port import LogLine, OutputStream

AT = "2026-11-23T15:40:12.611171517Z"


def frame(text: bytes, *, stream: int = 1, at: str = AT) -> bytes:
    """One message as the engine frames it."""
    payload = at.encode() + b" " + text
    return struct.pack(">BxxxL", stream, len(payload)) + payload


def read(data: bytes, step: int = 1 << 20) -> list[LogLine]:
    """The lines of a stream that arrives *step* bytes at a time."""
    reader = LogReader()
    lines = [line for start in range(0, len(data), step) for line in reader.feed(data[start : start + step])]
    return [*lines, *reader.end()]


@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.text(st.characters(exclude_characters="\n"), max_size=30))),
    st.integers(1, 40),
)
def test_lines_are_whole_however_the_bytes_arrive(told: list[tuple[int, str]], step: int) -> None:
    data = b"".join(frame(text.encode("utf-8", "replace") + b"\n", stream=stream) for stream, text in told)
    wanted = [("stdout" if s == 1 else "stderr", t.encode("utf-8", "replace").decode()) for s, t in told]
    assert [(line.stream, line.text) for line in read(data, step)] == wanted


def test_a_line_in_several_messages_is_joined_while_the_other_stream_goes_on() -> None:
    data = frame(b"one ") + frame(b"err\n", stream=2) + frame(b"line\n")
    assert [(line.stream, line.text) for line in read(data)] == [("stderr", "err"), ("stdout", "one line")]


def test_a_last_line_without_its_end_is_told() -> None:
    assert [line.text for line in read(frame(b"no end"))] == ["no end"]


def test_a_line_that_is_too_long_is_cut_and_says_by_how_much() -> None:
    (line,) = read(frame(b"x" * LINE_BYTES) + frame(b"y" * LINE_BYTES) + frame(b"z\n"))
    assert line.text == "x" * LINE_BYTES + " … (line cut: 16,385 more bytes)"
    (whole,) = read(frame(b"x" * LINE_BYTES) + frame(b"\n"))
    assert whole.text == "x" * LINE_BYTES


def test_a_byte_that_is_no_text_is_replaced() -> None:
    assert read(frame(b"a\xffb\n"))[0].text == "a\ufffdb"


@pytest.mark.parametrize("head", [struct.pack(">BxxxL", 9, 4), struct.pack(">BxxxL", 1, 1 << 30)])
def test_a_stream_that_cannot_be_read_is_an_error(head: bytes) -> None:
    with pytest.raises(EngineError):
        read(head + b"rest")


def test_a_moment_becomes_the_engine_s_since() -> None:
    assert since_parameter("1970-01-01T00:01:00.000000001Z") == "60.000000001"
    assert since_parameter("1970-01-01T00:01:00.5Z") == "60.500000000"
    assert since_parameter("1970-01-01T00:01:00Z") == "60.000000000"
    assert since_parameter("") == "0"
    with pytest.raises(ValueError, match="yesterday"):
        since_parameter("yesterday")


@st.composite
def logs(draw: st.DrawFn) -> list[LogLine]:
    """A container's log: in order within each stream, with equal moments, but not in order over both."""
    lines: list[LogLine] = []
    clocks: dict[OutputStream, int] = {"stdout": 0, "stderr": 0}
    for _ in range(draw(st.integers(0, 25))):
        stream: OutputStream = draw(st.sampled_from(["stdout", "stderr"]))
        clocks[stream] += draw(st.integers(0, 2))
        lines.append(LogLine(at=f"{clocks[stream]:09d}", stream=stream, text=str(len(lines))))
    return lines


@given(logs(), st.lists(st.integers(0, 9), max_size=8))
def test_whatever_cuts_the_connection_every_line_is_seen_once(log: list[LogLine], cuts: list[int]) -> None:
    cursor = LogCursor()
    seen: list[LogLine] = []
    for cut in [*cuts, None]:
        since = cursor.reconnect()
        served = [line for line in log if line.at >= since]
        fresh = 0
        for line in served:
            if cut is not None and fresh >= cut:
                break
            if cursor.is_new(line):
                seen.append(line)
                fresh += 1
    assert sorted(seen, key=lambda line: int(line.text)) == log


def test_a_reader_that_begins_later_never_gets_what_lay_before() -> None:
    cursor = LogCursor("5")
    assert cursor.reconnect() == "5"
    assert not cursor.is_new(LogLine(at="4", stream="stderr", text="old"))
    assert cursor.is_new(LogLine(at="5", stream="stderr", text="new"))
