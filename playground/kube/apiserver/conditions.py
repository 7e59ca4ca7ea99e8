"""The fast doors of actors inside: a pod's condition, an event. Nothing is read or validated, only paths are copied.

Sources: pkg/api/v1/pod/util.go (UpdatePodCondition), k8s.io/client-go/tools/record.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from playground.kube import errors
from playground.kube.apiserver.core import CHANGED, Core
from playground.kube.objects.frozen import EMPTY_LIST, List, Map, Object, freeze
from playground.kube.objects.meta import Key
from playground.kube.store import By, Conflict

_PODS = "pods"
_EVENTS = "events"
_NOTE_LENGTH = 1024  # bytes of an event's message that are kept


def set_pod_condition(
    core: Core, namespace: str, name: str, condition: Object, by: By, nominated: str | None = None
) -> Map:
    """Set a condition in a pod's status, and nominatedNodeName unless `nominated` is None ("" clears it).

    The time of transition moves only when the status does. What changes nothing is not written. Raises ApiError
    NotFound.
    """
    key = (namespace, name)
    pod = core.store.get(_PODS, key)
    if pod is None:
        raise errors.not_found(_PODS, name)
    status = pod.get("status") or {}
    conditions = status.get("conditions") or EMPTY_LIST
    fresh = dict(condition)
    fresh.setdefault("lastTransitionTime", core.clock.stamp())
    place = next((index for index, item in enumerate(conditions) if item["type"] == condition["type"]), None)
    if place is not None and conditions[place]["status"] == condition["status"]:
        moved = conditions[place].get("lastTransitionTime")
        fresh = {**fresh, "lastTransitionTime": moved} if moved else fresh
    listed = list(conditions)
    if place is None:
        listed.append(Map(fresh))
    elif conditions[place] != fresh:
        listed[place] = Map(fresh)
    changed = {**status, "conditions": List(listed)}
    if nominated:
        changed["nominatedNodeName"] = nominated
    elif nominated == "":
        changed.pop("nominatedNodeName", None)
    return core.store.update(_PODS, key, Map({**pod, "status": Map(changed)}), by)


def set_status(core: Core, resource: str, key: Key, status: Object, by: By, version: int | None = None) -> Map:
    """Replace an object's status; what changes nothing is not written.

    Raises ApiError NotFound, or Conflict when the object is not at the revision `version`.
    """
    found = core.store.get(resource, key)
    if found is None:
        raise errors.not_found(resource, key[1])
    try:
        return core.store.update(resource, key, Map({**found, "status": freeze(status)}), by, expected=version)
    except Conflict:
        raise errors.conflict(resource, key[1], CHANGED) from None


@dataclass(frozen=True, slots=True)
class Note:
    """What an event says. `type` is Normal or Warning, `component` who says it."""

    type: str
    reason: str
    message: str
    component: str


def record_event(core: Core, about: Object, note: Note, by: By) -> Map:
    """Record an event about an object; the same one again raises its count instead.

    Aggregation goes by object, type, reason and message, as in the recorder of client-go; the name carries a digest
    of them, so no table of past events is kept anywhere.
    """
    metadata = about["metadata"]
    namespace = metadata.get("namespace") or "default"
    kept = note.message.encode()[:_NOTE_LENGTH].decode("utf-8", "ignore")
    name = f"{metadata['name']}.{_digest(metadata.get('uid', ''), note.type, note.reason, kept, note.component)}"
    key = (namespace, name)
    before = core.store.get(_EVENTS, key)
    now = core.clock.stamp()
    if before is not None:
        return core.store.update(_EVENTS, key, Map({**before, "count": before["count"] + 1, "lastTimestamp": now}), by)
    subject = {"kind": about["kind"], "namespace": metadata.get("namespace"), "name": metadata["name"]}
    subject |= {
        "uid": metadata.get("uid"),
        "apiVersion": about["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
    }
    event = Map(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": Map({"name": name, "namespace": namespace, "uid": core.names.uid(), "creationTimestamp": now}),
            "involvedObject": Map({field: value for field, value in subject.items() if value}),
            "reason": note.reason,
            "message": kept,
            "source": Map({"component": note.component}),
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": note.type,
            "reportingComponent": note.component,
            "reportingInstance": "",
        }
    )
    return core.store.create(_EVENTS, key, event, by)


def _digest(*parts: str) -> str:
    """Return 64 bits that tell events apart; Python's own hash would differ from run to run."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
