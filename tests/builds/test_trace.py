"""From what the engine tells of a build to the log's events."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from playground.builds.trace import LONGEST_LINE, MOST_LINES, Trace
from playground.dockerfile import parse
from playground.engine import port
from playground.engine.sandbox import hide_engine_names

DOCKERFILE = "FROM busybox:latest\nRUN one\nRUN two\n"
BEGIN = 1000.0
FROM, ONE, TWO = "[1/3] FROM docker.io/library/busybox:latest", "[2/3] RUN one", "[3/3] RUN two"


def seen(step: str, name: str) -> port.StepSeen:
    return port.StepSeen(id=step, name=name)


def changed(step: str, state: port.StepState, at: float | None = BEGIN, **more: Any) -> port.StepChanged:
    return port.StepChanged(id=step, state=state, started=at, **more)


def said(step: str, text: str, stream: port.OutputStream = "stdout", at: float = BEGIN) -> port.StepOutput:
    return port.StepOutput(id=step, stream=stream, at=at, text=text)


class Book:
    """A trace and everything it has had ready."""

    def __init__(self, *, limit: int = 1 << 20, step_limit: int = 1 << 20, dockerfile: str = DOCKERFILE) -> None:
        self.trace = Trace(
            parse(dockerfile),
            target="",
            hide=hide_engine_names,
            begin=BEGIN,
            limit=limit,
            step_limit=step_limit,
        )
        self.entries: list[tuple[str, dict[str, Any]]] = []

    def take(self, *events: port.BuildEvent) -> "Book":
        for event in events:
            self.trace.take(event)
        return self.flush()

    def flush(self) -> "Book":
        self.entries += [(kind, payload.model_dump()) for kind, payload in self.trace.flush()]
        return self

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [data for seen_kind, data in self.entries if seen_kind == kind]

    def lines(self, step: str = "0.2") -> list[tuple[str, str]]:
        return [
            (stream, text)
            for data in self.of("build.output")
            if data["id"] == step
            for _, stream, text in data["lines"]
        ]

    def texts(self, step: str = "0.2") -> list[str]:
        return [text for _, text in self.lines(step)]


@pytest.fixture
def book() -> Book:
    """A build whose first RUN step is running."""
    made = Book()
    made.take(seen("v1", FROM), seen("v2", ONE), seen("v3", TWO), changed("v2", "running"))
    return made


def test_the_planned_steps_come_first() -> None:
    ((kind, data),) = Book().flush().entries
    assert kind == "build.steps"
    titles = ["FROM busybox:latest", "RUN one", "RUN two", "exporting to image"]
    assert [step["title"] for step in data["steps"]] == titles


def test_a_step_moves_with_times_since_the_build_began(book: Book) -> None:
    book.take(changed("v2", "done", 1000.5, completed=1002.25))
    assert book.of("build.step")[-1] == {"id": "0.2", "state": "done", "started": 0.5, "completed": 2.25, "error": ""}


def test_a_time_before_the_build_began_is_its_beginning(book: Book) -> None:
    book.take(changed("v2", "cached", 900.0, completed=900.0))
    assert book.of("build.step")[-1]["started"] == 0.0


@pytest.mark.parametrize(
    "pieces", [["ab\ncd\n"], ["ab", "\ncd\n"], ["a", "b\nc", "d\n"], ["", "ab\r", "\ncd\r\n"], [*"ab\ncd\n"]]
)
def test_lines_are_whole_whatever_the_pieces(book: Book, pieces: Sequence[str]) -> None:
    for piece in pieces:
        book.take(said("v2", piece))
    assert book.texts() == ["ab", "cd"]


def test_empty_lines_stay(book: Book) -> None:
    assert book.take(said("v2", "a\n\nb\n")).texts() == ["a", "", "b"]


def test_two_streams_do_not_mix_within_a_line(book: Book) -> None:
    book.take(said("v2", "out"), said("v2", "err", "stderr"), said("v2", "put\n"), said("v2", "or\n", "stderr"))
    assert book.lines() == [("stdout", "output"), ("stderr", "error")]


def test_two_steps_do_not_mix_within_a_line(book: Book) -> None:
    book.take(changed("v3", "running"), said("v2", "fir"), said("v3", "sec"), said("v2", "st\n"), said("v3", "ond\n"))
    assert book.texts("0.2") == ["first"]
    assert book.texts("0.3") == ["second"]


def test_of_progress_in_one_line_the_last_is_kept(book: Book) -> None:
    assert book.take(said("v2", "10%\r50%\r100%\nok\n")).texts() == ["100%", "ok"]


def test_progress_that_ends_with_a_carriage_return_is_not_lost(book: Book) -> None:
    book.take(said("v2", "10%\r20%\r"), changed("v2", "done", completed=1001.0))
    assert book.texts() == ["20%"]


def test_a_line_has_the_time_since_its_step_started(book: Book) -> None:
    book.take(changed("v2", "running", 1010.0), said("v2", "late\n", at=1012.5))
    assert book.of("build.output")[-1]["lines"] == [(2.5, "stdout", "late")]


def test_a_long_line_becomes_several_and_nothing_is_lost(book: Book) -> None:
    text = "".join(itertools.islice(itertools.cycle("0123456789"), 2 * LONGEST_LINE + 5))
    book.take(said("v2", text + "\n"))
    assert [len(line) for line in book.texts()] == [LONGEST_LINE, LONGEST_LINE, 5]
    assert "".join(book.texts()) == text


def test_a_line_without_end_does_not_wait_for_it(book: Book) -> None:
    book.take(said("v2", "x" * LONGEST_LINE))
    assert book.texts() == []
    book.take(said("v2", "x"))
    assert "".join(book.texts()) == "x" * (LONGEST_LINE + 1)


def test_a_line_that_is_unfinished_when_its_step_ends_is_a_line_before_the_end(book: Book) -> None:
    book.take(said("v2", "no newline"), changed("v2", "failed", completed=1001.0, error="exit code: 1"))
    assert book.texts() == ["no newline"]
    assert [kind for kind, _ in book.entries][-2:] == ["build.output", "build.step"]


def test_a_line_that_is_unfinished_when_the_build_ends_is_a_line(book: Book) -> None:
    book.take(said("v2", "half"))
    book.trace.finish("cancelled")
    book.flush()
    assert book.texts() == ["half"]
    assert book.of("build.step")[-1]["state"] == "cancelled"


def test_finishing_leaves_what_ended_as_it_ended(book: Book) -> None:
    book.take(said("v2", "half"), changed("v2", "done", completed=1001.0))
    assert book.texts() == ["half"]
    before = len(book.entries)
    book.trace.finish("failed")
    assert book.flush().entries[before:] == []


def test_output_stands_before_what_came_after_it(book: Book) -> None:
    book.trace.take(said("v2", "first\n"))
    book.trace.take(changed("v2", "done", completed=1001.0))
    book.trace.take(changed("v3", "running"))
    book.trace.take(said("v3", "second\n"))
    before = len(book.entries)
    kinds = [(kind, data["id"]) for kind, data in book.flush().entries[before:]]
    assert kinds == [("build.output", "0.2"), ("build.step", "0.2"), ("build.step", "0.3"), ("build.output", "0.3")]


def test_many_lines_are_several_events_of_bounded_size(book: Book) -> None:
    book.take(said("v2", "".join(f"{n}\n" for n in range(2 * MOST_LINES + 1))))
    assert [len(data["lines"]) for data in book.of("build.output")] == [MOST_LINES, MOST_LINES, 1]
    assert book.texts() == [str(n) for n in range(2 * MOST_LINES + 1)]


def test_waiting_lines_are_counted_until_they_are_flushed(book: Book) -> None:
    book.trace.take(said("v2", "a\nb\nunfinished"))
    assert book.trace.waiting_lines == 2
    book.flush()
    assert book.trace.waiting_lines == 0


def cut_book(limit: int) -> Book:
    """A build with another limit of output."""
    return Book(limit=limit).take(seen("v2", ONE), seen("v3", TWO), changed("v2", "running"))


def test_output_over_the_limit_is_cut_once_with_a_sentence_at_the_place() -> None:
    book = cut_book(10).take(said("v2", "12345\n6789\n"), said("v2", "more\n"))
    assert book.texts() == ["12345"]
    (cut,) = book.of("build.cut")
    assert (cut["id"], cut["by"], cut["limit"]) == ("0.2", "limit", 10)
    assert "10 bytes" in cut["sentence"]
    assert [kind for kind, _ in book.entries][-2:] == ["build.output", "build.cut"]


def test_output_of_just_the_limit_is_not_cut() -> None:
    book = cut_book(11).take(said("v2", "12345\n6789\n"))
    assert book.texts() == ["12345", "6789"]
    assert book.of("build.cut") == []


def test_after_the_cut_every_other_step_says_so_too_and_steps_still_move() -> None:
    book = cut_book(3).take(said("v2", "12345\n"), changed("v3", "running"), said("v3", "x\n"))
    book.take(changed("v3", "done", completed=1001.0))
    assert [cut["id"] for cut in book.of("build.cut")] == ["0.2", "0.3"]
    assert book.of("build.step")[-1]["state"] == "done"


def test_a_step_over_its_own_limit_is_cut_and_the_others_go_on() -> None:
    book = Book(step_limit=6).take(seen("v2", ONE), seen("v3", TWO), changed("v2", "running"), changed("v3", "running"))
    book.take(said("v2", "12345\n6\n"), said("v3", "abc\n"))
    assert (book.texts("0.2"), book.texts("0.3")) == (["12345"], ["abc"])
    (cut,) = book.of("build.cut")
    assert (cut["id"], cut["limit"]) == ("0.2", 6)
    assert "a step may write 6 bytes" in cut["sentence"]


def test_limits_count_bytes_and_not_characters() -> None:
    book = cut_book(6).take(said("v2", "äää\n"))
    assert book.texts() == []
    assert len(book.of("build.cut")) == 1


def test_the_last_lines_of_a_failed_step_are_known_beyond_the_cut() -> None:
    book = cut_book(3).take(said("v2", "12345\nwhy it failed\n"), changed("v2", "failed", error="boom"))
    assert book.trace.tail["0.2"][-1] == "why it failed"


def test_what_the_engine_clipped_is_told_as_its_cut(book: Book) -> None:
    book.take(said("v2", "a\n[output clipped, log limit 1MiB reached]\n"))
    (cut,) = book.of("build.cut")
    assert (cut["by"], cut["limit"]) == ("engine", 0)
    assert book.texts() == ["a"]


def test_what_the_engine_clips_beyond_our_cut_is_not_told_again() -> None:
    book = cut_book(3).take(said("v2", "12345\n[output clipped, log limit 1MiB reached]\n"))
    assert [cut["by"] for cut in book.of("build.cut")] == ["limit"]


def test_the_first_step_that_failed_is_remembered_with_its_last_lines(book: Book) -> None:
    book.take(*(said("v2", f"{n}\n") for n in range(30)))
    book.take(changed("v2", "failed", error="boom"), changed("v3", "cancelled"))
    assert book.trace.failed == "0.2"
    assert book.trace.name("0.2") == ONE
    assert book.trace.tail["0.2"] == [str(n) for n in range(10, 30)]


def test_engine_names_are_hidden_in_titles_output_errors_and_progress() -> None:
    name = "drydock-inst/learner/app:1"
    book = Book().take(
        seen("v0", f"[internal] load metadata for docker.io/{name}"),
        seen("v2", ONE),
        said("v2", f"using {name}\n"),
        changed("v2", "failed", error=f"{name}: not found"),
        port.StepProgress(id="v2", label=f"naming to {name}", current=1, total=2, done=False),
    )
    assert "drydock" not in repr(book.entries)
    assert book.texts() == ["using app:1"]
    assert book.of("build.step")[-1]["error"] == "app:1: not found"
    assert book.of("build.progress")[-1]["label"] == "naming to app:1"


def test_the_engines_own_work_gets_a_cell_beside_the_steps() -> None:
    book = Book().take(seen("v0", "[internal] load build context"), seen("v1", "[internal] load .dockerignore"))
    own = [data["steps"][0] for data in book.of("build.steps")[1:]]
    assert [(step["kind"], step["stage"], step["line"]) for step in own] == [("internal", "", None)] * 2
    assert own[0]["id"] != own[1]["id"]


def test_writing_the_image_moves_the_cell_that_was_planned_for_it() -> None:
    book = Book().take(seen("v9", "exporting to image"), changed("v9", "running"), changed("v9", "done"))
    assert [(data["id"], data["state"]) for data in book.of("build.step")] == [
        ("export", "running"),
        ("export", "done"),
    ]


def test_a_from_counts_as_cached_however_the_engine_calls_it() -> None:
    book = Book().take(seen("v1", "[1/3] FROM docker.io/library/busybox:latest"), changed("v1", "done"))
    assert [data["state"] for data in book.of("build.step")] == ["cached"]


def test_one_vertex_of_two_stages_moves_both_cells_and_speaks_once() -> None:
    book = Book(dockerfile="FROM busybox AS a\nRUN one\nFROM busybox\nCOPY --from=a /x /x\n")
    book.take(seen("v1", "[a 1/2] FROM docker.io/library/busybox:latest"), changed("v1", "done"), said("v1", "hi\n"))
    assert [data["id"] for data in book.of("build.step")] == ["0.1", "1.1"]
    assert (book.texts("0.1"), book.texts("1.1")) == (["hi"], [])


def test_a_vertex_that_is_announced_twice_is_one(book: Book) -> None:
    before = len(book.entries)
    assert book.take(seen("v2", ONE)).entries[before:] == []


def test_what_was_never_announced_is_passed_over(book: Book) -> None:
    before = len(book.entries)
    assert book.take(said("v77", "ghost\n"), changed("v77", "done"), port.Tick()).entries[before:] == []


def test_steps_of_the_dockerfile_are_counted_and_those_from_the_cache(book: Book) -> None:
    book.take(seen("v9", "exporting to image"), changed("v9", "done"))
    book.take(changed("v1", "cached"), changed("v2", "running"), changed("v2", "cached"), changed("v3", "done"))
    assert book.trace.counts() == (3, 2)
