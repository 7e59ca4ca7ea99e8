"""pods/binding: a pod gets its node. There is a fast door for the scheduler inside, and a slow one for a body.

Source: pkg/registry/core/pod/storage/storage.go (BindingREST, setPodNodeAndMetadata).
"""

from __future__ import annotations

from typing import Any

from playground.kube import errors
from playground.kube.apiserver.core import Core
from playground.kube.apiserver.eviction import SUCCESS
from playground.kube.apiserver.options import Answer
from playground.kube.apiserver.validation.binding import validate_binding
from playground.kube.objects.frozen import List, Map, Object
from playground.kube.store import By

_PODS = "pods"
_SCHEDULED = "PodScheduled"


def bind(core: Core, namespace: str, name: str, node: str, by: By) -> Map:
    """Give a pod its node and the condition PodScheduled; raises ApiError NotFound or Conflict."""
    key = (namespace, name)
    pod = core.store.get(_PODS, key)
    if pod is None:
        raise errors.not_found(_PODS, name)
    _refuse_unbindable(pod, name)
    bound = _bound(core, pod, node)
    return core.store.update(_PODS, key, bound, by)


def _bound(core: Core, pod: Map, node: str) -> Map:
    """Return the pod with its node; everything else is shared with the pod as it was."""
    status = pod.get("status") or {}
    now = core.clock.stamp()
    condition = Map({"type": _SCHEDULED, "status": "True", "lastProbeTime": None, "lastTransitionTime": now})
    before = status.get("conditions") or ()
    conditions = [condition if item["type"] == _SCHEDULED else item for item in before]
    if condition not in conditions:
        conditions.append(condition)
    changed = dict(status)
    changed["conditions"] = List(conditions)
    changed.pop("nominatedNodeName", None)  # binding ends a nomination
    result = dict(pod)
    result["spec"] = Map({**pod["spec"], "nodeName": node})
    result["status"] = Map(changed)
    return Map(result)


def _refuse_unbindable(pod: Object, name: str) -> None:
    spec = pod["spec"]
    if pod["metadata"].get("deletionTimestamp"):
        raise errors.conflict("pods/binding", name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        taken = f"pod {name} is already assigned to node {errors.quote(spec['nodeName'])}"
        raise errors.conflict("pods/binding", name, taken)
    if spec.get("schedulingGates"):
        raise errors.conflict("pods/binding", name, f"pod {name} has non-empty .spec.schedulingGates")


def bind_body(
    core: Core, namespace: str, name: str, binding: dict[str, Any], by: By, *, dry_run: bool = False
) -> Answer:
    """Bind as a Binding object says; labels and annotations of the binding go to the pod. Raises ApiError."""
    problems = validate_binding(binding, None, "")
    if problems:
        told = [str(problem) for problem in problems]
        raise errors.plain(told[0] if len(told) == 1 else f"[{', '.join(told)}]")
    metadata = binding.get("metadata") or {}
    pod = core.store.get(_PODS, (namespace, name))
    if pod is None:
        raise errors.not_found(_PODS, name)
    if metadata.get("uid") and metadata["uid"] != pod["metadata"].get("uid"):
        why = (
            f"the UID in the precondition ({metadata['uid']}) does not match "
            f"the UID in record ({pod['metadata'].get('uid', '')})"
        )
        raise errors.conflict("pods/binding", name, f"{why}. The object might have been deleted and then recreated")
    _refuse_unbindable(pod, name)
    added = {field: metadata[field] for field in ("annotations", "labels") if metadata.get(field)}
    merged = {field: Map({**(pod["metadata"].get(field) or {}), **values}) for field, values in added.items()}
    if not dry_run:
        bound = _bound(core, pod, binding["target"]["name"])
        core.store.update(
            _PODS, (namespace, name), Map({**bound, "metadata": Map({**bound["metadata"], **merged})}), by
        )
    return Answer(SUCCESS, 201)
