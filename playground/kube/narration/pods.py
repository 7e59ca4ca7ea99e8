"""What is said of pods: why each was made, where it was put, what its containers do, why it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.client.pods import is_active
from playground.kube.narration import containers, plain
from playground.kube.narration.plain import called, capital, spec, started_deletion, status, turned, who
from playground.kube.narration.world import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.store import Change

Json = Mapping[str, Any]


def tell(change: Change, world: World) -> str:
    """Say what a change of a pod was."""
    if change.type == "ADDED":
        return _made(change, world)
    if change.type == "DELETED":
        return _gone(change, world)
    if started_deletion(change):
        return _leaving(change, world)
    return _changed(change)


def _made(change: Change, world: World) -> str:
    pod = change.object
    owner = world.controller(pod)
    if owner is None:
        return plain.tell(change)
    return f"{capital(called(owner))} created {called(pod)}{_wanted(owner, pod, world)}."


def _wanted(owner: Map, pod: Map, world: World) -> str:
    """Why an owner makes a pod: what it wants, and what it has at this moment."""
    kind, wants = owner["kind"], spec(owner).get("replicas", 1)
    alive = sum(is_active(each) for each in world.pods_of(owner) if meta.key(each) != meta.key(pod))
    if kind in {"ReplicaSet", "ReplicationController"}:
        return f" because it wants {wants} and has {alive}"
    if kind == "StatefulSet":
        return f" because it wants {wants}, numbered, and this number is missing"
    if kind == "DaemonSet":
        node = _bound_by_name(pod)
        return f" because every node that fits gets one{f', and {node} has none' if node else ''}"
    if kind == "Job":
        done = status(owner).get("succeeded", 0)
        total = spec(owner).get("completions")
        of = f" of {total}" if total is not None else ""
        return f": {done}{of} have succeeded, {alive} run, and {spec(owner).get('parallelism', 1)} may run at a time"
    return ""


def _bound_by_name(pod: Map) -> str:
    """The node that a DaemonSet's pod is meant for, by its affinity."""
    affinity = (spec(pod).get("affinity") or EMPTY).get("nodeAffinity") or EMPTY
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or EMPTY
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            return ", ".join(field.get("values") or ())
    return ""


def _leaving(change: Change, world: World) -> str:
    pod = change.object
    grace = meta.metadata(pod).get("deletionGracePeriodSeconds") or 0
    time = f"; it has {grace} s to end" if grace else "; it ends at once"
    owner = world.controller(pod)
    disrupted = plain.conditions(pod).get("DisruptionTarget")
    if disrupted is not None and disrupted.get("reason") == "EvictionByEvictionAPI":
        return f"{who(change)} evicted {called(pod)}: its disruption budgets allow it{time}."
    if disrupted is not None and disrupted.get("message"):
        return f"{who(change)} told {called(pod)} to stop ({disrupted['message'].rstrip(' .')}){time}."
    reference = meta.owner(pod)
    if owner is not None and change.actor.startswith(owner["kind"].lower()):
        return f"{capital(called(owner))} told {called(pod)} to stop{_surplus(owner, pod, world)}{time}."
    if reference is not None and owner is None and not plain.is_person(change):
        return (
            f"{who(change)} told {called(pod)} to stop because {reference['kind']} {reference['name']} is gone{time}."
        )
    return f"{who(change)} told {called(pod)} to stop{time}."


def _surplus(owner: Map, pod: Map, world: World) -> str:
    if owner["kind"] == "DaemonSet":
        made = meta.labels(pod).get("pod-template-generation")
        is_old = made is not None and made != str(meta.metadata(owner).get("generation"))
        return " to replace it by one of its newest template" if is_old else ""
    if owner["kind"] not in {"ReplicaSet", "ReplicationController", "StatefulSet"}:
        return ""
    wants = spec(owner).get("replicas", 1)
    has = sum(is_active(each) or meta.key(each) == meta.key(pod) for each in world.pods_of(owner))
    return f" because it wants {wants} and has {has}" if has > wants else " to replace it"


def _gone(change: Change, world: World) -> str:
    pod = change.object
    if meta.deleting(change.previous or EMPTY):
        node = spec(pod).get("nodeName")
        return f"{capital(called(pod))} is gone{f' from {node}' if node else ''}."
    owner = world.controller(pod)
    if owner is not None and not plain.is_person(change):
        return f"{who(change)} removed {called(pod)} of {called(owner)}."
    return f"{who(change)} removed {called(pod)}."


