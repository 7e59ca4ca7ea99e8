"""How long a learner's containers ran within 24 hours, and what happens at the limit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import running_time, sweeping
from playground.builds.acting import act_on_container, settle
from playground.builds.models import Container, Image, Run
from playground.builds.services import containers
from playground.builds.states import ContainerState
from playground.engine import port
from playground.engine.fake import FakeEngine
from tests.builds.support import Sent, SetLimits, force, fresh, image_of, refuses, run, running

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState


def ran(learner: Learner, *, hours_ago: float, minutes: float | None, container: str = "c") -> Run:
    """A run that began so long ago and took so long (None: it goes on)."""
    began = timezone.now() - timedelta(hours=hours_ago)
    ended = began + timedelta(minutes=minutes) if minutes is not None else None
    number = Run.objects.count() + 1
    return Run.objects.create(learner=learner, container=container, number=number, started_at=began, ended_at=ended)


def minutes_used(learner: Learner) -> int:
    """The running time in whole minutes."""
    return round(running_time.used([learner.id])[learner.id] / 60)


# --- counting -----------------------------------------------------------------------------------------------------


def test_runs_add_up_also_those_at_the_same_time_and_the_one_that_goes_on(ada: Learner, bob: Learner) -> None:
    ran(ada, hours_ago=3, minutes=10)
    ran(ada, hours_ago=3, minutes=5)
    ran(ada, hours_ago=0.5, minutes=None)
    ran(bob, hours_ago=1, minutes=50)
    assert (minutes_used(ada), minutes_used(bob)) == (45, 50)


def test_only_what_lies_within_24_hours_counts(ada: Learner) -> None:
    ran(ada, hours_ago=25, minutes=30)
    ran(ada, hours_ago=24.5, minutes=45)
    assert minutes_used(ada) == 15
    running_time.forget_old()
    assert Run.objects.count() == 1


def test_a_run_is_noted_from_its_start_to_its_end(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    act_on_container(container.id, engine)
    (noted,) = Run.objects.all()
    assert (noted.learner, noted.container, noted.number, noted.ended_at) == (ada, container.id, 1, None)
    assert noted.started_at == fresh(container).started_at
    settle(fresh(container), port.ContainerStatus(id="x", phase="exited", exit_code=0))
    assert fresh(container).state == C.EXITED
    assert fresh(noted).ended_at == fresh(container).finished_at


def test_a_restart_is_another_run_and_ends_the_one_before(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    act_on_container(container.id, engine)
    containers.act(container=fresh(container), wish=C.RESTARTING)
    act_on_container(container.id, engine)
    assert [row.ended_at is None for row in Run.objects.order_by("number")] == [False, True]


def test_a_container_that_is_removed_while_it_runs_runs_no_more_and_its_time_counts(
    ada: Learner, engine: FakeEngine, sent: Sent
) -> None:
    container = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    act_on_container(container.id, engine)
    Run.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    containers.act(container=fresh(container), wish=C.REMOVING)
    act_on_container(container.id, engine)
    assert Run.objects.get().ended_at is not None
    Container.objects.all().delete()
    assert minutes_used(ada) == 5


# --- at the limit -------------------------------------------------------------------------------------------------


def test_with_the_time_used_up_nothing_starts_and_both_numbers_and_the_moment_are_told(
    ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("learner.run_seconds=3600")
    image = image_of(ada)
    ran(ada, hours_ago=23, minutes=60)
    with refuses("no-running-time", 429) as caught:
        run(ada, image)
    assert "ran 1 h in the last 24 hours; 1 h are allowed" in caught.value.message
    free = timezone.now() + timedelta(hours=1, minutes=1)
    assert f"Wait until {free:%H:%M}" in caught.value.fix or f"{free - timedelta(minutes=1):%H:%M}" in caught.value.fix
    assert 3500 < caught.value.retry_after < 3700
    stopped = running(bob)
    force(stopped, state="exited")
    containers.act(container=stopped, wish=C.STARTING)
    assert not Container.objects.filter(learner=ada).exists()


def test_what_runs_is_named_first_where_something_runs(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.run_seconds=600")
    ran(ada, hours_ago=1, minutes=None)
    with refuses("no-running-time", 429) as caught:
        run(ada, image_of(ada))
    assert caught.value.fix.startswith("Stop what runs, then wait until")


def test_a_stopped_container_is_not_started_again_either(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.run_seconds=600")
    container = running(ada)
    force(container, state="exited")
    ran(ada, hours_ago=1, minutes=10)
    with refuses("no-running-time", 429):
        containers.act(container=container, wish=C.STARTING)


def test_all_that_runs_is_stopped_when_the_time_is_used_up_and_says_so(
    ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("learner.run_seconds=600")
    mine, theirs = running(ada), running(bob)
    running_time.begin(mine)
    running_time.begin(theirs)
    sweeping.sweep()
    assert fresh(mine).state == C.RUNNING
    Run.objects.filter(learner=ada).update(started_at=timezone.now() - timedelta(minutes=10))
    sweeping.sweep()
    assert (fresh(mine).state, fresh(mine).stop_reason, fresh(theirs).state) == (C.STOPPING, "day", C.RUNNING)
    settle(fresh(mine), port.ContainerStatus(id="x", phase="exited", exit_code=143))
    assert "ran 10 min in 24 hours, the limit" in fresh(mine).sentence
    assert Image.objects.filter(learner=ada).exists()
