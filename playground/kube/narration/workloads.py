"""What is said of Deployments, ReplicaSets, StatefulSets and DaemonSets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, count, spec, status, turned, who
from playground.kube.narration.world import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.store import Change

# Reasons of the condition Progressing that say what the story says anyway.
_ON_ITS_WAY: Final = frozenset({"NewReplicaSetCreated", "FoundNewReplicaSet", "ReplicaSetUpdated"})
_REVISION: Final = "deployment.kubernetes.io/revision"


def tell_deployment(change: Change, world: World) -> str:
    """Say what a change of a Deployment was."""
    return _desired(change, world) or _progress(change) or _counted(change, world) or plain.tell(change)


def is_quiet(change: Change) -> bool:
    """Tell whether a change of a Deployment leaves what is wanted, its counts and its conditions as they were."""
    same = spec(change.object) == spec(change.previous)
    told = [item for item in turned(change) if item.get("reason") not in _ON_ITS_WAY]
    return same and not told and not _differ(status(change.object), status(change.previous))


def tell_replicaset(change: Change, world: World) -> str:
    """Say what a change of a ReplicaSet or ReplicationController was; most are made for a Deployment."""
    owner = world.controller(change.object)
    if owner is not None and change.actor == "deployment-controller":
        told = _for_deployment(change, owner, world)
        if told:
            return told
    if fails(change):
        why = plain.conditions(change.object)["ReplicaFailure"].get("message", "").rstrip(" .")
        return f"{capital(called(change.object))} cannot create its pods: {why}."
    return _desired(change, world) or _counted(change, world) or plain.tell(change)


def fails(change: Change) -> bool:
    """Tell whether a ReplicaSet has just begun to fail to create pods."""
    found = [item for item in turned(change) if item["type"] == "ReplicaFailure"]
    return change.type == "MODIFIED" and any(item.get("status") == "True" for item in found)


def is_read(change: Change) -> bool:
    """Tell whether a change of a StatefulSet only says that its controller has read it."""
    new, old = status(change.object), status(change.previous)
    names = ("observedGeneration", "updateRevision", "currentRevision")
    same = {**new, **dict.fromkeys(names)} == {**old, **dict.fromkeys(names)}
    return same and spec(change.object) == spec(change.previous)


def tell_statefulset(change: Change, world: World) -> str:
    """Say what a change of a StatefulSet was."""
    return _desired(change, world) or _counted(change, world) or plain.tell(change)


def tell_daemonset(change: Change, world: World) -> str:
    """Say what a change of a DaemonSet was."""
    told = _templated(change, world)
    new, old = status(change.object), status(change.previous)
    if told or change.type != "MODIFIED" or new == old:
        return told or plain.tell(change)
    wanted = new.get("desiredNumberScheduled", 0)
    return (
        f"{capital(called(change.object))} has {new.get('numberReady', 0)} of {count(wanted, 'pod')} ready, "
        f"{_of_newest(new.get('updatedNumberScheduled', 0), wanted)}."
    )


def tell_revision(change: Change, world: World) -> str:
    """Say what a change of a ControllerRevision was: the note of one template of a StatefulSet or DaemonSet."""
    owner = world.controller(change.object)
    if owner is None or change.type != "ADDED":
        return plain.tell(change)
    number = change.object.get("revision")
    return f"{capital(called(owner))} noted its template as revision {number} ({meta.name(change.object)})."


def _desired(change: Change, world: World) -> str:
    """What was asked for: another number of replicas, another template, a pause."""
    if change.type != "MODIFIED" or spec(change.object) == spec(change.previous):
        return ""
    name, before, now = called(change.object), spec(change.previous), spec(change.object)
    if before.get("paused") != now.get("paused"):
        return f"{who(change)} {'paused' if now.get('paused') else 'resumed'} {name}."
    if before.get("replicas") != now.get("replicas"):
        return f"{_scaler(change, world)} scaled {name} from {before.get('replicas')} to {now.get('replicas')}."
    return _templated(change, world)


def _scaler(change: Change, world: World) -> str:
    """Who scales: an autoscaler is named with its name."""
    if change.actor != "horizontal-pod-autoscaler":
        return who(change)
    for scaler in world.all("horizontalpodautoscalers.autoscaling"):
        target = spec(scaler).get("scaleTargetRef") or EMPTY
        same = (target.get("kind"), target.get("name")) == (change.object["kind"], meta.name(change.object))
        if same and meta.namespace(scaler) == meta.namespace(change.object):
            return capital(called(scaler))
    return who(change)


def _templated(change: Change, world: World) -> str:
    before, now = spec(change.previous).get("template"), spec(change.object).get("template")
    if change.type != "MODIFIED" or before is None or now is None or before == now:
        return ""
    if _restarted(before) != _restarted(now):
        return f"{who(change)} restarted {called(change.object)}: all its pods are replaced by new ones."
    again = _again(change, world)
    return f"{who(change)} changed the template of {called(change.object)}: {plain.listed(_edits(before, now))}{again}."


def _restarted(template: Object) -> object:
    return meta.annotations(template).get("kubectl.kubernetes.io/restartedAt")


def _again(change: Change, world: World) -> str:
    """Say which revision of a Deployment had this template before."""
    wanted = _without_hash(spec(change.object).get("template") or EMPTY)
    for each in world.all("replicasets.apps"):
        owned = (meta.owner(each) or EMPTY).get("uid") == meta.uid(change.object)
        if owned and _without_hash(spec(each).get("template") or EMPTY) == wanted:
            return f", as in its revision {meta.annotations(each).get(_REVISION, '?')}"
    return ""


def _without_hash(template: Object) -> Object:
    labels = {key: value for key, value in meta.labels(template).items() if key != "pod-template-hash"}
    return {**template, "metadata": {**meta.metadata(template), "labels": labels}}


def _edits(before: Object, now: Object) -> Iterator[str]:
    """The differences of two templates, images first and by name of the container."""
    old = {item["name"]: item for item in spec(before).get("containers") or ()}
    found = False
    for item in spec(now).get("containers") or ():
        was = old.get(item["name"], EMPTY)
        if was.get("image") != item.get("image"):
            found = True
            yield f"{item['name']} from {was.get('image', 'nothing')} to {item.get('image')}"
        elif was and was != item:
            found = True
            yield from plain.differences(was, item, item["name"])
    if not found:
        yield from plain.differences(before, now)


def _for_deployment(change: Change, owner: Map, world: World) -> str:
    """What a Deployment did to one of its ReplicaSets."""
    name, deployment = called(change.object), capital(called(owner))
    if change.type == "ADDED":
        first = count(_replicas(change.object), "pod")
        return f"{deployment} created {name} for its template, with {first} to begin with."
    if change.type == "DELETED" or plain.started_deletion(change):
        return (
            f"{deployment} removed {name}: more old ones than its revisionHistoryLimit keeps."
            if _is_kept_up(owner)
            else ""
        )
    before, now = _replicas(change.previous or EMPTY), _replicas(change.object)
    if before != now:
        return f"{deployment} scaled {name} from {before} to {now}{_rule(change, owner, world)}."
    old, new = (meta.annotations(obj).get(_REVISION) for obj in (change.previous or EMPTY, change.object))
    return f"{deployment} counts {name} as its revision {new} now." if old != new else ""


def _is_kept_up(owner: Map) -> bool:
    return not meta.deleting(owner)


def _replicas(obj: Object) -> int:
    return int(spec(obj).get("replicas") or 0)


def _rule(change: Change, owner: Map, world: World) -> str:
    """How far a rolling update may go above and below what is wanted; nothing where no update is under way."""
    rolling = (spec(owner).get("strategy") or EMPTY).get("rollingUpdate")
    others = [
        each
        for each in world.all("replicasets.apps")
        if (meta.owner(each) or EMPTY).get("uid") == meta.uid(owner)
        and meta.key(each) != change.key
        and _replicas(each)
    ]
    if not rolling or not others:
        return ""
    above, below = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    return f" ({_replicas(owner)} wanted; at most {above} more and {below} fewer on the way)"


def _progress(change: Change) -> str:
    """A condition of a Deployment that turned, in its own words."""
    found = turned(change) if change.type == "MODIFIED" else []
    told = [condition["message"].rstrip(" .") for condition in found if condition.get("message")]
    return f"{capital(called(change.object))}: {'; '.join(told)}." if told else ""


def _counted(change: Change, world: World) -> str:
    """How many pods there are, and how many of them are ready and up to date."""
    del world
    new, old = status(change.object), status(change.previous)
    if change.type != "MODIFIED":
        return ""
    if not _differ(new, old):
        return _ending(change, new, old)
    name, has = capital(called(change.object)), new.get("replicas", 0)
    updated = new.get("updatedReplicas", 0)
    if not _differ(new, old, ("replicas", "readyReplicas")):
        if _differ(new, old, ("updatedReplicas", "currentReplicas")):
            return f"{name} has {count(has, 'pod')}, {_of_newest(updated, has)}."
        return f"{name}: {count(new.get('availableReplicas', 0), 'pod')} of it available."
    if not has:
        return f"{name} has no pods and wants {_replicas(change.object)}."
    told = f"{name} has {count(has, 'pod')}, {new.get('readyReplicas', 0)} ready, and wants {_replicas(change.object)}"
    is_rolling = "updatedReplicas" in new and updated != has
    return told + (f"; {_of_newest(updated, has)}." if is_rolling else ".")


def _of_newest(updated: int, has: int) -> str:
    """How many of its pods are up to date."""
    if updated and updated == has:
        return "all of its newest template" if has > 1 else "of its newest template"
    return f"{updated or 'none'} of them of its newest template"


def _ending(change: Change, new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    """How many pods are on their way out, or missing, where that is all that changed."""
    ending = new.get("terminatingReplicas", 0)
    if ending != old.get("terminatingReplicas", 0):
        return f"{capital(called(change.object))}: {count(ending, 'pod')} of it still ending."
    missing = new.get("unavailableReplicas", 0)
    if missing != old.get("unavailableReplicas", 0):
        return f"{capital(called(change.object))}: {count(missing, 'pod')} of it missing or not available."
    before, now = (meta.annotations(obj).get(_REVISION) for obj in (change.previous or EMPTY, change.object))
    if before != now:
        return f"{capital(called(change.object))} is at its revision {now} now."
    if new.get("observedGeneration") != old.get("observedGeneration"):
        return f"{who(change)} has read what {called(change.object)} wants."
    return ""


_COUNTS: Final = ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas", "currentReplicas")


def _differ(new: Mapping[str, Any], old: Mapping[str, Any], fields: Sequence[str] = _COUNTS) -> bool:
    return any(new.get(field, 0) != old.get(field, 0) for field in fields)
