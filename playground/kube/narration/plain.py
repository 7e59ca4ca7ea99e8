"""Words that every kind shares: who did it, which object, how many, and a sentence for whatever has no own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import Change

SHOWN: Final = 3  # changed fields that a sentence names
LONG: Final = 40  # characters of a value that are shown

# Actors by what a person would call them. Who is not here is called by the name it writes under.
ACTORS: Final[Mapping[str, str]] = {
    "kubectl": "You",
    "kube-apiserver": "The API server",
    "default-scheduler": "The scheduler",
    "kubelet": "The kubelet",
    "kube-proxy": "The service proxy",
    "garbage-collector-controller": "The garbage collector",
    "horizontal-pod-autoscaler": "The autoscaler",
    "drydock.local/hostpath": "The volume provisioner",
}
# Kinds whose names are written together, in the names of their controllers.
_KINDS: Final = {
    word.lower(): word
    for word in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "EndpointSlice")
}
# Fields that change with everything else and say nothing by themselves.
_DULL: Final = frozenset(
    {"resourceVersion", "managedFields", "generation", "observedGeneration", "lastTransitionTime", "lastUpdateTime"}
    | {"lastHeartbeatTime", "lastProbeTime"}
)


def who(change: Change, node: str = "") -> str:
    """Name the actor at the beginning of a sentence: "You", "The kubelet of node-1", "The job controller"."""
    actor = change.actor
    if actor == "kubelet" and node:
        return f"The kubelet of {node}"
    if actor in ACTORS:
        return ACTORS[actor]
    if actor.endswith("-controller"):
        word = actor.removesuffix("-controller")
        return f"The {_KINDS.get(word.replace('-', ''), word.replace('-', ' '))} controller"
    return actor


def is_person(change: Change) -> bool:
    """Tell whether a person did it."""
    return change.actor == "kubectl"


def called(obj: Object) -> str:
    """Name an object: "Deployment web", "node node-1", "pod web-1"; with its namespace unless it is the default."""
    kind, place = str(obj.get("kind") or "object"), meta.namespace(obj)
    word = kind.lower() if kind in {"Pod", "Node", "Namespace"} else kind
    if kind == "Node" and meta.name(obj).startswith("node"):
        return meta.name(obj)
    return f"{word} {meta.name(obj)}" + (f" in {place}" if place not in {"", "default"} else "")


def count(number: int, word: str) -> str:
    """Say "1 pod", "2 pods", "no pods"."""
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def th(number: int) -> str:
    """Say "1st", "2nd", "11th"."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def listed(words: Iterable[str], most: int = SHOWN) -> str:
    """Say "a", "a and b", "a, b and c", "a, b, c and 4 more"."""
    found = list(words)
    if len(found) > most:
        return f"{', '.join(found[:most])} and {len(found) - most} more"
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def spec(obj: Object | None) -> Mapping[str, Any]:
    """Return an object's spec, or an empty map."""
    return (obj or EMPTY).get("spec") or EMPTY


def status(obj: Object | None) -> Mapping[str, Any]:
    """Return an object's status, or an empty map."""
    return (obj or EMPTY).get("status") or EMPTY


def conditions(obj: Object | None) -> dict[str, Mapping[str, Any]]:
    """Return an object's conditions by type."""
    return {item["type"]: item for item in status(obj).get("conditions") or ()}


def turned(change: Change) -> list[Mapping[str, Any]]:
    """Return the conditions that are new, or whose status or reason is another than before."""
    before = conditions(change.previous)
    return [
        item
        for kind, item in conditions(change.object).items()
        if (before.get(kind, EMPTY).get("status"), before.get(kind, EMPTY).get("reason"))
        != (item.get("status"), item.get("reason"))
    ]


def started_deletion(change: Change) -> bool:
    """Tell whether this change began the object's deletion."""
    return change.type == "MODIFIED" and meta.deleting(change.object) and not meta.deleting(change.previous or EMPTY)


def tell(change: Change) -> str:
    """Say what happened to an object of any kind, by its fields."""
    subject, name = who(change), called(change.object)
    if change.type == "ADDED":
        return f"{subject} created {name}."
    if change.type == "DELETED":
        if meta.deleting(change.previous or EMPTY):
            return f"{capital(name)} is gone."
        return f"{subject} removed {name}{_because(change)}."
    if started_deletion(change):
        held = meta.metadata(change.object).get("finalizers") or ()
        return f"{subject} began to delete {name}" + (f"; {listed(held)} must let it go first." if held else ".")
    fields = list(differences(change.previous or EMPTY, change.object))
    if not fields:
        return f"{subject} wrote {name} anew without changing what it says."
    return f"{subject} changed {name}: {listed(fields)}."


def _because(change: Change) -> str:
    """Why a controller removes an object: its owner or its namespace goes."""
    owner = meta.owner(change.object)
    if change.actor == "garbage-collector-controller" and owner is not None:
        return f" because {owner['kind']} {owner['name']} is gone"
    return " with its namespace" if change.actor == "namespace-controller" else ""


def capital(text: str) -> str:
    """Begin a sentence with a name: "Pod web-1"; a bare name stays as it is written, "node-1"."""
    return text[:1].upper() + text[1:] if " " in text else text


def differences(old: Object, new: Object, at: str = "") -> Iterable[str]:
    """Yield each changed field as "spec.replicas from 1 to 2", in order of name; times and counters are left out."""
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before == after or key in _DULL:
            continue
        path = f"{at}.{key}" if at else key
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from differences(before, after, path)
        elif before is None:
            yield f"{path} is now {shown(after)}" if _is_short(after) else f"{path} is set"
        elif after is None:
            yield f"{path} is no longer set"
        elif _is_short(before) and _is_short(after):
            yield f"{path} from {shown(before)} to {shown(after)}"
        else:
            yield f"{path} is another"


def _is_short(value: Any) -> bool:
    return not isinstance(value, (Mapping, list)) and len(str(value)) <= LONG


def shown(value: Any) -> str:
    """Show a short value as a manifest would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value == "" else str(value)
