"""The loop: gives each actor its turn until none has anything to do, then moves the clock to the next timer.

An actor is a control-plane program (the scheduler; later controllers and kubelets). It reads by watch, writes through
the API server, and knows nothing of the loop. What the actors do does not belong here.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from playground.kube.clock import Clock

Json = dict[str, Any]

ROUNDS = 1_000_000  # turns without a move of the clock after which two actors must be quarrelling


class Actor(Protocol):
    """One program of the control plane."""

    name: str

    def turn(self) -> bool:
        """Do one small thing, if there is any; answer whether something was done."""

    def next_at(self) -> float | None:
        """The time (seconds since the epoch) of the next timer, or None without any."""

    def state(self) -> Json:
        """All that is not in the store (queues, back-offs, timers), as JSON."""

    def restore(self, state: Json) -> None:
        """Take up what `state` gave."""


class ActorFault(Exception):
    """An actor broke down in its turn; it has been started anew, and nothing in the store is lost."""

    def __init__(self, actor: str, time: float, revision: int, why: Exception) -> None:
        told = f"{type(why).__name__}: {why}"
        super().__init__(f"{actor} broke down at {time:.3f} (revision {revision}) and was started anew: {told}")
        self.actor, self.time, self.revision = actor, time, revision


class NeverQuiet(Exception):
    """The actors kept each other busy without end while time stood still."""


class Loop:
    """Actors in a fixed order, on one clock."""

    def __init__(self, clock: Clock, factories: Mapping[str, Callable[[], Actor]], revision: Callable[[], int]) -> None:
        self._clock = clock
        self._factories = dict(factories)
        self._revision = revision
        self.actors: dict[str, Actor] = {name: make() for name, make in self._factories.items()}
        self._running = tuple(self._factories)
        self._paused: tuple[str, ...] = ()

    @property
    def stopped(self) -> tuple[str, ...]:
        """The actors that get no turns."""
        return tuple(name for name in self._factories if name not in self._running)

    def stop(self, name: str) -> None:
        """Give an actor no more turns, as if its process were gone. Raises KeyError for an unknown one."""
        if name not in self.actors:
            raise KeyError(name)
        self._running = tuple(each for each in self._running if each != name)

    def start(self, name: str) -> None:
        """Start an actor that was stopped: it is made anew and knows nothing but what it reads. Raises KeyError."""
        if name not in self._running:
            self.actors[name] = self._factories[name]()
            self._paused = tuple(each for each in self._paused if each != name)
            self._running = tuple(each for each in self._factories if each in self._running or each == name)

    def pause(self, name: str) -> None:
        """Give an actor no turns for a while; unlike a stopped one it keeps what it knows. Raises KeyError."""
        if name in self._running:
            self._paused = (*self._paused, name)
        self.stop(name)

    def resume(self, name: str) -> None:
        """Let an actor that was paused go on where it stood."""
        if name in self._paused:
            self._paused = tuple(each for each in self._paused if each != name)
            self._running = tuple(each for each in self._factories if each in self._running or each == name)

    def turn(self) -> bool:
        """Give turns in order until one actor did something. False: all are idle at this time."""
        return any(self._take_turn(name) for name in self._running)

    def step(self, *, limit: float) -> bool:
        """One turn; while all are idle the clock goes from timer to timer. False: nothing to do for *limit* seconds."""
        end = self._clock.now + limit
        while not self.turn():
            due = self.next_at()
            if due is None or due > end:
                return False
            self._clock.advance_to(due)
        return True

    def settle(self) -> None:
        """Turns until all are idle; the clock stands still. Raises NeverQuiet."""
        for _ in range(ROUNDS):
            if not self.turn():
                return
        raise NeverQuiet(f"{', '.join(self._factories)} took {ROUNDS} turns at {self._clock.stamp()} and want more")

    def run_to(self, time: float) -> None:
        """Let everything happen that is due up to *time* (inclusive); the clock then stands there."""
        self.settle()
        while (due := self.next_at()) is not None and due <= time:
            self._clock.advance_to(due)
            self.settle()
        self._clock.advance_to(time)

    def run_until_quiet(self, *, patience: float, limit: float) -> bool:
        """Run until nothing is due within *patience* seconds of the last change; at most *limit* seconds in all.

        The clock stops at the last timer that was looked at. Answers whether it became quiet.
        """
        end = self._clock.now + limit
        self.settle()
        acted, seen = self._clock.now, self._revision()
        while (due := self.next_at()) is not None and due <= acted + patience:
            if due > end:
                return False
            self._clock.advance_to(due)
            self.settle()
            if self._revision() != seen:
                acted, seen = self._clock.now, self._revision()
        return True

    def next_at(self) -> float | None:
        """The smallest timer that is still ahead. (One that is due and left its actor idle would hold up the clock.)"""
        now = self._clock.now
        return min(
            (at for name in self._running if (at := self.actors[name].next_at()) is not None and at > now),
            default=None,
        )

    def state(self) -> Json:
        """The state of every actor, and who is stopped."""
        return {
            "stopped": list(self.stopped),
            "paused": list(self._paused),
            "actors": {name: self.actors[name].state() for name in self._factories if self._knows(name)},
        }

    def restore(self, state: Json) -> None:
        """Take up what `state` gave."""
        self._running = tuple(name for name in self._factories if name not in state["stopped"])
        self._paused = tuple(state["paused"])
        for name in self._factories:
            if self._knows(name):
                self.actors[name].restore(state["actors"][name])

    def _knows(self, name: str) -> bool:
        """Whether an actor's process lives, with or without turns."""
        return name in self._running or name in self._paused

    def _take_turn(self, name: str) -> bool:
        """One actor's turn. Whatever breaks in it ends the program that broke, as a crash would, and nothing else."""
        try:
            return self.actors[name].turn()
        except Exception as error:
            self.actors[name] = self._factories[name]()
            raise ActorFault(name, self._clock.now, self._revision(), error) from error
