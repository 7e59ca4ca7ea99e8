"""A build whose engine goes away, whose worker is taken for dead, or that is delivered twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import runner, sweeping
from playground.builds.ending import MOST_ATTEMPTS
from playground.builds.models import Build, Image
from playground.builds.runner import run_build
from playground.builds.services import builds
from playground.builds.states import BuildState
from playground.engine import port
from playground.engine.errors import EngineDown
from tests.builds.support import (
    Sent,
    closed,
    failure,
    finished,
    force,
    fresh,
    on_output,
    output,
    queued,
    states,
    story,
    told,
    types,
    watched,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "events"], transaction=True),
    pytest.mark.usefixtures("looks_often"),
]
S = BuildState
SLOW = "FROM busybox\nRUN echo up; sleep 30; echo never\n"


# --- engine away --------------------------------------------------------------------------------------------------


def test_with_the_engine_away_a_build_stays_queued_and_the_attempt_does_not_count(ada: Learner, sent: Sent) -> None:
    engine, build = watched(), queued(ada)
    before = story(build.stream)
    engine.down = True
    for _ in range(MOST_ATTEMPTS + 2):
        run_build(build.id, engine)
    row = fresh(build)
    assert (row.state, row.attempt, row.lease_until) == (S.QUEUED, 0, None)
    assert "went away" in row.because
    assert story(build.stream) == before
    engine.down = False
    run_build(build.id, engine)
    assert (fresh(build).state, fresh(build).attempt) == (S.SUCCEEDED, 1)


def gone() -> None:
    """The engine goes away."""
    raise EngineDown("no engine answers")


def test_an_engine_that_goes_away_in_the_middle_puts_the_build_back_and_counts(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up\n")
    run_build(build.id, watched(on_output("up", gone)))
    row = fresh(build)
    assert (row.state, row.attempt, row.lease_until) == (S.QUEUED, 1, None)
    assert not closed(build.stream)
    assert told(ada, "build.put")[-1]["build"]["state"] == "queued"


def test_the_second_attempt_says_why_and_ends_well(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up\n")
    run_build(build.id, watched(on_output("up", gone)))
    run_build(build.id, watched())
    started = [data for kind, data in story(build.stream) if kind == "build.started"]
    assert [(data["attempt"], data["because"]) for data in started] == [(1, ""), (2, "the Docker Engine went away")]
    assert finished(build)["state"] == "succeeded"


def test_after_three_attempts_a_build_fails_with_a_sentence(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up\n")
    for _ in range(MOST_ATTEMPTS + 1):
        run_build(build.id, watched(on_output("up", gone)))
    why = failure(build)
    assert why["code"] == "worker-lost"
    assert "3 times" in why["what"]
    assert types(build.stream).count("build.started") == 3


def test_a_build_whose_engine_goes_away_while_it_is_cancelled_is_cancelled(ada: Learner, sent: Sent) -> None:
    build = queued(ada, SLOW)

    def cancel_and_go() -> None:
        builds.cancel_build(build=fresh(build))
        gone()

    run_build(build.id, watched(on_output("up", cancel_and_go)))
    assert finished(build)["state"] == "cancelled"


@pytest.mark.parametrize("call", [1, 2])
def test_an_engine_that_goes_away_once_the_image_is_built_costs_an_attempt_only(
    call: int, ada: Learner, sent: Sent
) -> None:
    engine, build = watched(), queued(ada)
    looks: list[str] = []

    def before(name: str) -> None:
        if name == "inspect_image":
            looks.append(name)
            if len(looks) == call:
                gone()

    engine.before = before
    run_build(build.id, engine)
    assert (fresh(build).state, fresh(build).attempt) == (S.QUEUED, 1)
    run_build(build.id, engine)
    assert finished(build)["state"] == "succeeded"


# --- several workers ----------------------------------------------------------------------------------------------


def test_a_second_delivery_does_nothing(ada: Learner, sent: Sent) -> None:
    engine, build = watched(), queued(ada)
    run_build(build.id, engine)
    before, asked = story(build.stream), list(engine.calls)
    run_build(build.id, engine)
    run_build("nothing", engine)
    assert (story(build.stream), engine.calls) == (before, asked)


def test_a_second_delivery_while_it_runs_does_nothing(ada: Learner, sent: Sent) -> None:
    build, other = queued(ada, "FROM busybox\nRUN echo up\n"), watched()
    run_build(build.id, watched(on_output("up", lambda: run_build(build.id, other))))
    assert other.calls == []
    assert types(build.stream).count("build.started") == 1
    assert finished(build)["state"] == "succeeded"


def lose(build: Build) -> None:
    """The sweep takes the worker for dead."""
    Build.objects.filter(pk=build.pk).update(lease_until=timezone.now() - runner.LEASE)
    sweeping.sweep()
    assert fresh(build).state == S.QUEUED


def take_over(build: Build) -> Callable[[], None]:
    """The sweep takes the first worker for dead, and another one builds it to its end."""

    def other() -> None:
        lose(build)
        run_build(build.id, watched())

    return other


def test_a_worker_that_was_taken_for_dead_writes_no_more(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up; echo from-the-first\n")
    run_build(build.id, watched(on_output("up", take_over(build))))
    row = fresh(build)
    assert (row.state, row.attempt) == (S.SUCCEEDED, 2)
    assert finished(build)["state"] == "succeeded"
    assert types(build.stream).count("build.started") == 2
    assert output(build.stream, "build.output").count("from-the-first") == 1


def test_a_worker_whose_build_waits_again_leaves_it_alone(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up; exit 3\n")
    run_build(build.id, watched(on_output("up", lambda: lose(build))))
    assert (fresh(build).state, fresh(build).attempt) == (S.QUEUED, 1)
    assert "failed" not in states(build, "0.2")
    assert not closed(build.stream)


@pytest.mark.parametrize("text", ["FROM busybox\nRUN echo x\n", "FROM busybox\nRUN exit 3\n"])
@pytest.mark.parametrize("again", [True, False], ids=["runs-elsewhere", "waits-again"])
def test_a_worker_that_learns_of_it_at_the_very_end_does_not_end_the_other_ones_build(
    text: str, again: bool, ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = queued(ada, text)
    drive = runner._drive

    def lost_now(*args: Any) -> Any:
        outcome = drive(*args)
        lose(build)
        if again:
            force(fresh(build), state="running", attempt=2, lease_until=timezone.now() + runner.LEASE)
        return outcome

    monkeypatch.setattr(runner, "_drive", lost_now)
    run_build(build.id, watched())
    row = fresh(build)
    assert (row.state, row.sealed) == (S.RUNNING if again else S.QUEUED, False)
    assert not closed(build.stream)
    assert not Image.objects.exists()


def test_the_lease_is_renewed_while_it_runs(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN echo up; echo more\n")
    leases: list[Any] = []

    def during(event: port.BuildEvent) -> None:
        leases.append(Build.objects.get(pk=build.pk).lease_until)

    run_build(build.id, watched(during))
    assert len(set(leases)) > 2
    assert leases == sorted(leases)
    assert fresh(build).lease_until is None


def test_one_build_of_a_learner_runs_and_the_next_is_sent_on(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second, third = queued(ada, SLOW, "a:1"), queued(ada, reference="b:1"), queued(ada, reference="c:1")
    theirs = queued(bob)
    seen: list[str] = []

    def meanwhile() -> None:
        run_build(second.id, watched())
        run_build(theirs.id, watched())
        seen.extend(fresh(build).state for build in (second, theirs))
        sent.clear()
        builds.cancel_build(build=fresh(first))

    run_build(first.id, watched(on_output("up", meanwhile)))
    assert seen == [S.QUEUED, S.SUCCEEDED]
    assert sent == [("run_build", second.id)]
    run_build(second.id, watched())
    assert sent[-1] == ("run_build", third.id)


def test_a_started_build_moves_the_others_up(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second = queued(ada), queued(bob)
    assert fresh(second).ahead == 1
    run_build(first.id, watched())
    assert fresh(second).ahead == 0
    assert fresh(first).ahead is None
