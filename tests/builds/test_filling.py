"""A build whose layers together fill the engine's disk is stopped before others are refused; no other build is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds.filling import LOOK, Filling
from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.engine.fake import FakeEngine
from playground.engine.port import Room
from tests.builds.support import force, queued

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
GIB = 1 << 30


def running(learner: Learner, *, since: int) -> Build:
    """A build that has been running for so many seconds."""
    build = queued(learner)
    force(build, state=BuildState.RUNNING, started_at=timezone.now() - timedelta(seconds=since))
    return build


def looks(build: Build, *free: int) -> list[str]:
    """What it is told while the disk has so many bytes free, look after look."""
    engine, said = FakeEngine(), list[str]()
    filling = Filling(build, engine, now=0.0)
    for number, left in enumerate(free, 1):
        engine.disk = Room(total=20 * GIB, free=left)
        said.append(filling.refusal(number * LOOK))
    engine.close()
    return said


def test_the_oldest_build_is_stopped_while_the_disk_fills_up(ada: Learner) -> None:
    said = looks(running(ada, since=60), 6 * GIB, 5 * GIB, 3 * GIB)
    assert said[:2] == ["", ""]
    assert "3 GiB were written" in said[2]
    assert "1 GiB" in said[2]


def test_a_build_goes_on_while_there_is_room(ada: Learner) -> None:
    assert looks(running(ada, since=60), 19 * GIB, 5 * GIB) == ["", ""]


def test_a_build_that_wrote_little_goes_on_with_a_full_disk(ada: Learner) -> None:
    assert looks(running(ada, since=60), 3 * GIB, 2 * GIB) == ["", ""]


def test_a_build_that_began_later_goes_on(ada: Learner, bob: Learner) -> None:
    running(bob, since=90)
    assert looks(running(ada, since=60), 6 * GIB, 3 * GIB) == ["", ""]


def test_nothing_is_asked_of_a_short_build(ada: Learner) -> None:
    class Untouched(FakeEngine):
        def room(self) -> Room | None:
            raise AssertionError("asked for the room")

    engine = Untouched()
    assert not Filling(running(ada, since=1), engine, now=0.0).refusal(LOOK / 2)
    engine.close()
