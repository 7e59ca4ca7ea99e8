"""Following containers into the log: nothing lost, nothing doubled, the end after the last line."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from playground.accounts.models import Learner
from playground.builds import gateway
from playground.builds.acting import act_on_container
from playground.builds.containers import moment
from playground.builds.gateway import LONGEST_LINE, Follower, serve
from playground.builds.models import Container, Pulse
from playground.builds.services import containers, showing
from playground.builds.states import ContainerState
from playground.engine import port
from playground.engine.errors import EngineDown
from playground.engine.fake import FakeEngine
from playground.events import log
from tests.builds.support import (
    LINES,
    PATIENT,
    SAID,
    Sent,
    TalkingEngine,
    at,
    closed,
    follow,
    force,
    fresh,
    image_of,
    output,
    run,
    running,
    story,
    talking,
    told,
    types,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState


@pytest.fixture(autouse=True)
def one_line_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is written at once."""
    monkeypatch.setattr(gateway, "BATCH", 0.0)


def ends(container: Container) -> list[str]:
    """The states that were told after the container ran."""
    changes = [data["container"]["state"] for kind, data in story(container.stream) if kind == "container.changed"]
    return [state for state in changes if state in {"exited", "failed"}]


# --- from the engine to the log -----------------------------------------------------------------------------------


def test_every_line_is_written_in_order_and_the_end_comes_after_the_last(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking(SAID, code=3))
    assert output(container.stream) == LINES
    assert types(container.stream)[-1] == "container.changed"
    row = fresh(container)
    assert (row.state, row.exit_code, row.finished_at) == (C.EXITED, 3, moment(at(99)))
    assert told(ada, "container.put")[-1]["container"]["state"] == "exited"


def test_a_line_has_its_stream_and_the_time_since_the_start(ada: Learner, sent: Sent) -> None:
    container = running(ada, started_at=moment(at(10)))
    engine = talking([])
    engine.said = [
        port.LogLine(at=at(12), stream="stderr", text="oops"),
        port.LogLine(at=at(5), stream="stdout", text="x"),
    ]
    follow(container, engine)
    lines = [line for kind, data in story(container.stream) if kind == "container.output" for line in data["lines"]]
    assert lines == [[2.0, "stderr", "oops"], [0.0, "stdout", "x"]]


def test_a_container_that_says_nothing_ends_too(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking([]))
    assert output(container.stream) == []
    assert ends(container) == ["exited"]


def test_many_lines_are_few_events(ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "BATCH", 3600.0)
    container = running(ada)
    follow(container, talking([(1, str(number)) for number in range(2 * gateway.MOST_LINES + 3)]))
    sizes = [len(data["lines"]) for kind, data in story(container.stream) if kind == "container.output"]
    assert sum(sizes) == 2 * gateway.MOST_LINES + 3
    assert types(container.stream)[-1] == "container.changed"
    assert len(sizes) <= 4
    assert max(sizes) <= gateway.MOST_LINES


def test_a_long_line_becomes_several_and_nothing_is_lost(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking([(1, "x" * (LONGEST_LINE + 7)), (1, ""), (2, "after")]))
    assert output(container.stream) == ["x" * LONGEST_LINE, "x" * 7, "", "after"]


def test_a_missing_program_is_told_without_the_engines_plumbing(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking([(1, "[FATAL tini (7)] exec nosuch failed: No such file or directory")]))
    assert output(container.stream) == ["nosuch: No such file or directory"]


def test_a_container_that_is_lost_has_failed(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking([], phase="gone"))
    assert ends(container) == ["failed"]


def test_a_container_that_still_runs_is_not_settled(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking(SAID, phase="running"))
    assert (fresh(container).state, output(container.stream)) == (C.RUNNING, LINES)


def test_a_gateway_that_is_told_to_stop_stops_without_an_end(ada: Learner, sent: Sent) -> None:
    container, stop, engine = running(ada), threading.Event(), talking(SAID)
    engine.during = lambda line: stop.set() if line.text == "d" else None
    Follower(container, engine, stop).run()
    assert ends(container) == []
    follow(container, engine)
    assert output(container.stream) == LINES
    assert ends(container) == ["exited"]


# --- going on exactly ---------------------------------------------------------------------------------------------


