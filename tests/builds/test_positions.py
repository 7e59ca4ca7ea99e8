"""The place of each waiting build, told when it changes."""

import pytest

from playground.accounts.models import Learner
from playground.builds import positions
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
