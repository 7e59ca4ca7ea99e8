"""The subresource scale: a number of replicas, seen and set the same way for every kind that has one.

Source: pkg/registry/apps/deployment/storage/storage.go (ScaleREST, scaleUpdatedObjectInfo) and its sisters.
"""

from __future__ import annotations

from typing import Any

from playground.kube import errors
from playground.kube.apiserver import managed_fields
from playground.kube.apiserver.core import Core, existing, modified
from playground.kube.apiserver.managed_fields import Manager
from playground.kube.apiserver.options import Answer, Options
from playground.kube.apiserver.updating import Replacement, Target, commit
from playground.kube.apiserver.validation.scale import validate_scale
from playground.kube.objects import kinds
from playground.kube.objects.frozen import Map, Object, freeze, thaw
from playground.kube.objects.kinds import Resource
from playground.kube.selectors import LabelSelector
from playground.kube.selectors.labels import Selector
from playground.kube.store import By

# What a Scale shows of its object's metadata.
_SHOWN = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def kind() -> Resource:
    """Return the resource entry of autoscaling/v1 Scale."""
    found = kinds.by_kind("autoscaling/v1", "Scale")
    if found is None:
        raise KeyError("autoscaling/v1 Scale")
    return found


def scale_of(obj: Object) -> Map:
    """Return the Scale of an object."""
    metadata = {field: obj["metadata"][field] for field in _SHOWN if field in obj["metadata"]}
    replicas = obj["spec"].get("replicas", 0)
    status: dict[str, Any] = {"replicas": (obj.get("status") or {}).get("replicas", 0)}
    selector = _selector(obj)
    if selector:
        status["selector"] = selector
    spec = {"replicas": replicas} if replicas else {}
    shown: Map = freeze(
        {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}
    )
    return shown


def _selector(obj: Object) -> str:
    """Return the label selector as text; a ReplicationController has a plain map of labels."""
    selector = obj["spec"].get("selector")
    if obj["kind"] == "ReplicationController":
        return str(Selector.of_set(selector))
    return str(LabelSelector.of(selector))


def get_scale(core: Core, resource: Resource, name: str, namespace: str) -> Answer:
    """Return the Scale of a stored object; raises ApiError NotFound."""
    return Answer(scale_of(existing(core, resource, name, namespace)))


def put_scale(core: Core, scale: dict[str, Any], target: Target, by: By, options: Options) -> Answer:
    """Set the number of replicas; raises ApiError."""
    resource = target.resource
    old = existing(core, resource, target.name, target.namespace)
    metadata = scale.setdefault("metadata", {})
    metadata.setdefault("namespace", target.namespace)
    problems = validate_scale(scale, None, "")
    if problems:
        raise errors.invalid("Scale", "autoscaling", metadata.get("name", ""), problems)
    if metadata.get("uid") and metadata["uid"] != old["metadata"].get("uid"):
        why = (
            f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object meta: {old['metadata']['uid']}"
        )
        raise errors.conflict(resource.qualified, target.name, why)
    given = metadata.get("resourceVersion")
    if given and given != old["metadata"]["resourceVersion"]:
        raise modified(resource, target.name)
    draft = thaw(old)
    draft["spec"]["replicas"] = (scale.get("spec") or {}).get("replicas", 0)
    whole = Target(resource, target.namespace, target.name)
    manager = Manager(options.field_manager or by.actor, "Update", resource.api_version, "scale")
    entries = managed_fields.after_update(resource, draft, old, manager, core.clock.stamp())
    answer = commit(core, whole, Replacement(draft, old, [], entries), by, options)
    return Answer(scale_of(answer.object), answer.code, answer.warnings)
