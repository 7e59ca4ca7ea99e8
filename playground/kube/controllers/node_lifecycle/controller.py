"""The node lifecycle controller: nodes that fall silent become Unknown, their pods unready, and taints say so.

After pkg/controller/nodelifecycle/node_lifecycle_controller.go. The real one looks at every node every 5 s; here a look
is due only when some node would be found changed at it, on the same grid. What is rate limited is the NoExecute taint,
for it is what makes pods be evicted (taint_eviction.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.pods import condition
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.node_lifecycle import taints
from playground.kube.controllers.node_lifecycle.health import Health, ready_of, silent_conditions
from playground.kube.controllers.node_lifecycle.zones import Zones, counts, key_of, sight
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, drop, freeze, put
from playground.kube.store import By, Change

NAME: Final = "node-controller"
LOOK: Final[Item] = ("look",)
TAINT: Final[Item] = ("taint",)
NODES: Final[Item] = ("nodes",)
TAINTS: Final = ("spec", "taints")
TAINT_PERIOD: Final = 0.1  # NodeEvictionPeriod, seconds
BETA: Final = {"kubernetes.io/os": "beta.kubernetes.io/os", "kubernetes.io/arch": "beta.kubernetes.io/arch"}
NO_EXECUTE: Final = ((taints.UNREACHABLE, "NoExecute"), (taints.NOT_READY, "NoExecute"))


class NodeLifecycle(Controller):
    """Items of its queue: LOOK at all nodes, TAINT some NoExecute, NODES that changed, ("pod", namespace, name).

    Nodes that changed are worked off together, so that nodes that come together open together.
    """

    name = NAME

    def __init__(self, context: Context) -> None:
        self._health = Health(context)
        self._zones = Zones(context.settings.node_eviction_rate)
        self._known: dict[str, str] = {}  # the nodes of the last look → their uids
        self._looked = -1.0  # when that was
        self._changed: dict[str, Cause] = {}  # nodes whose NoSchedule taints may not be right
        self._due = ((-1, -1), 0.0)  # when the next silent node's time is up, and as of what that was found
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch nodes, and pods for the one moment when they get a node."""
        return {"nodes": self._node_changed, "pods": self._pod_changed}

    def turn(self) -> bool:
        """Work one item off; a look joins the line when a silent node's time is up."""
        if self._silent_due() <= self.clock.now:
            self.queue.add(LOOK)
        return super().turn()

    def next_at(self) -> float | None:
        """Return when the next item's time comes, or a silent node's."""
        queued, silent = super().next_at(), self._silent_due()
        times = [] if queued is None else [queued]
        return min([*times, silent]) if times or silent != float("inf") else None

    def sync(self, item: Item, by: By) -> None:
        """Work one item off."""
        if item == LOOK:
            self._look(by)
        elif item == TAINT:
            self._taint_no_execute()
        elif item == NODES:
            self._taint_no_schedule()
        else:
            self._unready_new_pod(item[1], item[2], by)

    def own_state(self) -> dict[str, Any]:
        """Return what the looks remember."""
        health, zones = self._health.state(), self._zones.state()
        changed = [[name, cause.revision, cause.command] for name, cause in self._changed.items()]
        return {
            "health": health,
            "zones": zones,
            "known": self._known,
            "looked": self._looked,
            "changed": changed,
        }

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._health.restore(state["health"])
        self._zones.restore(state["zones"])
        self._known, self._looked = dict(state["known"]), state["looked"]
        self._changed = {name: Cause(revision, command) for name, revision, command in state["changed"]}

    # What happens

    def _node_changed(self, change: Change) -> None:
        if change.type != "DELETED":
            self._changed.setdefault(change.key[1], Cause.of(change))
            self.enqueue(NODES, change)
        if change.type != "MODIFIED" or change.previous is None or sight(change.object) != sight(change.previous):
            self._look_at(self.clock.now, Cause.of(change))

    def _pod_changed(self, change: Change) -> None:
        node, before = change.object["spec"].get("nodeName"), change.previous
        if change.type != "DELETED" and node and (before is None or before["spec"].get("nodeName") != node):
            self.enqueue(("pod", *change.key), change)

    def _look_at(self, time: float, cause: Cause) -> None:
        """Put a look in line: the first one at or after a time that was not taken yet."""
        at = self._health.tick(time)
        if at <= self._looked:
            at = self._health.tick(self._looked + self.context.settings.node_monitor_period / 2)
        self.queue.add_at(LOOK, at, cause)

    def _silent_due(self) -> float:
        """Return when the next node that beat once counts as silent."""
        seen = (self.informers.revision, self.context.heartbeats.version)
        if seen != self._due[0]:
            self._due = (seen, self._find_silent_due())
        return self._due[1]

    def _find_silent_due(self) -> float:
        due = float("inf")
        for name in self.context.heartbeats.silent():
            node = self.informers.cache("nodes").get("", name)
            if node is not None and name in self._known and ready_of(node) not in {"Unknown", None}:
                due = min(due, self._health.due(node))
        return due

    # A look at all nodes (monitorNodeHealth)

    def _look(self, by: By) -> None:
        now = self.clock.now
        nodes = self.informers.cache("nodes").list()
        self._looked, self._due = now, ((-1, -1), 0.0)
        self._greet(nodes, by)
        readiness: dict[str, list[bool]] = {}
        for node in nodes:
            ready = self._look_at_node(node, by)
            if counts(node):
                readiness.setdefault(key_of(node), []).append(ready == "True")
        if not readiness:
            return
        turn = self._zones.counted(readiness, now)
        for node in nodes:
            if turn == "entered":
                self._trust(node, by)
            elif turn == "left":
                self._health.first[meta.name(node)] = now
        self._line_up_tainting()

    def _greet(self, nodes: list[Map], by: By) -> None:
        """Tell of nodes that came and went since the last look."""
        there = {meta.name(node) for node in nodes}
        for node in nodes:
            name = meta.name(node)
            if name not in self._known:
                told = f"Node {name} event: Registered Node {name} in Controller"
                self.api.record_event(node, "RegisteredNode", told, by=by)
                self._known[name] = meta.uid(node)
                self._health.first[name] = self._looked
                self._trust(node, by)
        for name in [name for name in self._known if name not in there]:
            about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": name, "uid": self._known.pop(name)}}
            told = f"Node {name} event: Removing Node {name} from Controller"
            self.api.record_event(about, "RemovingNode", told, by=by)
            self._health.first.pop(name, None)

    def _look_at_node(self, node: Map, by: By) -> str | None:
        """Say of a node that fell silent that it did. Answers the status of its Ready condition after that."""
        name, now = meta.name(node), self.clock.now
        ready = before = ready_of(node)
        if not self._health.beats(name) and before != "Unknown":
            due = self._health.due(node)
            if due <= now:
                by = self._by(name, by)
                told = silent_conditions(node, self.clock.stamp())
                node = self._write_conditions(node, told, by) or node
                ready = ready_of(node)
            elif self.context.heartbeats.series(name) is None:
                self.queue.add_at(LOOK, due)
        if ready is None:
            return None
        self._want_no_execute(node, ready, by)
        if ready != "True" and before == "True":
            self.api.record_event(node, "NodeNotReady", f"Node {name} status is now: NodeNotReady", by=by)
            for pod in self.informers.cache("pods").by("node", name):
                self.queue.add(("pod", *meta.key(pod)), Cause(by.cause, by.command))
        return ready

    def _want_no_execute(self, node: Map, ready: str, by: By) -> None:
        """Line a node up for its NoExecute taint, swap a wrong one, or trust the node again."""
        if ready == "True":
            self._trust(node, by)
            return
        right, wrong = NO_EXECUTE if ready == "Unknown" else reversed(NO_EXECUTE)
        if taints.has(node, *wrong):
            self._swap(node, [right], [wrong], by)
        elif not taints.has(node, *right):
            self._zones.of(node).waiting.setdefault(meta.name(node), by.command)

    def _trust(self, node: Map, by: By) -> None:
        """Take both NoExecute taints off a node (markNodeAsReachable)."""
        self._zones.of(node).waiting.pop(meta.name(node), None)
        there = [taint for taint in NO_EXECUTE if taints.has(node, *taint)]
        if there:
            self._swap(node, [], there, by)

    # Taints

    def _line_up_tainting(self) -> None:
        due = min((zone.due() for zone in self._zones.by_key.values()), default=float("inf"))
        if due != float("inf"):
            self.queue.add_at(TAINT, max(due, self.clock.now + TAINT_PERIOD))

    def _taint_no_execute(self) -> None:
        """Give nodes in line their NoExecute taint, as fast as their zones allow."""
        for zone in self._zones.by_key.values():
            while zone.waiting and zone.accept(self.clock.now):
                name, command = next(iter(zone.waiting.items()))
                del zone.waiting[name]
                node = self.informers.cache("nodes").get("", name)
                ready = ready_of(node) if node is not None else None
                if node is not None and ready in {"False", "Unknown"}:
                    right, wrong = NO_EXECUTE if ready == "Unknown" else reversed(NO_EXECUTE)
                    self._swap(node, [right], [wrong], By(NAME, None, command))
        self._line_up_tainting()

    def _taint_no_schedule(self) -> None:
        changed, self._changed = self._changed, {}
        for name, cause in changed.items():
            node = self.informers.cache("nodes").get("", name)
            if node is not None:
                self._keep_in_step(node, By(NAME, cause.revision, cause.command))

    def _keep_in_step(self, node: Map, by: By) -> None:
        """Keep the NoSchedule taints of a node in step with its conditions, and its old labels with the new ones."""
        lacking, needless = taints.scheduling(node)
        if lacking or needless:
            self._swap(node, lacking, needless, by)
        labels = meta.labels(node)
        old = {beta: labels[key] for key, beta in BETA.items() if key in labels and labels.get(beta) != labels[key]}
        if old:
            fresh = self.api.get("nodes", meta.name(node)).object
            self.api.set_node(put(fresh, ("metadata", "labels"), {**meta.labels(fresh), **old}), by=by)

    def _swap(self, node: Map, new: list[taints.Taint], old: list[taints.Taint], by: By) -> None:
        """Add taints and take others off, each in a write of its own as the real controller does it."""
        try:
            fresh = self.api.get("nodes", meta.name(node)).object
        except ApiError:
            return
        listed = taints.taints_of(fresh)
        there = {(taint["key"], taint["effect"]) for taint in listed}
        if more := [taint for taint in new if taint not in there]:
            listed = taints.added(listed, more, self.clock.stamp())
            fresh = self.api.set_node(put(fresh, TAINTS, listed), by=by)
        if any(taint in there for taint in old):
            left = taints.without(listed, old)
            self.api.set_node(put(fresh, TAINTS, left) if left else drop(fresh, TAINTS), by=by)

    # Writing

    def _unready_new_pod(self, namespace: str, name: str, by: By) -> None:
        """Say of a pod that came to a node that is not ready that it is not ready either (processPod)."""
        pod = self.informers.cache("pods").get(namespace, name)
        if pod is None or pod["spec"].get("nodeName") not in self._known:
            return
        node = self.informers.cache("nodes").get("", pod["spec"]["nodeName"])
        if node is not None and ready_of(node) in {"False", "Unknown"}:
            self._unready(pod, by)

    def _unready(self, pod: Map, by: By) -> None:
        ready = condition(pod, "Ready")
        if ready is None or ready["status"] == "False":
            return
        told = {**{key: value for key, value in ready.items() if key != "lastTransitionTime"}, "status": "False"}
        try:
            self.api.set_pod_condition(meta.namespace(pod), meta.name(pod), told, by=by)
        except ApiError:
            return  # the pod is gone
        self.api.record_event(pod, "NodeNotReady", "Node is not ready", by=by, warning=True)

    def _write_conditions(self, node: Map, told: list[dict[str, Any]], by: By) -> Map | None:
        status = freeze({**(node.get("status") or EMPTY), "conditions": told})
        try:
            return self.api.set_status("nodes", "", meta.name(node), status, by=by)
        except ApiError:
            return None

    def _by(self, name: str, by: By) -> By:
        """Return who writes about a silent node: what ended its beats is behind it."""
        series = self.context.heartbeats.series(name)
        return By(NAME, by.cause, series.command) if series is not None else by
