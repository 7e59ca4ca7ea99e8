"""The scheduler as an actor: it watches, takes a pod from the queue, decides, and binds it or says why not.

After pkg/scheduler/schedule_one.go (ScheduleOne, bindingCycle, handleSchedulingFailure). The rules are in plugins/.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.kube.clock import Clock
from playground.kube.errors import ApiError
from playground.kube.names import Names
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object
from playground.kube.scheduler import config as configuration
from playground.kube.scheduler.binding import Binder
from playground.kube.scheduler.columns import Columns
from playground.kube.scheduler.config import Config
from playground.kube.scheduler.cycle import NO_NODES, Arrange, Scheduling, Visit
from playground.kube.scheduler.framework import Handle
from playground.kube.scheduler.informers import RESOURCES, Informers
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.profile import Profile, build
from playground.kube.scheduler.queue import Backoff, Queue, Waiting
from playground.kube.scheduler.relisting import Moment, differences
from playground.kube.scheduler.table import Table
from playground.kube.scheduler.trace import Decision, Summary
from playground.kube.scheduler.views import Views
from playground.kube.scheduler.writes import Api, Writes
from playground.kube.store import By, Compacted
from playground.kube.watch import Watch

NAME: Final = "default-scheduler"
REMEMBERED: Final = 2000  # summaries


class Scheduler:
    """kube-scheduler. `decisions` keeps the summaries of the last decisions, the oldest first.

    `arrange` stands for the chance by which parallel workers find feasible nodes; None: as they are visited.
    """

    name = NAME

    def __init__(self, api: Api, clock: Clock, names: Names, config: Config | None = None) -> None:
        self.config = config or configuration.default()
        self.table, self.objects, self.nominator = Table(), Views(), Nominator()
        self.decisions: deque[Summary] = deque(maxlen=REMEMBERED)
        self.start = 0  # nextStartNodeIndex
        self.arrange: Arrange | None = None
        self._api, self._clock, self._names, self._writes = api, clock, names, Writes(api)
        self._watch: Watch | None = None
        handle = Handle(self.table, self.objects, names.below)
        columns = Columns(self.table)
        self._schedulings = {
            item.name: Scheduling(build(item, handle), columns, self.objects, self.nominator)
            for item in self.config.profiles
        }
        self._queue = Queue(self._profiles()[0].queue_sort.sort_key, self._hints(), self._backoff())
        self._informers = Informers(self.table, self._queue, self.objects, self.nominator)
        self._informers.gate, self._informers.mine = self._gate, self._schedulings.__contains__
        self._binder = Binder(clock)

    # The actor

    def turn(self) -> bool:
        """Take in what happened, then try one pod. False when no pod is to be tried now."""
        self._take_in()
        if self._go_on_binding():
            return True
        waiting = self._queue.take(self._clock.now)
        if waiting is None:
            return False
        self._try(waiting)
        return True

    def next_at(self) -> float | None:
        """Return when the next back-off ends, or a pod refused long ago is due again."""
        times = (self._queue.next_at(self._clock.now), self._binder.next_at())
        return min((time for time in times if time is not None), default=None)

    def state(self) -> dict[str, Any]:
        """Return what the objects do not tell, as JSON."""
        self._take_in()
        return {
            "start": self.start,
            "table": self.table.state(),
            "pods": [pod.uid for pod in self._by_order()],
            "queue": self._queue.state(),
            "nominated": {item.pod.uid: self.nominator.node_of(item.pod.uid) for item in self._queue.all()},
            "binding": self._binder.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave, with the objects that the API server has."""
        self._relist()
        self.start = state["start"]
        self.table.restore(state["table"])
        pods = {pod.uid: pod for pod in self._by_order()}
        known = [pods[uid] for uid in state["pods"] if uid in pods]
        for order, pod in enumerate(known, start=1):
            pod.order = order
        self._queue.restore(state["queue"], pods)
        for uid, node in state["nominated"].items():
            if uid in pods:
                self.nominator.set(pods[uid], node)
        for uid in self._binder.restore(state["binding"], pods):
            self.table.add_pod(pods[uid], self._binder.node_of(uid))
            self._informers.assumed.add(uid)

    # Asking

    def decide(self, pod: Object, *, full: bool = True) -> Decision:
        """Decide about a pod as if it were its turn, and change nothing. One that has a node is decided anew.

        Raises KeyError when the pod's schedulerName is none of the profiles'.
        """
        self._take_in()
        mind = self._names.state()
        there = self.table.remove_pod(meta.uid(pod))
        try:
            subject = replace(self._informers.reader.read(pod), node="")
            return self._decide(subject, full=full)[0]
        finally:
            if there is not None:
                self.table.add_pod(there, there.node)
            self._names.restore(mind)

    def waiting(self, uid: str) -> Waiting | None:
        """Return a pending pod's place in the queue; None for pods that are bound, gone or somebody else's."""
        self._take_in()
        return self._queue.get(uid)

    def due(self, waiting: Waiting) -> float:
        """Return when a pod's back-off ends, in seconds since 1970."""
        return self._queue.due(waiting)

    # One pod

    def _try(self, waiting: Waiting) -> None:
        pod, by = waiting.pod, _by(waiting)
        if pod.terminating:
            self._queue.remove(pod.uid)
            self._writes.skip(pod, by)
            return
        decision, self.start = self._decide(pod, full=False)
        self.decisions.append(decision.summary)
        if decision.node is not None:
            self._place(waiting, decision.node, by)
        else:
            self._refuse(waiting, decision, by)

    def _decide(self, pod: Pod, *, full: bool) -> tuple[Decision, int]:
        scheduling = self._schedulings[_scheduler_of(pod)]
        visit = Visit(self.start, self.config.percentage, self._api.revision, self.arrange)
        return scheduling.decide(pod, self._clock.now, visit, full=full)

    def _place(self, waiting: Waiting, node: str, by: By) -> None:
        """Assume the pod on its node, then bind it, at once or when its volumes are ready."""
        pod = waiting.pod
        self.table.add_pod(pod, node)
        self._informers.assumed.add(pod.uid)
        self._queue.remove(pod.uid)
        self.nominator.remove(pod.uid)
        self._finish(waiting, node, by)

    def _finish(self, waiting: Waiting, node: str, by: By) -> None:
        """Run PreBind; bind if nothing is left to wait for."""
        pod = waiting.pod
        try:
            if self._binder.ready(waiting, node, self._profile(pod), self._writes, by):
                self._writes.bind(pod, node, by)
        except ApiError as error:
            self._unplace(waiting, f"binding rejected: {error.message}", by, is_gone=error.code == 404)

    def _unplace(self, waiting: Waiting, message: str, by: By, *, is_gone: bool) -> None:
        """A binding that failed: forget the placement and try again after back-off, unless the pod is gone."""
        pod = waiting.pod
        self._informers.assumed.discard(pod.uid)
        self.table.remove_pod(pod.uid)
        pod.node = ""
        if is_gone:
            return
        self._queue.put_back(waiting, self._clock.now, frozenset())
        self._writes.refuse(pod, "SchedulerError", message, "", by)

    def _refuse(self, waiting: Waiting, decision: Decision, by: By) -> None:
        """Make room if preemption found a way, then say why the pod waits."""
        pod, chosen = waiting.pod, decision.chosen
        nominated = chosen.node if chosen else ("" if decision.clear_nomination else None)
        if chosen is not None:
            self._preempt(decision, by)
        self._queue.put_back(
            waiting, self._clock.now, decision.plugins if decision.message != NO_NODES else frozenset()
        )
        if nominated is not None:
            self.nominator.set(pod, nominated)
        self._writes.refuse(pod, "Unschedulable", decision.message, nominated, by)

    def _preempt(self, decision: Decision, by: By) -> None:
        """Evict the victims that are not going already; lower pods lose their claim on the node."""
        pod, chosen = decision.pod, decision.chosen
        victims = [victim for victim in chosen.victims if not victim.terminating] if chosen else []
        if chosen is None or not victims:
            return
        for victim in victims:
            self._writes.evict(victim, pod, chosen.node, by)
        for other in self.nominator.on(chosen.node):
            if other.priority < pod.priority:
                self.nominator.remove(other.uid)
                self._writes.denominate(other, by)

    def _go_on_binding(self) -> bool:
        """Bind a pod that waited for its volumes, or give it up when that took too long."""
        found = self._binder.due()
        if found is None:
            return False
        waiting, node, is_late = found
        by = _by(waiting)
        if is_late:
            self._unplace(waiting, "binding volumes: context deadline exceeded", by, is_gone=False)
        else:
            self._finish(waiting, node, by)
        return True

    # Watching

    def _take_in(self) -> None:
        if self._watch is None:
            self._relist()
            return
        try:
            changes = self._watch.poll()
        except Compacted:
            self._relist()
            return
        now = self._clock.now
        for change in changes:
            self._informers.take(change, now)
            self._binder.happened(change)

    def _relist(self) -> None:
        """Take in everything as it is now, and watch from here on."""
        moment = Moment(self._api.revision, self._clock.now, self.name)
        for resource in RESOURCES:
            for change in differences(resource, self._api.objects(resource), self._known(resource), moment):
                self._informers.take(change, moment.time)
        self._watch = Watch(self._api, RESOURCES, moment.revision)

    def _known(self, resource: str) -> dict[tuple[str, str], Any]:
        if resource == "nodes":
            return {("", node.name): node.object for node in self.table.rows}
        if resource == "pods":
            return {(pod.namespace, pod.name): pod.object for pod in self._by_order()}
        return {meta.key(obj): obj for obj in self.objects.list(resource)}

    def _by_order(self) -> list[Pod]:
        placed = [pod for _, pod in self.table.pods()]
        pods = [*placed, *self.table.homeless(), *(item.pod for item in self._queue.all())]
        return sorted(pods, key=lambda pod: pod.order)

    # Profiles

    def _profiles(self) -> list[Profile]:
        return [scheduling.profile for scheduling in self._schedulings.values()]

    def _profile(self, pod: Pod) -> Profile:
        return self._schedulings[_scheduler_of(pod)].profile

    def _hints(self) -> dict[str, Any]:
        return {item.name: {plugin.name: plugin.events() for plugin in item.enqueues} for item in self._profiles()}

    def _backoff(self) -> Backoff:
        return Backoff(float(self.config.initial_backoff), float(self.config.max_backoff))

    def _gate(self, pod: Pod) -> str:
        """Return the first plugin that does not let a pod into the queue, or ""."""
        for plugin in self._profile(pod).pre_enqueue:
            if plugin.pre_enqueue(pod) is not None:
                return plugin.name
        return ""


def _scheduler_of(pod: Pod) -> str:
    name: str = pod.shape.spec.get("schedulerName") or NAME
    return name


def _by(waiting: Waiting) -> By:
    """Who writes about a pod: its scheduler, because of the change that made the pod worth a try."""
    return By(_scheduler_of(waiting.pod), waiting.cause, waiting.command)