def kill_at(monkeypatch: pytest.MonkeyPatch, batch: int, *, written: bool) -> Callable[[], None]:
    """The gateway is killed at its *batch*-th append, before or after it is written; answers what revives it."""
    real, seen = log.append, [0]

    def append(stream_id: str, entries: Any, **more: Any) -> int:
        if entries[0][0] != "container.output":
            return real(stream_id, entries, **more)
        seen[0] += 1
        if seen[0] == batch and not written:
            raise RuntimeError("killed")
        seq = real(stream_id, entries, **more)
        if seen[0] == batch:
            raise RuntimeError("killed")
        return seq

    monkeypatch.setattr(log, "append", append)
    return lambda: monkeypatch.setattr(log, "append", real)


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("written", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("batch", [1, 2, 3, 4, 5])
def test_a_killed_gateway_loses_nothing_and_repeats_nothing(
    batch: int, written: bool, size: int, ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "BATCH", 0.0 if size == 1 else 3600.0)
    monkeypatch.setattr(gateway, "MOST_LINES", size)
    container, engine = running(ada), talking(SAID)
    revive = kill_at(monkeypatch, batch, written=written)
    follow(container, engine)
    revive()
    follow(container, engine)
    assert output(container.stream) == LINES
    assert ends(container) == ["exited"]


def test_a_gateway_that_is_killed_again_and_again_gets_there(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container, engine = running(ada), talking(SAID)
    for written in (True, False, True, True, False, True, True):
        revive = kill_at(monkeypatch, 2, written=written)
        follow(container, engine)
        revive()
    follow(container, engine)
    assert output(container.stream) == LINES


def test_going_on_asks_the_engine_for_no_more_than_it_needs(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container, engine, asked = running(ada), talking(SAID), list[str]()
    engine.said.insert(3, port.LogLine(at=at(2), stream="stderr", text="oops"))
    engine.breaks_after = 6
    follow(container, engine)
    real = TalkingEngine.follow_container

    def remember(self: TalkingEngine, container_id: str, *, since: str = "") -> Any:
        asked.append(since)
        return real(self, container_id, since=since)

    monkeypatch.setattr(TalkingEngine, "follow_container", remember)
    engine.breaks_after = PATIENT
    follow(container, engine)
    assert asked == [at(2)]
    assert output(container.stream) == [*LINES[:3], "oops", *LINES[3:]]


@pytest.mark.parametrize("batch", range(1, 7))
def test_two_streams_that_overtake_each_other_lose_nothing(
    batch: int, ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs: list[tuple[int, port.OutputStream]] = [
        (1, "stdout"), (5, "stdout"), (2, "stderr"), (5, "stdout"), (3, "stderr"), (5, "stderr"), (6, "stdout"),
    ]  # fmt: skip
    engine, container = talking([]), running(ada)
    engine.said = [port.LogLine(at=at(n), stream=stream, text=f"{i}") for i, (n, stream) in enumerate(pairs)]
    revive = kill_at(monkeypatch, batch, written=batch % 2 == 0)
    follow(container, engine)
    revive()
    follow(container, engine)
    assert output(container.stream) == [str(number) for number in range(len(pairs))]


def test_lines_that_came_while_nobody_followed_are_written_later(ada: Learner, sent: Sent) -> None:
    container, engine = running(ada), talking(SAID[:6], phase="running")
    follow(container, engine)
    later = talking(SAID)
    follow(container, later)
    assert output(container.stream) == LINES


def test_a_long_line_is_not_doubled_by_a_kill(ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(1, "x" * (2 * LONGEST_LINE)), (1, "y"), (1, "z")]
    container, engine = running(ada), talking(said)
    revive = kill_at(monkeypatch, 1, written=True)
    follow(container, engine)
    revive()
    follow(container, engine)
    assert output(container.stream) == ["x" * LONGEST_LINE] * 2 + ["y", "z"]


def test_a_kill_before_the_end_is_written_is_made_good(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container, engine = running(ada), talking(SAID)

    def killed(*args: object, **more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "settle", killed)
        follow(container, engine)
    assert ends(container) == []
    follow(container, engine)
    assert (output(container.stream), ends(container)) == (LINES, ["exited"])


def test_a_second_run_goes_on_after_the_first(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    follow(container, talking(SAID[:3]))
    force(container, state="running", run=2)
    follow(container, talking(SAID))
    assert output(container.stream) == LINES
    runs = [data["run"] for kind, data in story(container.stream) if kind == "container.output"]
    assert runs == [1] * 3 + [2] * 6


# --- two gateways -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["a", "c", "d", "i"])
def test_an_old_gateway_stops_when_another_one_follows(line: str, ada: Learner, sent: Sent) -> None:
    container, old, new = running(ada), talking(SAID), talking(SAID)
    old.during = lambda said: follow(container, new) if said.text == line else None
    follow(container, old)
    assert output(container.stream) == LINES
    assert ends(container) == ["exited"]


def test_an_old_gateway_that_has_nothing_left_to_write_still_tells_the_end(ada: Learner, sent: Sent) -> None:
    container, engine = running(ada), talking(SAID)
    follower = Follower(container, engine, threading.Event())

    def fenced_off(name: str) -> None:
        if name == "inspect_container":
            log.take(container.stream)

    engine.before = fenced_off
    follower.run()
    assert ends(container) == ["exited"]
    assert told(ada, "container.put")[-1]["container"]["state"] == "exited"
    follow(container, talking(SAID))
    assert (output(container.stream), ends(container)) == (LINES, ["exited"])


def test_the_stream_of_a_removed_container_takes_no_more_lines(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    force(fresh(container), state="removed")
    showing.show_container(fresh(container), last=True)
    before = story(container.stream)
    follow(container, talking(SAID))
    assert story(container.stream) == before


# --- engine away --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [0, 1, 2, 5])
def test_an_engine_that_goes_away_is_followed_again_where_it_was(lines: int, ada: Learner, sent: Sent) -> None:
    container, engine = running(ada), talking(SAID)
    engine.breaks_after = lines
    follow(container, engine)
    assert ends(container) == []
    engine.breaks_after = PATIENT
    follow(container, engine)
    assert (output(container.stream), ends(container)) == (LINES, ["exited"])


def test_an_engine_that_goes_away_before_the_end_is_asked_again(ada: Learner, sent: Sent) -> None:
    container, engine = running(ada), talking(SAID)

    def away(name: str) -> None:
        raise EngineDown(name)

    engine.before = away
    follow(container, engine)
    assert ends(container) == []
    engine.before = lambda name: None
    follow(container, engine)
    assert ends(container) == ["exited"]


# --- the process --------------------------------------------------------------------------------------------------


class Until(threading.Event):
    """Tells the gateway to stop once *done* is so, or after very many rounds."""

    def __init__(self, done: Callable[[], bool]) -> None:
        super().__init__()
        self.done, self.rounds = done, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        if self.rounds > 500 or self.done():
            self.set()
        return super().wait(0.01)


def serve_until(get_engine: Callable[[], port.Engine], done: Callable[[], bool]) -> None:
    """The gateway's process until then, and its threads to their end."""
    stop = Until(done)
    serve(get_engine, stop)
    for thread in threading.enumerate():
        if thread.name.startswith("follow-"):
            thread.join(10)
    assert stop.rounds <= 500, "it never came to that"


def test_the_process_follows_whatever_runs_and_gives_a_sign_of_life(
    ada: Learner, bob: Learner, engine: FakeEngine, sent: Sent
) -> None:
    digest = engine.inspect_image("busybox:latest").id
    rows = [run(who, image_of(who, digest=digest), f"seq {n}") for who, n in ((ada, 3), (bob, 5))]
    for row in rows:
        act_on_container(row.id, engine)
    serve_until(lambda: engine, lambda: all(fresh(row).state == C.EXITED for row in rows))
    assert [len(output(row.stream)) for row in rows] == [3, 5]
    assert Pulse.objects.filter(pk="gateway", ok=True).exists()


def test_a_container_that_is_started_again_is_followed_again(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    row = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "echo hi")
    for number in (1, 2):
        if number == 2:
            assert containers.act(container=fresh(row), wish=C.STARTING)
        act_on_container(row.id, engine)
        serve_until(lambda: engine, lambda: fresh(row).state == C.EXITED)
    assert output(row.stream) == ["hi", "hi"]


def test_without_an_engine_the_process_waits_for_one(ada: Learner, sent: Sent) -> None:
    container, engine, asked = running(ada), talking(SAID), list[int]()

    def get_engine() -> port.Engine:
        asked.append(1)
        if len(asked) < 3:
            raise EngineDown("not yet")
        return engine

    serve_until(get_engine, lambda: fresh(container).state == C.EXITED)
    assert output(container.stream) == LINES
    assert not closed(container.stream)


def test_a_fault_does_not_end_the_process(ada: Learner, sent: Sent) -> None:
    container, engine, asked = running(ada), talking(SAID), list[int]()

    def get_engine() -> port.Engine:
        asked.append(1)
        if len(asked) == 1:
            raise ZeroDivisionError
        return engine

    serve_until(get_engine, lambda: fresh(container).state == C.EXITED)
    assert len(asked) >= 2
