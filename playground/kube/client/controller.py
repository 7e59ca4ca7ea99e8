"""A controller as an actor: handlers put keys in line, each turn works one off, failures come back after a back-off.

After the controllers of pkg/controller (worker, processNextWorkItem). What a key means is the subclass's affair. A key
is not worked on while the caches lack what the controller itself has written (KEP-5647, staleness): that is
what expectations are for in the older controllers, and here it matters only while the watch is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.client.informers import Handler, Informers
from playground.kube.client.line import Line
from playground.kube.client.workqueue import BASE_DELAY, MAX_DELAY, NO_CAUSE, Cause, Item, WorkQueue
from playground.kube.clock import Clock
from playground.kube.errors import ApiError
from playground.kube.names import Names
from playground.kube.runtime.heartbeats import Heartbeats
from playground.kube.runtime.machines import Machines
from playground.kube.store import By, Change


@dataclass(frozen=True, slots=True)
class Settings:
    """The kube-controller-manager's flags that matter here; the defaults are the real ones of v1.36. Seconds."""

    node_monitor_period: float = 5.0
    node_monitor_grace_period: float = 50.0
    node_eviction_rate: float = 0.1  # nodes a second
    terminated_pod_gc_threshold: int = 12500
    horizontal_pod_autoscaler_sync_period: float = 15.0
    side_by_side: bool = False  # programs take time for what they do, so that some are seen between others' writes


@dataclass(frozen=True, slots=True)
class Context:
    """What a program of the control plane is given to work with.

    What is outside of it: the machines, when their kubelets beat, and the line by which the API server is watched.
    """

    api: ApiServer
    clock: Clock
    names: Names
    informers: Informers
    settings: Settings = field(default_factory=Settings)
    machines: Machines = field(default_factory=Machines)
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    line: Line = field(default_factory=Line)


class Controller:
    """The base of all controllers. A subclass has a name, handlers(), and sync().

    *retry*: seconds before a failed key's next try, at first and at most.
    """

    name: str
    retry: tuple[float, float] = (BASE_DELAY, MAX_DELAY)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.api, self.clock, self.informers = context.api, context.clock, context.informers
        self.queue = WorkQueue(*self.retry)
        self._wrote = 0  # the revision of the last thing written here
        self.informers.attach(self.name, self.handlers())

    def handlers(self) -> Mapping[str, Handler]:
        """Return which resources are watched, and what each change does: it puts keys in line."""
        raise NotImplementedError

    def sync(self, item: Item, by: By) -> None:
        """Bring one key to what is wanted. An ApiError brings the key back after its back-off."""
        raise NotImplementedError

    def enqueue(self, item: Item, change: Change | None = None) -> None:
        """Put a key in line because of a change."""
        self.queue.add(item, Cause.of(change) if change is not None else NO_CAUSE)

    def turn(self) -> bool:
        """Work one key off. False when none is due, or the caches have not caught up with what was written."""
        if self.informers.revision < self._wrote:
            return False
        taken = self.queue.take(self.clock.now)
        if taken is None:
            return False
        item, cause = taken
        before = self.api.revision
        try:
            self.sync(item, By(self.name, cause.revision, cause.command))
        except ApiError as error:
            self.failed(item, error, cause)
        else:
            self.succeeded(item)
        if self.api.revision != before:
            self._wrote = self.api.revision
        return True

    def succeeded(self, item: Item) -> None:
        """A key was worked off without error: its failures are forgotten."""
        self.queue.forget(item)

    def failed(self, item: Item, error: ApiError, cause: Cause) -> None:
        """A key could not be worked off: it comes back after its back-off."""
        del error
        self.queue.add_after_failure(item, self.clock.now, cause)

    def next_at(self) -> float | None:
        """Return when the next key's time comes."""
        return self.queue.next_at()

    def state(self) -> dict[str, Any]:
        """Return the queue, and whatever `own_state` adds, as JSON."""
        return {"queue": self.queue.state(), "wrote": self._wrote, "own": self.own_state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self.queue.restore(state["queue"])
        self._wrote = state["wrote"]
        self.restore_own(state["own"])

    def own_state(self) -> dict[str, Any]:
        """Return what a subclass remembers beside its queue, as JSON."""
        return {}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