def _changed(change: Change) -> str:
    """A change of a living pod: the most telling of all that changed comes first, and no more than two."""
    pod, before = change.object, change.previous or EMPTY
    node = spec(pod).get("nodeName") or ""
    if node and not spec(before).get("nodeName"):
        return f"{who(change)} put {called(pod)} on {node}."
    if meta.metadata(pod).get("deletionGracePeriodSeconds") == 0 and meta.deleting(before):
        return f"{who(change, node)} let {called(pod)} go: nothing of it runs any more."
    if _lost(before, pod, "batch.kubernetes.io/job-tracking"):
        return f"{who(change)} has counted how {called(pod)} ended and needs it no longer."
    told = list(containers.steps(before, pod))
    if told:
        return f"{capital(called(pod))}: {plain.listed(told, 2)}."
    if status(pod).get("podIP") and not status(before).get("podIP"):
        return f"{who(change, node)} gave {called(pod)} the address {status(pod)['podIP']}."
    if _is_acknowledged(before, pod):
        return f"{who(change, node)} has read the newest version of {called(pod)}."
    reference, was = meta.owner(pod), meta.owner(before)
    if (reference or EMPTY).get("uid") != (was or EMPTY).get("uid"):
        return _adopted(change, reference, was)
    return next((_condition(change, each) for each in turned(change)), "") or _waiting(change) or plain.tell(change)


def _waiting(change: Change) -> str:
    """What is new of a pod that waits for a node."""
    pod, before = change.object, change.previous or EMPTY
    waits = _unplaced(pod)
    if waits and waits != _unplaced(before):
        return f"{who(change)} still finds no node for {called(pod)}: {waits}."
    if status(pod).get("nominatedNodeName") != status(before).get("nominatedNodeName"):
        return _nominated(change)
    return ""


def _unplaced(pod: Object) -> str:
    """Why a pod has no node, in the scheduler's words."""
    condition = plain.conditions(pod).get("PodScheduled", EMPTY)
    return str(condition.get("message") or "").rstrip(" .") if condition.get("status") == "False" else ""


def _nominated(change: Change) -> str:
    node = status(change.object).get("nominatedNodeName")
    if node:
        return f"{who(change)} keeps room on {node} for {called(change.object)}."
    return f"{who(change)} keeps no room for {called(change.object)} any more."


def is_announced(change: Change) -> bool:
    """Tell whether a change of a pod only announces its deletion, which says the reason again."""
    if change.type != "MODIFIED" or started_deletion(change):
        return False
    same_phase = status(change.previous).get("phase") == status(change.object).get("phase")
    return same_phase and [condition["type"] for condition in turned(change)] == ["DisruptionTarget"]


def is_quiet(change: Change) -> bool:
    """Tell whether a change of a pod is only the kubelet's last word before it is gone, or a Job's count of it."""
    before, pod = change.previous or EMPTY, change.object
    ended = meta.metadata(pod).get("deletionGracePeriodSeconds") == 0 and meta.deleting(before)
    return ended or _is_acknowledged(before, pod) or _lost(before, pod, "batch.kubernetes.io/job-tracking")


def _is_acknowledged(before: Object, pod: Object) -> bool:
    """Tell whether all that changed is the generation that somebody says to have seen."""
    if spec(before) != spec(pod) or meta.metadata(before).get("deletionTimestamp") != meta.metadata(pod).get(
        "deletionTimestamp"
    ):
        return False
    old, new = status(before), status(pod)
    return old != new and _ageless(old) == _ageless(new)


def _ageless(value: Json) -> Any:
    """A status without the generations in it, and whatever the order of its conditions."""
    conditions = {
        item["type"]: {key: known for key, known in item.items() if key not in {"observedGeneration", "lastProbeTime"}}
        for item in value.get("conditions") or ()
    }
    return {**value, "conditions": conditions, "observedGeneration": None}


def _lost(before: Object, pod: Object, finalizer: str) -> bool:
    """Tell whether a finalizer was taken off a pod."""
    had, has = (meta.metadata(obj).get("finalizers") or () for obj in (before, pod))
    return finalizer in had and finalizer not in has


def _adopted(change: Change, reference: Object | None, was: Object | None) -> str:
    if reference is not None:
        return f"{reference['kind']} {reference['name']} took over {called(change.object)}: its labels match."
    before = was or EMPTY
    return f"{before.get('kind')} {before.get('name')} let go of {called(change.object)}."


def _because(condition: Json) -> str:
    """The message of a condition, without its full stop."""
    message = str(condition.get("message") or "").rstrip(" .")
    return f": {message}" if message else ""


def _condition(change: Change, condition: Json) -> str:
    pod, kind, state = change.object, condition["type"], condition["status"]
    if kind == "PodScheduled" and state == "False":
        node = status(pod).get("nominatedNodeName")
        room = f" Room is being made for it on {node}." if node else ""
        return f"{who(change)} found no node for {called(pod)}{_because(condition)}.{room}"
    if kind == "Ready":
        return f"{capital(called(pod))} is {'ready' if state == 'True' else 'no longer ready'}."
    if kind == "DisruptionTarget":
        return f"{who(change)} marked {called(pod)} as about to go{_because(condition)}."
    return plain.tell(change)
