"""The tables of moves, and the compare-and-swap that makes one."""

import threading
from itertools import product

import pytest
from django.db import connections

from playground.accounts.models import Learner
from playground.builds.models import Build, Container
from playground.builds.states import (
    BUILD_ENDS,
    BUILD_MOVES,
    CONTAINER_LIVE,
    CONTAINER_MOVES,
    CONTAINER_WORK,
    BuildState,
    ContainerState,
    IllegalMove,
    move,
)
from tests.builds.support import Sent, force, fresh, image_of, queued, run

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
B, C = BuildState, ContainerState

BUILD_PAIRS = {
    (B.QUEUED, B.RUNNING), (B.QUEUED, B.CANCELLED), (B.QUEUED, B.FAILED),
    (B.RUNNING, B.SUCCEEDED), (B.RUNNING, B.FAILED), (B.RUNNING, B.CANCELLING), (B.RUNNING, B.QUEUED),
    (B.CANCELLING, B.CANCELLED), (B.CANCELLING, B.FAILED), (B.CANCELLING, B.SUCCEEDED),
}  # fmt: skip
CONTAINER_PAIRS = {
    *product((C.CREATING, C.STARTING, C.RESTARTING), (C.RUNNING, C.EXITED, C.FAILED, C.REMOVING)),
    *product((C.RUNNING,), (C.STOPPING, C.RESTARTING, C.EXITED, C.FAILED, C.REMOVING)),
    *product((C.STOPPING,), (C.EXITED, C.FAILED, C.REMOVING)),
    (C.EXITED, C.STARTING), (C.EXITED, C.REMOVING), (C.FAILED, C.REMOVING), (C.REMOVING, C.REMOVED),
}  # fmt: skip


@pytest.mark.django_db(databases=["default", "events"])
@pytest.mark.parametrize(("old", "new"), [*product(BuildState, BuildState)])
def test_a_build_moves_only_as_the_table_says(old: BuildState, new: BuildState, ada: Learner, sent: Sent) -> None:
    build = Build(learner=ada, stream="s", reference="a:1", dockerfile="D", manifest=[], state=old.value)
    build.save()
    if (old, new) in BUILD_PAIRS:
        assert move(build, to=new)
        assert fresh(build).state == new
    else:
        with pytest.raises(IllegalMove):
            move(build, to=new)
        assert fresh(build).state == old


@pytest.mark.django_db(databases=["default", "events"])
@pytest.mark.parametrize(("old", "new"), [*product(ContainerState, ContainerState)])
def test_a_container_moves_only_as_the_table_says(
    old: ContainerState, new: ContainerState, ada: Learner, sent: Sent
) -> None:
    container = Container(learner=ada, stream="s", name="n", reference="a:1", digest="d", memory=1, cpus=1.0)
    container.state = old.value
    container.save()
    if (old, new) in CONTAINER_PAIRS:
        assert move(container, to=new)
        assert fresh(container).state == new
    else:
        with pytest.raises(IllegalMove):
            move(container, to=new)
        assert fresh(container).state == old


def test_every_state_has_its_row_in_the_tables() -> None:
    assert set(BUILD_MOVES) == set(BuildState)
    assert set(CONTAINER_MOVES) == set(ContainerState)
    assert {state for state, ways in BUILD_MOVES.items() if not ways} == BUILD_ENDS


def test_what_a_worker_acts_on_ends_in_ing_and_what_is_live_can_end() -> None:
    assert {state for state in ContainerState if state.endswith("ing") and state != C.RUNNING} == CONTAINER_WORK
    assert all(C.EXITED in CONTAINER_MOVES[state] for state in CONTAINER_LIVE)


def test_of_two_readers_of_a_row_one_moves_it(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    one, other = fresh(build), fresh(build)
    assert move(one, to=B.RUNNING, attempt=1)
    assert not move(other, to=B.CANCELLED, because="too late")
    assert (other.state, other.because) == (B.QUEUED, "")
    assert fresh(build).state == B.RUNNING


def test_a_move_brings_its_changes_along_and_the_row_knows_them(ada: Learner, sent: Sent) -> None:
    container = run(ada, image_of(ada))
    assert move(container, to=C.RUNNING, sentence="Running.", run=3)
    assert (container.state, container.sentence, container.run) == (C.RUNNING, "Running.", 3)
    assert (fresh(container).sentence, fresh(container).run) == ("Running.", 3)


def test_of_many_threads_that_move_one_row_one_wins(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    rows = [fresh(build) for _ in range(6)]
    gate, wins = threading.Barrier(len(rows)), list[bool]()

    def race(row: Build) -> None:
        gate.wait(5)
        wins.append(move(row, to=B.RUNNING))
        connections.close_all()

    threads = [threading.Thread(target=race, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(wins) == [False] * 5 + [True]


def test_an_ended_build_stays_as_it_ended(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="succeeded")
    for state in BuildState:
        with pytest.raises(IllegalMove):
            move(build, to=state)
