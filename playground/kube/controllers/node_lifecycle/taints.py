"""Taints that conditions of a node call for, and how a list of taints is changed.

After pkg/controller/nodelifecycle/node_lifecycle_controller.go (nodeConditionToTaintKeyStatusMap,
doNoScheduleTaintingPass) and pkg/util/taints/taints.go. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, Object

Json = dict[str, Any]
Taint = tuple[str, str]  # key and effect, by which taints are told apart

NOT_READY: Final = "node.kubernetes.io/not-ready"
UNREACHABLE: Final = "node.kubernetes.io/unreachable"
UNSCHEDULABLE: Final = "node.kubernetes.io/unschedulable"
# Of each type of condition: which status calls for which taint.
OF_CONDITION: Final[Mapping[str, Mapping[str, str]]] = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
}
_OURS: Final = frozenset({UNSCHEDULABLE, *(key for keys in OF_CONDITION.values() for key in keys.values())})


def taints_of(node: Object) -> list[Json]:
    """Return spec.taints."""
    return list((node.get("spec") or EMPTY).get("taints") or EMPTY_LIST)


def has(node: Object, key: str, effect: str) -> bool:
    """Tell whether a node has a taint."""
    return any(taint["key"] == key and taint["effect"] == effect for taint in taints_of(node))


def scheduling(node: Object) -> tuple[list[Taint], list[Taint]]:
    """Return the NoSchedule taints that a node lacks, and those of the controller's own that it has no more need of."""
    wanted: list[str] = []
    for condition in (node.get("status") or EMPTY).get("conditions") or EMPTY_LIST:
        key = OF_CONDITION.get(condition["type"], EMPTY).get(condition["status"])
        if key:
            wanted.append(key)
    if (node.get("spec") or EMPTY).get("unschedulable"):
        wanted.append(UNSCHEDULABLE)
    there = [taint["key"] for taint in taints_of(node) if taint["effect"] == "NoSchedule" and taint["key"] in _OURS]
    lacking = [(key, "NoSchedule") for key in wanted if key not in there]
    return lacking, [(key, "NoSchedule") for key in there if key not in wanted]


def added(taints: Iterable[Object], new: Iterable[Taint], now: str) -> list[Json]:
    """Return taints with new ones at the end, each with the time at which it was added."""
    listed = [dict(taint) for taint in taints]
    return listed + [{"key": key, "effect": effect, "timeAdded": now} for key, effect in new]


def without(taints: Iterable[Object], old: Iterable[Taint]) -> list[Json]:
    """Return taints without some."""
    gone = set(old)
    return [dict(taint) for taint in taints if (taint["key"], taint["effect"]) not in gone]
