"""What is said of nodes and of their heartbeats."""

from __future__ import annotations

from typing import Any, Final

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, spec, status, turned, who
from playground.kube.narration.world import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import Change

_PRESSURES: Final = {"MemoryPressure": "memory", "DiskPressure": "disk space", "PIDPressure": "process numbers"}


def tell(change: Change, world: World) -> str:
    """Say what a change of a node was."""
    del world
    if change.type != "MODIFIED":
        return plain.tell(change)
    if change.actor == "ttl-controller":
        return f"{who(change)} noted on {called(change.object)} for how long its kubelet may keep what it has read."
    return _cordoned(change) or _tainted(change) or _condition(change) or _registered(change) or plain.tell(change)


def is_quiet(change: Change) -> bool:
    """Tell whether all that changed of a node is metadata: labels and annotations that programs keep there."""
    before = change.previous or EMPTY
    return spec(change.object) == spec(before) and status(change.object) == status(before)


def tell_lease(change: Change, world: World) -> str:
    """Say what a change of a lease was: for nodes it is their heartbeat."""
    del world
    if meta.namespace(change.object) != "kube-node-lease":
        return plain.tell(change)
    node = meta.name(change.object)
    return f"The kubelet of {node} says that it is alive." if change.type != "DELETED" else plain.tell(change)


def _registered(change: Change) -> str:
    """A kubelet that makes itself known writes labels on its node."""
    if change.actor != "kubelet" or meta.labels(change.object) == meta.labels(change.previous or EMPTY):
        return ""
    return f"{who(change, meta.name(change.object))} registered it, with labels that say what kind of machine it is."


def _cordoned(change: Change) -> str:
    now, before = spec(change.object).get("unschedulable"), spec(change.previous).get("unschedulable")
    if bool(now) == bool(before):
        return ""
    if now:
        return f"{who(change)} cordoned {called(change.object)}: it gets no new pods."
    return f"{who(change)} uncordoned {called(change.object)}: it gets new pods again."


def _tainted(change: Change) -> str:
    old, new = _taints(change.previous or EMPTY), _taints(change.object)
    added, gone = [taint for taint in new if taint not in old], [taint for taint in old if taint not in new]
    if not added and not gone:
        return ""
    name = called(change.object)
    parts = [f"tainted {name} with {plain.listed(added)}"] if added else []
    parts += [f"took {plain.listed(gone)} off {name}"] if gone else []
    return f"{who(change)} {' and '.join(parts)}."


def _taints(node: Object) -> list[str]:
    found = spec(node).get("taints") or ()
    return [f"{taint['key']}{_value(taint)}:{taint['effect']}" for taint in found]


def _value(taint: Object) -> str:
    return f"={taint['value']}" if taint.get("value") else ""


def _condition(change: Change) -> str:
    name, found = capital(called(change.object)), {item["type"]: item for item in turned(change)}
    ready = found.get("Ready")
    if ready is not None:
        return _ready(change, ready)
    for kind, short in _PRESSURES.items():
        if kind in found and found[kind]["status"] != status(change.previous).get(kind):
            state = found[kind]["status"]
            if state == "True":
                return f"{name} runs short of {short}."
            return f"{name} {'has enough' if state == 'False' else 'says nothing more about its'} {short}."
    return ""


def _ready(change: Change, ready: Any) -> str:
    name, state = called(change.object), ready["status"]
    if state == "True":
        return f"{capital(name)} is ready for pods."
    if state == "Unknown":
        return f"{who(change)} has not heard of {name} for too long and marked it as not ready."
    return f"{capital(name)} is not ready: {ready.get('message', ready.get('reason', ''))}."
