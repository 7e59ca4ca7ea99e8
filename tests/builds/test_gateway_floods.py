"""Containers that write without end: cut at the limit, stopped from here, and what they wrote beyond it left unread."""

import threading
import time

import pytest

from playground.accounts.models import Learner
from playground.builds import gateway
from playground.builds.gateway import Follower
from playground.builds.states import ContainerState
from playground.events import log
from tests.builds.support import (
    LINES,
    SAID,
    Sent,
    SetLimits,
    follow,
    force,
    fresh,
    output,
    running,
    story,
    talking,
    types,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState


@pytest.fixture(autouse=True)
def one_line_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is written at once."""
    monkeypatch.setattr(gateway, "BATCH", 0.0)


def test_output_over_the_limit_is_cut_and_stops_the_container(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    container = running(ada)
    set_limits(f"run.output={log.size_of(container.stream) + 100}")
    sent.clear()
    engine = talking([(number, f"line {number}") for number in range(50)], code=143)
    follow(container, engine)
    lines = output(container.stream)
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert 0 < len(lines) < 10
    (cut,) = [data for kind, data in story(container.stream) if kind == "container.cut"]
    assert (cut["by"], "It is being stopped" in cut["sentence"]) == ("limit", True)
    assert sent == [("act_on_container", container.id)]
    row = fresh(container)
    assert (row.state, row.stop_reason) == (C.EXITED, "output")
    assert "the limit" in row.sentence


def test_of_a_flood_nothing_beyond_the_cut_is_read_and_the_container_is_stopped_from_here(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    container, engine = running(ada), talking([(number % 60, f"line {number}") for number in range(5000)], code=137)
    set_limits("run.lines=10")
    read: list[str] = []
    engine.during = lambda line: read.append(line.text)
    stopped: list[str] = []
    engine.before = stopped.append
    follow(container, engine)
    assert len(read) == 11
    assert stopped == ["stop_container", "inspect_container"]
    assert fresh(container).state == C.EXITED


def test_a_flood_that_somebody_removes_meanwhile_is_not_stopped_from_here(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    container, engine = running(ada), talking(SAID, phase="running")
    set_limits("run.lines=4")
    engine.during = lambda line: force(container, state="removing")
    stopped: list[str] = []
    engine.before = stopped.append
    follow(container, engine)
    assert "stop_container" not in stopped
    assert fresh(container).state == C.REMOVING


@pytest.mark.parametrize(("length", "events"), [(100, 1), (10_000, 7)])
def test_long_lines_are_written_before_an_event_gets_large(
    length: int, events: int, ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "BATCH", 3600.0)
    container = running(ada)
    follower = Follower(container, talking([(1, "x" * length) for _ in range(49)]), threading.Event())
    follower.written = time.monotonic()
    follower.run()
    assert types(container.stream).count("container.output") == events


def test_a_cut_log_stays_cut_when_another_gateway_goes_on(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    container = running(ada)
    set_limits(f"run.output={log.size_of(container.stream) + 100}")
    engine = talking([(number, f"line {number}") for number in range(50)], phase="running")
    follow(container, engine)
    before = output(container.stream)
    follow(container, engine)
    assert output(container.stream) == before
    assert types(container.stream).count("container.cut") == 1


def test_more_lines_than_the_limit_are_cut_too(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    container = running(ada)
    set_limits("run.lines=4")
    follow(container, talking(SAID[:2], phase="running"))
    follow(container, talking(SAID))
    assert output(container.stream) == LINES[:4]
    assert types(container.stream).count("container.cut") == 1
    assert fresh(container).stop_reason == "output"


def test_a_kill_between_the_cut_and_the_stop_is_made_good(
    ada: Learner, sent: Sent, set_limits: SetLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    container, engine = running(ada), talking(SAID, phase="running")
    set_limits("run.lines=4")

    def killed(*args: object, **more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "limit_reached", killed)
        follow(container, engine)
    assert fresh(container).state == C.RUNNING
    follow(container, engine)
    assert (fresh(container).state, fresh(container).stop_reason) == (C.STOPPING, "output")


def test_all_runs_together_have_one_limit(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    container = running(ada)
    set_limits(f"run.output={log.size_of(container.stream) + 700}")
    follow(container, talking([(n, "x" * 50) for n in range(3)], phase="running"))
    assert "container.cut" not in types(container.stream)
    follow(container, talking([(n, "x" * 50) for n in range(20)], phase="running"))
    assert "container.cut" in types(container.stream)
