"""The taint eviction controller: pods that do not tolerate a NoExecute taint of their node are deleted, some later.

After pkg/controller/tainteviction/{taint_eviction,timed_workers}.go. A pod that tolerates for some seconds gets a
timer; the timer is cancelled when the taint goes, and kept when it is running already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY_LIST, Map, Object
from playground.kube.objects.meta import Key
from playground.kube.store import By, Change

NAME: Final = "taint-eviction-controller"
CONDITION: Final = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByTaintManager",
    "message": "Taint manager: deleting due to NoExecute taint",
}
_FOREVER: Final = -1.0


@dataclass(frozen=True, slots=True)
class Timer:
    """A pod's deletion: since when it is due, and when it comes."""

    since: float
    at: float


class TaintEviction(Controller):
    """Items of its queue: ("node", name), ("pod", namespace, name), ("delete", namespace, name) when a timer ends."""

    name = NAME

    def __init__(self, context: Context) -> None:
        self._tainted: dict[str, list[Any]] = {}  # node → its NoExecute taints, as last worked off
        self._timers: dict[Key, Timer] = {}
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch nodes for their NoExecute taints, and pods for where they are and what they tolerate."""
        return {"nodes": self._node_changed, "pods": self._pod_changed}

    def sync(self, item: Item, by: By) -> None:
        """Work one item off."""
        if item[0] == "node":
            self._sync_node(item[1], by)
        elif item[0] == "pod":
            self._sync_pod((item[1], item[2]), by)
        else:
            self._timer_ends((item[1], item[2]), by)

    def own_state(self) -> dict[str, Any]:
        """Return the timers and what is known of nodes."""
        timers = [[*key, timer.since, timer.at] for key, timer in self._timers.items()]
        return {"tainted": self._tainted, "timers": timers}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._tainted = {node: list(taints) for node, taints in state["tainted"].items()}
        self._timers = {(namespace, name): Timer(since, at) for namespace, name, since, at in state["timers"]}

    # What happens

    def _node_changed(self, change: Change) -> None:
        before = _no_execute(change.previous) if change.previous is not None else []
        after = _no_execute(change.object) if change.type != "DELETED" else []
        if change.type != "MODIFIED" or before != after:
            self.enqueue(("node", change.key[1]), change)

    def _pod_changed(self, change: Change) -> None:
        if (
            change.type == "MODIFIED"
            and change.previous is not None
            and _place(change.object) == _place(change.previous)
        ):
            return
        node = change.object["spec"].get("nodeName")
        if change.key in self._timers or (node and change.type != "DELETED"):
            self.enqueue(("pod", *change.key), change)

    # Nodes and pods

    def _sync_node(self, name: str, by: By) -> None:
        node = self.informers.cache("nodes").get("", name)
        taints = _no_execute(node) if node is not None else []
        known = self._tainted.pop(name, None)
        if taints:
            self._tainted[name] = taints
        if node is None or (not taints and not known):
            return
        for pod in self.informers.cache("pods").by("node", name):
            self._consider(pod, taints, by)

    def _sync_pod(self, key: Key, by: By) -> None:
        pod = self.informers.cache("pods").get(*key)
        if pod is None:
            self._cancel(key, None, by)
            return
        taints = self._tainted.get(pod["spec"].get("nodeName") or "")
        if taints:
            self._consider(pod, taints, by)

    def _consider(self, pod: Map, taints: list[Any], by: By) -> None:
        """Delete a pod now, later, or never (processPodOnNode)."""
        key, now = meta.key(pod), self.clock.now
        if not taints:
            self._cancel(key, pod, by)
            return
        seconds = tolerated_for(pod["spec"].get("tolerations") or EMPTY_LIST, taints)
        if seconds == 0:
            self._cancel(key, pod, by)
            self._timers[key] = Timer(now, now)
            self.queue.add(("delete", *key), Cause(by.cause, by.command))
        elif seconds == _FOREVER:
            self._cancel(key, pod, by)
        else:
            self._set(key, pod, now, seconds, by)

    def _set(self, key: Key, pod: Map, now: float, seconds: float, by: By) -> None:
        running, since = self._timers.get(key), now
        if running is not None:
            since = running.since
            if since + seconds < now + seconds:
                return
            self._cancel(key, pod, by)
        self._timers[key] = Timer(since, since + seconds)
        self.queue.add_at(("delete", *key), since + seconds, Cause(by.cause, by.command))

    def _timer_ends(self, key: Key, by: By) -> None:
        timer = self._timers.get(key)
        if timer is not None and timer.at <= self.clock.now:
            del self._timers[key]
            self._delete(key, by)

    def _delete(self, key: Key, by: By) -> None:
        """Say that a pod is going to be disrupted, and delete it. One that is gone is fine."""
        pod = self.informers.cache("pods").get(*key)
        about = pod if pod is not None else _reference(key)
        self._tell(about, f"Marking for deletion Pod {key[0]}/{key[1]}", by)
        generation = meta.metadata(about).get("generation")
        told = {**CONDITION, **({"observedGeneration": generation} if generation else {})}
        try:
            self.api.set_pod_condition(*key, told, by=by)
            self.api.delete("pods", key[1], key[0], by=by, options=DeleteOptions())
        except ApiError as error:
            if error.code != 404:
                raise

    def _cancel(self, key: Key, pod: Map | None, by: By) -> None:
        if self._timers.pop(key, None) is not None:
            self._tell(pod if pod is not None else _reference(key), f"Cancelling deletion of Pod {key[0]}/{key[1]}", by)

    def _tell(self, about: Object, message: str, by: By) -> None:
        self.api.record_event(about, "TaintManagerEviction", message, by=by)


def tolerated_for(tolerations: Iterable[Object], taints: Iterable[Object]) -> float:
    """Return how many seconds a pod tolerates taints: 0 for not at all, -1 for ever.

    Of each taint the first toleration that fits counts, and of these the shortest (getMinTolerationTime).
    """
    tolerations = list(tolerations)
    used: list[Object] = []
    for taint in taints:
        fitting = next((each for each in tolerations if _tolerates(each, taint)), None)
        if fitting is None:
            return 0.0
        used.append(fitting)
    limits = [float(each["tolerationSeconds"]) for each in used if each.get("tolerationSeconds") is not None]
    return max(min(limits), 0.0) if limits else _FOREVER


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if (toleration.get("operator") or "Equal") == "Equal":
        return (toleration.get("value") or "") == (taint.get("value") or "")
    return bool(toleration["operator"] == "Exists")


def _no_execute(node: Object) -> list[Any]:
    return [taint for taint in node["spec"].get("taints") or EMPTY_LIST if taint["effect"] == "NoExecute"]


def _place(pod: Object) -> tuple[Any, Any]:
    return pod["spec"].get("nodeName"), pod["spec"].get("tolerations")


def _reference(key: Key) -> Object:
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"namespace": key[0], "name": key[1]}}
