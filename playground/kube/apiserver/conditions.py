"""The fast doors of actors inside: a pod's condition, a status, a node's taints.

Nothing is read or validated, only paths are copied.

Source: pkg/api/v1/pod/util.go (UpdatePodCondition).
"""

from __future__ import annotations

from playground.kube import errors
from playground.kube.apiserver.core import CHANGED, Core
from playground.kube.objects.frozen import EMPTY_LIST, List, Map, Object, freeze
from playground.kube.objects.meta import Key
from playground.kube.store import By, Conflict, Missing

_PODS = "pods"
_NODES = "nodes"


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
    fresh = {"lastProbeTime": None, **condition}
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


def set_node(core: Core, name: str, node: Object, by: By) -> Map:
    """Replace a node by one with other labels, annotations or taints; what changes nothing is not written.

    Raises ApiError NotFound, or Conflict when the node is not the version that was changed.
    """
    version = int(node["metadata"]["resourceVersion"])
    try:
        return core.store.update(_NODES, ("", name), freeze(node), by, expected=version)
    except Missing:
        raise errors.not_found(_NODES, name) from None
    except Conflict:
        raise errors.conflict(_NODES, name, CHANGED) from None
