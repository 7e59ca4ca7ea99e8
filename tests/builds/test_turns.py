"""Whose turn it is among the builds that wait: the rule itself, and workers that take builds by it."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import turns
from playground.builds.models import Build
from playground.builds.runner import run_build
from playground.builds.states import BuildState
from playground.builds.turns import Waiting, claim, in_order, next_up, order
from tests.builds.support import Sent, SetLimits, force, fresh, queued, watched

BEGAN = datetime(2026, 1, 2, tzinfo=UTC)


def at(second: float) -> datetime:
    """A moment of the story."""
    return BEGAN + timedelta(seconds=second)


def asked(text: str) -> list[Waiting]:
    """`a1 b1 a2`: builds a1, b1, a2 of learners a, b, a, asked for a second after each other."""
    return [Waiting(name, name[0], at(second)) for second, name in enumerate(text.split())]


def ordered(text: str, *, running: str = "", ended: dict[str, float] | None = None) -> str:
    """The builds in their order, as text."""
    ends = {learner: at(second) for learner, second in (ended or {}).items()}
    return " ".join(turn.build for turn in in_order(asked(text), running=Counter(running), ended=ends))


# --- the rule -----------------------------------------------------------------------------------------------------


def test_first_come_first_served_between_learners() -> None:
    assert ordered("a1 b1 c1") == "a1 b1 c1"


def test_whoever_has_nothing_running_goes_first() -> None:
    assert ordered("a1 b1", running="a") == "b1 a1"
    assert ordered("a1 b1 c1", running="aab") == "c1 b1 a1"


def test_three_builds_at_once_take_turns_with_the_others() -> None:
    assert ordered("a1 a2 a3 b1 c1 b2") == "a1 b1 c1 a2 b2 a3"


def test_a_learner_who_just_had_a_turn_stands_behind_those_who_waited() -> None:
    assert ordered("a2 b1 c1", ended={"a": 1.5}) == "b1 a2 c1"
    assert ordered("a2 b1", ended={"a": 9}) == "b1 a2"


def test_a_turn_that_ended_before_one_asked_again_does_not_count() -> None:
    assert ordered("x a1 b1", ended={"a": 0}) == "x a1 b1"


@dataclass
class Shop:
    """Learners ask at random, workers take builds by the rule, builds take random times; time passes in seconds."""

    chance: random.Random
    slots: int
    most: int
    now: int = 0
    waiting: list[Waiting] = field(default_factory=list)
    running: dict[Waiting, int] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    taken: list[Waiting] = field(default_factory=list)

    def busy(self) -> Counter[str]:
        """How many builds of each learner run."""
        return Counter(build.learner for build in self.running)

    def second(self) -> None:
        """Another second: somebody asks, some builds end, free workers take what is next."""
        self.now += 1
        if self.chance.random() < 0.5:
            self.waiting.append(Waiting(f"b{self.now}", self.chance.choice("abcdef"), at(self.now)))
        for build in [build for build, ends in self.running.items() if ends <= self.now]:
            del self.running[build]
            self.ended[build.learner] = at(self.now)
        while len(self.running) < self.slots and self.take():
            pass
        self.tell()

    def take(self) -> bool:
        """One worker takes a build, if one may run."""
        turns_now = in_order(self.waiting, running=self.busy(), ended=self.ended)
        if not turns_now or turns_now[0].before >= self.most:
            return False
        build = next(one for one in self.waiting if one.id == turns_now[0].build)
        others = {one.learner for one in self.waiting} - {build.learner}
        if self.busy()[build.learner]:
            assert not [learner for learner in others if not self.busy()[learner]], "somebody waits with nothing"
        self.waiting.remove(build)
        self.running[build] = self.now + self.chance.randint(1, 9)
        self.taken.append(build)
        return True

    def tell(self) -> None:
        """Places: whoever has nothing running and waits with the first build is never told of a later one."""
        for place, turn in enumerate(in_order(self.waiting, running=self.busy(), ended=self.ended)):
            if turn.before == 0:
                assert place <= self.told.get(turn.build, place), f"{turn.build} was overtaken"
                self.told[turn.build] = place


@pytest.mark.parametrize("most", [1, 2])
@pytest.mark.parametrize("slots", [1, 2, 4])
def test_nobody_waits_for_a_second_build_of_another_and_no_place_that_was_told_is_taken_back(
    slots: int, most: int
) -> None:
    for seed in range(20):
        shop = Shop(random.Random(seed), slots, most)
        for _ in range(200):
            shop.second()
        assert len(shop.taken) > 20


def test_nobody_starves_beside_somebody_who_always_asks_again() -> None:
    waiting = [Waiting("late", "b", at(5))]
    ended: dict[str, datetime] = {}
    for second in range(10):  # a asked first, and asks again as soon as a build of theirs has ended
        greedy = Waiting(f"a{second}", "a", at(second))
        (first, *_) = in_order([*waiting, greedy], running={}, ended=ended)
        if first.build == "late":
            return
        ended["a"] = at(second + 1)
    pytest.fail("b never got a turn")


# --- workers ------------------------------------------------------------------------------------------------------

database = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@database
def test_a_message_is_about_a_free_worker_and_not_about_its_build(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second = queued(ada), queued(bob)
    run_build(second.id, watched())
    assert (fresh(first).state, fresh(second).state) == (BuildState.SUCCEEDED, BuildState.QUEUED)
    assert sent[-1] == ("run_build", second.id)


@database
def test_a_learner_with_a_build_running_waits_for_it(ada: Learner, bob: Learner, sent: Sent) -> None:
    running, more, other = queued(ada, reference="a:1"), queued(ada, reference="a:2"), queued(bob)
    force(running, state="running")
    assert [turn.build for turn in order()] == [other.id, more.id]
    taken = claim()
    assert taken is not None
    assert (taken.id, taken.attempt, taken.state) == (other.id, 1, BuildState.RUNNING)
    assert claim() is None
    assert fresh(more).state == BuildState.QUEUED


@database
def test_where_two_may_run_the_second_still_comes_after_everybody_else(
    ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("build.running=2")
    builds = [queued(ada, reference="a:1"), queued(ada, reference="a:2"), queued(ada, reference="a:3"), queued(bob)]
    names = {build.id: build.reference + build.learner.id for build in builds}
    taken = [claim() for _ in range(4)]
    assert [names[build.id] if build else None for build in taken] == [
        names[builds[0].id],
        names[builds[3].id],
        names[builds[1].id],
        None,
    ]


@database
def test_the_end_of_a_build_counts_and_that_of_a_cancelled_wish_does_not(
    ada: Learner, bob: Learner, sent: Sent
) -> None:
    done, again, wish = queued(ada, reference="a:1"), queued(ada, reference="a:2"), queued(bob, reference="b:1")
    other = queued(bob, reference="b:2")
    now = timezone.now()
    force(wish, state="cancelled", finished_at=now + timedelta(seconds=2))
    force(done, state="succeeded", started_at=now, finished_at=now + timedelta(seconds=1))
    assert [turn.build for turn in order()] == [other.id, again.id]


@database
def test_of_two_workers_one_gets_it(ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    build = queued(ada)
    real = turns.order

    def slow() -> tuple[turns.Turn, ...]:
        found = real()
        Build.objects.filter(pk=build.pk).update(state="running")  # the other worker, in this very moment
        return found

    monkeypatch.setattr(turns, "order", slow)
    assert claim() is None


@database
def test_a_worker_that_looked_before_another_took_one_does_not_take_a_second_of_the_same_learner(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queued(ada, reference="a:1"), queued(ada, reference="a:2")
    both = tuple(turns.Turn(build.id, 0, build.created_at) for build in (first, second))
    monkeypatch.setattr(turns, "order", lambda: both)
    taken = [claim(), claim()]
    assert [build.id if build else "" for build in taken] == [first.id, ""]


@database
def test_next_up_are_those_that_could_begin(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, _, other = queued(ada, reference="a:1"), queued(ada, reference="a:2"), queued(bob)
    assert [build.id for build in next_up(5)] == [first.id, other.id]
    assert [build.id for build in next_up(1)] == [first.id]
