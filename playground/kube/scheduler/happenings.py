"""What a change of a node or a pod means to the queue: which Action it is (pkg/scheduler/framework/events.go)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.objects.frozen import Object
from playground.kube.scheduler.events import Action
from playground.kube.scheduler.pods import Pod


def node_actions(old: Object | None, new: Object) -> Action:
    """Return what happened to a node; Action(0) for nothing that matters."""
    if old is None:
        return Action.ADD
    return _sum(old, new, _OF_NODE)


def assigned_actions(old: Pod, new: Pod) -> Action:
    """Return what happened to a pod on a node."""
    found = Action(0)
    if dict(old.labels) != dict(new.labels):
        found |= Action.UPDATE_POD_LABEL
    before, after = old.shape.requests, new.shape.requests
    if any(after.get(name, 0) < amount for name, amount in before.items()):
        found |= Action.UPDATE_POD_SCALE_DOWN
    return found


def waiting_actions(old: Pod, new: Pod) -> Action:
    """Return what happened to a pod that waits."""
    found = assigned_actions(old, new)
    before, after = old.shape.spec, new.shape.spec
    if before.get("tolerations") != after.get("tolerations"):
        found |= Action.UPDATE_POD_TOLERATION
    if before.get("schedulingGates") != after.get("schedulingGates"):
        found |= Action.UPDATE_POD_GATES
    if not found and old.shape is not new.shape:
        found |= Action.UPDATE_OTHER
    return found


def _spec(obj: Object, name: str) -> Any:
    return (obj.get("spec") or {}).get(name)


def _conditions(obj: Object) -> list[tuple[Any, Any]]:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return [(item.get("type"), item.get("status")) for item in conditions]


_OF_NODE: Final[tuple[tuple[Action, Callable[[Object], Any]], ...]] = (
    (Action.UPDATE_NODE_TAINT, lambda node: (_spec(node, "unschedulable") or False, _spec(node, "taints") or [])),
    (Action.UPDATE_NODE_ALLOCATABLE, lambda node: (node.get("status") or {}).get("allocatable") or {}),
    (Action.UPDATE_NODE_LABEL, lambda node: dict(meta.labels(node))),
    (Action.UPDATE_NODE_CONDITION, _conditions),
    (Action.UPDATE_NODE_ANNOTATION, lambda node: dict(meta.annotations(node))),
)


def _sum(old: Object, new: Object, parts: tuple[tuple[Action, Callable[[Object], Any]], ...]) -> Action:
    found = Action(0)
    for action, read in parts:
        if read(old) != read(new):
            found |= action
    return found
