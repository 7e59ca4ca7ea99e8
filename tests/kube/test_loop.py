"""The loop gives turns in a fixed order, moves the clock only when all are idle, and survives an actor that breaks."""

import pytest

from playground.kube.clock import Clock
from playground.kube.loop import ROUNDS, ActorFault, Json, Loop, NeverQuiet
from playground.kube.store import By, Store
from playground.kube.watch import Watch


class Alarm:
    """Writes a ConfigMap at each of its times; what it has left to do is its state."""

    def __init__(self, name: str, store: Store, clock: Clock, times: list[float]) -> None:
        self.name, self.store, self.clock, self.times = name, store, clock, list(times)

    def turn(self) -> bool:
        if not self.times or self.times[0] > self.clock.now:
            return False
        due = self.times.pop(0)
        self.store.create("configmaps", ("", f"{self.name}-{due:g}"), {}, By(self.name))
        return True

    def next_at(self) -> float | None:
        return self.times[0] if self.times else None

    def state(self) -> Json:
        return {"times": self.times}

    def restore(self, state: Json) -> None:
        self.times = list(state["times"])


class Echo:
    """Answers every ConfigMap by a Secret of the same name; breaks on the names it is told to, the first time."""

    name = "echo"

    def __init__(self, store: Store, breaks_on: set[str]) -> None:
        self.store, self.breaks_on = store, breaks_on
        self.watch = Watch(store, ["configmaps"], 0)
        self.waiting: list[tuple[int, str]] = []

    def turn(self) -> bool:
        self.waiting += [(change.revision, change.key[1]) for change in self.watch.poll()]
        if not self.waiting:
            return False
        revision, name = self.waiting.pop(0)
        if name in self.breaks_on:
            self.breaks_on.remove(name)
            raise RuntimeError(name)
        if self.store.get("secrets", ("", name)) is None:
            self.store.create("secrets", ("", name), {}, By(self.name, cause=revision))
        return True

    def next_at(self) -> float | None:
        return None

    def state(self) -> Json:
        return {}

    def restore(self, state: Json) -> None: ...


class World:
    """A clock at 0, a store, two alarms and an echo."""

    def __init__(self, first: list[float], second: list[float], breaks_on: set[str] | None = None) -> None:
        self.clock = Clock(0.0)
        self.store = Store(self.clock)
        breaking = breaks_on or set()
        self.loop = Loop(
            self.clock,
            {
                "a": lambda: Alarm("a", self.store, self.clock, first),
                "b": lambda: Alarm("b", self.store, self.clock, second),
                "echo": lambda: Echo(self.store, breaking),
            },
            lambda: self.store.revision,
        )

    @property
    def names(self) -> list[str]:
        """What was written, in order."""
        return [f"{change.actor}:{change.key[1]}" for change in self.store.changes(0)]


def test_actors_have_their_turns_in_order_until_all_are_idle() -> None:
    world = World([-2, -1], [0])
    world.loop.settle()
    assert world.names == ["a:a--2", "a:a--1", "b:b-0", "echo:a--2", "echo:a--1", "echo:b-0"]


def test_time_jumps_from_timer_to_timer_and_stops_where_asked() -> None:
    world = World([1, 5], [2, 9])
    world.loop.run_to(6.0)
    assert world.names == ["a:a-1", "echo:a-1", "b:b-2", "echo:b-2", "a:a-5", "echo:a-5"]
    assert [change.time for change in world.store.changes(0)] == [1, 1, 2, 2, 5, 5]
    assert world.clock.now == 6.0


def test_what_is_due_at_the_very_end_still_happens() -> None:
    world = World([4], [])
    world.loop.run_to(4.0)
    assert world.names == ["a:a-4", "echo:a-4"]


def test_quiet_is_when_nothing_is_due_within_the_patience() -> None:
    world = World([1, 8, 100], [])
    assert world.loop.run_until_quiet(patience=10.0, limit=1000.0)
    assert world.names == ["a:a-1", "echo:a-1", "a:a-8", "echo:a-8"]
    assert world.clock.now == 8.0


def test_waiting_for_quiet_ends_at_its_limit() -> None:
    world = World([float(second) for second in range(1, 50)], [])
    assert not world.loop.run_until_quiet(patience=10.0, limit=5.0)
    assert world.clock.now == 5.0


def test_a_step_is_one_turn_and_moves_the_clock_if_it_must() -> None:
    world = World([3], [])
    assert world.loop.step(limit=60.0)
    assert world.names == ["a:a-3"]
    assert world.loop.step(limit=60.0)
    assert world.names == ["a:a-3", "echo:a-3"]
    assert not world.loop.step(limit=60.0)


def test_an_actor_that_breaks_is_started_anew_and_nothing_is_lost() -> None:
    world = World([1, 2, 3], [], breaks_on={"a-2"})
    with pytest.raises(ActorFault, match="echo broke down at 2") as caught:
        world.loop.run_to(10.0)
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert world.clock.now == 2.0
    world.loop.run_to(10.0)
    assert sorted(world.names) == ["a:a-1", "a:a-2", "a:a-3", "echo:a-1", "echo:a-2", "echo:a-3"]


def test_two_actors_that_quarrel_without_end_are_named() -> None:
    class Busy(Echo):
        def turn(self) -> bool:
            return True

    clock = Clock(0.0)
    store = Store(clock)
    loop = Loop(clock, {"busy": lambda: Busy(store, set())}, lambda: store.revision)
    with pytest.raises(NeverQuiet, match=f"busy took {ROUNDS} turns"):
        loop.settle()


def test_a_timer_that_leaves_its_actor_idle_does_not_hold_up_the_clock() -> None:
    class Stuck(Echo):
        def next_at(self) -> float | None:
            return 3.0

    clock = Clock(0.0)
    store = Store(clock)
    loop = Loop(clock, {"stuck": lambda: Stuck(store, set())}, lambda: store.revision)
    loop.run_to(10.0)
    assert clock.now == 10.0


def test_the_actors_state_goes_out_and_in() -> None:
    world, twin = World([1, 2, 3], [4]), World([1, 2, 3], [4])
    world.loop.run_to(2.0)
    twin.loop.restore(world.loop.state())
    assert twin.loop.next_at() == 3.0


def test_a_paused_actor_keeps_what_it_knows_and_goes_on_with_it() -> None:
    world = World([1, 2], [3])
    world.loop.run_to(1.0)
    world.loop.pause("a")
    world.loop.run_to(5.0)
    assert world.names == ["a:a-1", "echo:a-1", "b:b-3", "echo:b-3"]
    assert world.loop.stopped == ("a",)
    world.loop.resume("a")
    world.loop.settle()
    assert world.names[4:] == ["a:a-2", "echo:a-2"]


def test_a_paused_actor_is_restored_with_its_state() -> None:
    world, twin = World([1, 2], []), World([], [])
    world.loop.pause("a")
    twin.loop.restore(world.loop.state())
    twin.loop.run_to(5.0)
    assert (twin.loop.stopped, twin.names) == (("a",), [])
    twin.loop.resume("a")
    twin.loop.settle()
    assert twin.names == ["a:a-1", "a:a-2", "echo:a-1", "echo:a-2"]
