"""Which fields each kind can be selected by, and their values.

Sources: pkg/apis/<group>/v1/conversion.go (AddFieldLabelConversionsFor...), ToSelectableFields in pkg/registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from playground.kube import errors
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object, find
from playground.kube.objects.kinds import Resource
from playground.kube.selectors import FieldSelector, parse_fields

_NAMES = ("metadata.name", "metadata.namespace")
_POD = (
    "metadata.name", "metadata.namespace", "spec.hostNetwork", "spec.nodeName", "spec.restartPolicy",
    "spec.schedulerName", "spec.serviceAccountName", "status.nominatedNodeName", "status.phase",
    "status.podIP", "status.podIPs",
)  # fmt: skip
_EVENT = (
    "involvedObject.apiVersion", "involvedObject.fieldPath", "involvedObject.kind", "involvedObject.name",
    "involvedObject.namespace", "involvedObject.resourceVersion", "involvedObject.uid", "metadata.name",
    "metadata.namespace", "reason", "reportingComponent", "source", "type",
)  # fmt: skip
# Kinds with selectable fields of their own; the refusal of others is worded differently for them.
_LABELS: Mapping[str, tuple[str, ...]] = {
    "pods": _POD,
    "events": _EVENT,
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "secrets": (*_NAMES, "type"),
    "services": (*_NAMES, "spec.clusterIP", "spec.type"),
    "replicationcontrollers": (*_NAMES, "status.replicas"),
    "replicasets.apps": (*_NAMES, "status.replicas"),
    "jobs.batch": (*_NAMES, "status.successful"),
    "statefulsets.apps": (*_NAMES, "status.successful"),
}


def selector_of(resource: Resource, text: str) -> FieldSelector:
    """Return a field selector; raises ApiError for what cannot be parsed or a field that cannot be selected by."""
    try:
        selector = parse_fields(text)
    except ValueError as error:
        raise errors.bad_request(str(error)) from None
    known = _LABELS.get(resource.qualified)
    for term in selector.terms:
        if known is not None and term.field not in known:
            raise errors.bad_request(f"field label not supported: {term.field}")
        if term.field not in (known or _NAMES):
            only = ", ".join(f'"{name}"' for name in _NAMES)
            raise errors.bad_request(f'"{term.field}" is not a known field selector: only {only}')
    return selector


def fields_of(resource: Resource, obj: Object, names: Iterable[str]) -> Mapping[str, str]:
    """Return the asked selectable fields of an object."""
    read = _READERS.get(resource.qualified)
    return {name: read(obj, name) if read else _text(find(obj, name.split("."))) for name in names}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _pod_field(pod: Object, name: str) -> str:
    if name == "spec.hostNetwork":
        return "true" if pod["spec"].get("hostNetwork") else "false"
    if name == "status.podIPs":
        return ",".join(item["ip"] for item in find(pod, ("status", "podIPs"), ()))
    return _text(find(pod, name.split(".")))


def _event_field(event: Object, name: str) -> str:
    if name == "source":
        return find(event, ("source", "component")) or event.get("reportingComponent") or ""
    return _text(find(event, name.split(".")))


def _node_field(node: Object, name: str) -> str:
    if name == "spec.unschedulable":
        return "true" if find(node, ("spec", "unschedulable")) else "false"
    return meta.name(node)


def _count_field(obj: Object, name: str) -> str:
    if name.startswith("status."):
        return str(find(obj, ("status", "succeeded" if name == "status.successful" else "replicas"), 0))
    return _text(find(obj, name.split(".")))


_READERS: Mapping[str, Callable[[Object, str], str]] = {
    "pods": _pod_field,
    "events": _event_field,
    "nodes": _node_field,
    "replicationcontrollers": _count_field,
    "replicasets.apps": _count_field,
    "jobs.batch": _count_field,
    "statefulsets.apps": _count_field,
}
