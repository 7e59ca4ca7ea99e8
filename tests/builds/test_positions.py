"""The place of each waiting build, told when it changes."""

import pytest

from playground.accounts.models import Learner
from playground.builds import positions, turns
from playground.builds.models import Build
from playground.events import log
from tests.builds.support import Sent, force, fresh, project_of, queued, story

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


def places(build: Build) -> list[int]:
    """The places a build was told."""
    return [data["ahead"] for kind, data in story(build.stream) if kind == "build.position"]


def unannounced(learner: Learner) -> Build:
    """A build that is committed, but whose stream is not made yet."""
    return Build.objects.create(
        learner=learner, project=project_of(learner), stream="notyetthere", reference="x:1", dockerfile="D", manifest=[]
    )


def test_each_build_is_told_how_many_are_before_it(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second = queued(ada), queued(bob)
    assert (places(first), places(second)) == ([0], [1])
    assert (fresh(first).ahead, fresh(second).ahead) == (0, 1)


def test_a_place_that_has_not_changed_is_not_told_again(ada: Learner, bob: Learner, sent: Sent) -> None:
    builds = [queued(ada), queued(bob)]
    positions.announce()
    positions.announce()
    assert [places(build) for build in builds] == [[0], [1]]


def test_those_behind_move_up(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second = queued(ada), queued(bob)
    force(first, state="running")
    positions.announce()
    assert (places(first), places(second)) == ([0], [1, 0])


def test_a_stream_that_is_not_there_yet_stops_nobody_and_is_told_later(ada: Learner, bob: Learner, sent: Sent) -> None:
    early = unannounced(ada)
    second = queued(bob)
    assert places(second) == [1]
    log.create_stream(owner=ada.id, kind="build", subject=early.id, stream_id=early.stream)
    positions.announce()
    assert places(early) == [0]


def test_only_the_first_fifty_are_told(ada: Learner, bob: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "MOST_TOLD", 1)
    builds = [queued(ada), queued(bob)]
    assert [places(build) for build in builds] == [[0], []]


def test_whoever_has_nothing_running_is_told_a_place_before_a_second_build(
    ada: Learner, bob: Learner, sent: Sent
) -> None:
    first, second = queued(ada, reference="a:1"), queued(ada, reference="a:2")
    other = queued(bob)
    assert [places(build) for build in (first, second, other)] == [[0], [1, 2], [1]]
    force(first, state="running")
    positions.announce()
    assert [fresh(build).ahead for build in (second, other)] == [1, 0]


def test_of_two_that_announce_at_once_none_tells_an_old_place(
    ada: Learner, bob: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queued(ada), queued(bob)
    real, looks = turns.order, list[int]()

    def slow() -> tuple[turns.Turn, ...]:
        found = real()
        looks.append(1)
        if len(looks) == 1:  # the first one builds, and another worker says so, before we tell what we saw
            force(second, ahead=None)
            force(first, state="running")
            positions.announce()
        return found

    monkeypatch.setattr(turns, "order", slow)
    positions.announce()
    assert places(second) == [1, 0]
