"""The first step of a write: what was sent becomes a draft of the expected kind, or a 400 with the real words.

Sources: k8s.io/apiserver/pkg/endpoints/handlers/{create,update,rest}.go,
k8s.io/apimachinery/pkg/runtime/serializer/json. Types and fields are decode.py's matter, defaults come later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import decode, gojson
from playground.kube.apiserver.alike import Reading
from playground.kube.apiserver.go_values import word
from playground.kube.apiserver.options import Options
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, schema
from playground.kube.objects.kinds import Resource

Body = Mapping[str, Any] | bytes
_SCHEME = '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
_TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_SHOWN = 30  # bytes of an unreadable body that the refusal repeats
# Where Kubernetes keeps the internal types of a group, when it is not the first word of the group's name.
_INTERNAL = {"": "core", "rbac.authorization.k8s.io": "rbac"}
# Versions that still exist in the scheme though no path serves them: they can be read, and are then refused.
_RETIRED = {
    "extensions/v1beta1": ("DaemonSet", "Deployment", "Ingress", "NetworkPolicy", "ReplicaSet"),
    "apps/v1beta1": ("ControllerRevision", "Deployment", "StatefulSet"),
    "apps/v1beta2": ("ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "autoscaling/v1": ("HorizontalPodAutoscaler",),
    "autoscaling/v2beta1": ("HorizontalPodAutoscaler",),
    "autoscaling/v2beta2": ("HorizontalPodAutoscaler",),
    "batch/v1beta1": ("CronJob",),
    "policy/v1beta1": ("PodDisruptionBudget",),
    "networking.k8s.io/v1beta1": ("Ingress", "IngressClass"),
    "discovery.k8s.io/v1beta1": ("EndpointSlice",),
    "scheduling.k8s.io/v1beta1": ("PriorityClass",),
    "scheduling.k8s.io/v1alpha1": ("PriorityClass",),
    "node.k8s.io/v1beta1": ("RuntimeClass",),
    "storage.k8s.io/v1beta1": ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"),
}


@dataclass(slots=True)
class Draft:
    """A private, plain object on its way into the store, and the warnings it has earned."""

    object: dict[str, Any]
    warnings: list[str]
    reading: Reading | None = None  # of a pod whose template may come again


def draft_of(body: Body, expected: Resource, options: Options) -> Draft:
    """Return a body as a draft of the expected kind, strictly read as the options say; raises ApiError."""
    value = _parsed(body, expected)
    api_version, kind = _type_meta(value, expected, body)
    where = f'{kind} in version "{api_version.rpartition("/")[2]}" cannot be handled as a {expected.kind}'
    known = kinds.by_kind(api_version, kind)
    if known is None and kind not in _RETIRED.get(api_version, ()):
        unknown = f'no kind "{kind}" is registered for version "{api_version}" in scheme {_SCHEME}'
        raise errors.bad_request(f"{where}: {unknown}")
    read = _read(value, known or expected, where)
    if kind != expected.kind:
        raise errors.bad_request(f"{where}: {_unknown_conversion(api_version, kind, expected)}")
    if read.problems and options.field_validation == "Strict":
        raise errors.bad_request(f"{where}: strict decoding error: {', '.join(read.problems)}")
    if api_version != expected.api_version:
        both = f"({api_version}) does not match the expected API version ({expected.api_version})"
        raise errors.bad_request(f"the API version in the data {both}")
    warnings = read.problems if options.field_validation != "Ignore" else []
    return Draft(headed(read.object, expected), warnings)


def headed(obj: dict[str, Any], resource: Resource) -> dict[str, Any]:
    """Return the object with apiVersion, kind and metadata in front, as they are always there."""
    rest = {key: value for key, value in obj.items() if key not in {"apiVersion", "kind", "metadata"}}
    head = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": obj.get("metadata") or {}}
    return head | rest


def _parsed(body: Body, expected: Resource) -> Any:
    if not isinstance(body, bytes):
        return body
    try:
        return gojson.parse(body)
    except ValueError as error:
        raise _unrecognized(expected, f"couldn't get version/kind; json parse error: {error}", body) from None


def _unrecognized(expected: Resource, why: str, body: Body) -> ApiError:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    shown = text[:_SHOWN].decode("utf-8", "replace") if text[:1] == b"{" else text[:_SHOWN].hex()
    summary = shown + (" ..." if len(text) > _SHOWN else "") if text else "<empty>"
    return errors.bad_request(
        f"the object provided is unrecognized (must be of type {expected.kind}): {why} ({summary})"
    )


def _type_meta(value: Any, expected: Resource, body: Body) -> tuple[str, str]:
    """Return apiVersion and kind; what is not said is taken from the path."""
    wrong = ""
    if not isinstance(value, dict | Mapping):
        wrong = f"Go value of type {_TYPE_META}" if value is not None else ""
        found: Mapping[str, Any] = {}
        culprit = value
    else:
        found = value
        culprit = None
        for name in ("apiVersion", "kind"):
            if not isinstance(found.get(name) or "", str):
                wrong, culprit = wrong or f"Go struct field .{name} of type string", found[name]
    if wrong:
        why = f"json: cannot unmarshal {word(culprit)} into {wrong}"
        raise _unrecognized(expected, f"couldn't get version/kind; json parse error: {why}", body)
    api_version = found.get("apiVersion") or expected.api_version
    if api_version.count("/") > 1:
        raise _unrecognized(expected, f"unexpected GroupVersion string: {api_version}", body)
    return api_version, found.get("kind") or expected.kind


def _read(value: Any, resource: Resource, where: str) -> decode.Decoded:
    try:
        return decode.read(value or {}, schema.of(resource.api_version, resource.kind))
    except decode.Undecodable as error:
        raise errors.bad_request(f"{where}: {error}") from None


def _unknown_conversion(api_version: str, kind: str, expected: Resource) -> str:
    """Return Go's sentence about two kinds that cannot become one another."""
    version = api_version.rpartition("/")[2]
    package = _INTERNAL.get(expected.group, expected.group.partition(".")[0])
    return f"converting ({version}.{kind}) to ({package}.{expected.kind}): unknown conversion"
