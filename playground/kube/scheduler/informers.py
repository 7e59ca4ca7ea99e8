"""Taking in what happened: changes of the store go to the table, the queue and the views, and wake pods that wait.

After pkg/scheduler/eventhandlers.go. Nothing is decided or written here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.scheduler import happenings
from playground.kube.scheduler.events import Action, Happening
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.queue import Queue
from playground.kube.scheduler.table import Table
from playground.kube.scheduler.views import WATCHED, Views
from playground.kube.store import Change

RESOURCES: Final = ("nodes", "pods", *WATCHED)
OVER: Final = frozenset({"Succeeded", "Failed"})  # phases of pods that take no more room

Cause = tuple[int | None, int | None]  # revision and command


class Informers:
    """Keeps table, queue, views and nominations in step with the store. `gate` names the plugin that holds a pod back,
    "" for none; `mine` says whether a scheduler name is one of ours."""

    def __init__(self, table: Table, queue: Queue, views: Views, nominator: Nominator) -> None:
        self.table, self.queue, self.views, self.nominator = table, queue, views, nominator
        self.reader = PodReader()
        self.assumed: set[str] = set()  # placed by us, not seen in the watch yet
        self.gate: Callable[[Pod], str] = lambda _pod: ""
        self.mine: Callable[[str], bool] = lambda _name: True
        self._now = 0.0
        self._cause: Cause = (None, None)

    def take(self, change: Change, now: float) -> None:
        """Take in one change."""
        self._now, self._cause = now, (change.revision, change.command)
        if change.resource == "pods":
            self._take_pod(change)
        elif change.resource == "nodes":
            self._take_node(change)
        else:
            self.views.take(change)
            action = {"ADDED": Action.ADD, "MODIFIED": Action.UPDATE, "DELETED": Action.DELETE}[change.type]
            self._tell(change.resource, action, change.previous, change.object)

    # Nodes

    def _take_node(self, change: Change) -> None:
        name = change.key[1]
        if change.type == "DELETED":
            if self.table.object_of(name) is not None:
                self.table.remove_node(name)
            self._tell("nodes", Action.DELETE, change.object, None)
            return
        old = self.table.object_of(name)
        self.table.add_node(change.object)
        self._tell("nodes", happenings.node_actions(old, change.object), old, change.object)

    # Pods

    def _take_pod(self, change: Change) -> None:
        obj = change.object
        if change.type == "DELETED" or (obj.get("status") or {}).get("phase") in OVER:
            self._pod_gone(meta.uid(obj))
        elif obj["spec"].get("nodeName"):
            self._pod_placed(obj)
        elif self.mine(obj["spec"].get("schedulerName") or ""):
            self._pod_waits(obj)

    def _pod_gone(self, uid: str) -> None:
        self.assumed.discard(uid)
        gone = self.table.remove_pod(uid)
        waiting = self.queue.get(uid)
        was_nominated = bool(self.nominator.node_of(uid))
        self.nominator.remove(uid)
        self.queue.remove(uid)
        if gone is not None:
            self._tell("assigned", Action.DELETE, gone, None)
        elif waiting is not None and was_nominated:
            self._tell("assigned", Action.DELETE, waiting.pod, None)

    def _pod_placed(self, obj: Map) -> None:
        uid = meta.uid(obj)
        known = self.table.pod(uid)
        self.queue.remove(uid)
        self.nominator.remove(uid)
        if known is None:
            pod = self.reader.read(obj)
            self.table.add_pod(pod, pod.node)
            self._tell("assigned", Action.ADD, None, pod)
            return
        pod = self.reader.again(known, obj)
        self.table.update_pod(pod)
        if uid in self.assumed:
            self.assumed.discard(uid)
            self._tell("assigned", Action.ADD, None, pod)
            return
        self._tell("assigned", happenings.assigned_actions(known, pod), known, pod)

    def _pod_waits(self, obj: Map) -> None:
        uid = meta.uid(obj)
        if uid in self.assumed:
            return  # an older state than our own placement
        waiting = self.queue.get(uid)
        if waiting is None:
            pod = self.reader.read(obj)
            self._nominate(pod, "")
            self.queue.add(pod, self._now, self.gate(pod), self._cause)
            return
        old = waiting.pod
        pod = self.reader.again(old, obj)
        self._nominate(pod, old.nominated)
        event = Happening("unscheduled", happenings.waiting_actions(old, pod), old.object, pod.object)
        self.queue.updated(pod, event, self._now, self.gate(pod), self._cause)

    def _nominate(self, pod: Pod, before: str) -> None:
        if pod.nominated != before or self.nominator.node_of(pod.uid):
            self.nominator.set(pod, pod.nominated)

    def _tell(self, resource: str, actions: Action, old: Any, new: Any) -> None:
        if actions:
            self.queue.happened(Happening(resource, actions, old, new), self._now, self._cause)
