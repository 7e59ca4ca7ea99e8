"""Prints API objects as Go's encoding/json prints Kubernetes' internal structs. Knows shapes, no rules.

Some messages show a whole struct. The internal types have no JSON tags: fields keep their Go names, their Go order,
and stand there even when empty. Source: pkg/apis/<group>/types.go, compiled into data/internal_types.json.gz;
k8s.io/apimachinery/pkg/util/diff for the differences.
"""

import difflib
import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation.field import JSON_ESCAPES, Raw, go_json

ZEROS: Final[Mapping[str, object]] = {"string": "", "number": 0, "bool": False, "quantity": "0", "intstr": 0}
# These live in the pod's spec, but in the internal type they are part of its security context.
HOST_FIELDS: Final = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
CONTEXT: Final = 3


@cache
def _types() -> Mapping[str, list[list[str]]]:
    packed = resources.files(__package__).joinpath("data/internal_types.json.gz").read_bytes()
    types: Mapping[str, list[list[str]]] = json.loads(gzip.decompress(packed))["types"]
    return types


def marshal(kind: str, value: object) -> Raw:
    """Render a value of an internal type ("core.SecurityContext", "[]core.Container", "*apps.DeploymentStrategy")."""
    return Raw(go_json(shape(kind, value)))


def indent(kind: str, value: object) -> str:
    """The same over several lines, each level one space deeper."""
    return json.dumps(shape(kind, value), ensure_ascii=False, indent=1).translate(JSON_ESCAPES)


def diff(kind: str, old: object, new: object) -> str:
    """The unified difference of two values of one type, three lines of context, no file names."""
    lines = difflib.unified_diff(_lines(kind, old), _lines(kind, new), n=CONTEXT)
    return "".join(list(lines)[2:])


def _lines(kind: str, value: object) -> list[str]:
    return [f"{line}\n" for line in indent(kind, value).split("\n")]


def shape(kind: str, value: Any) -> object:
    """Plain data with Go's names in Go's order, zero values filled in."""
    if kind.startswith("*"):
        return None if value is None else shape(kind[1:], value)
    if kind.startswith("[]"):
        return None if value is None else [shape(kind[2:], item) for item in value]
    if kind.startswith("map:"):
        return None if value is None else {key: shape(kind[4:], value[key]) for key in sorted(value)}
    if kind == "quantity":
        return "0" if value is None else str(quantity.parse(value))
    if kind in ZEROS:
        return ZEROS[kind] if value is None else value
    return _struct(kind, value or {}) if kind in _types() else value


def _struct(kind: str, value: Mapping[str, Any]) -> dict[str, object]:
    shaped: dict[str, object] = {}
    for go_name, json_name, field_kind, *flags in _types()[kind]:
        if not go_name:
            inner = value.get(json_name) if json_name else value
            embedded = shape(field_kind, inner)
            if isinstance(embedded, dict):
                shaped |= embedded
            continue
        given = value.get(json_name)
        if kind == "core.PodSpec" and json_name == "securityContext":
            given = {**(given or {}), **{name: value[name] for name in HOST_FIELDS if name in value}}
        tagged = kind.startswith("metav1.")
        absent = given is None if field_kind.startswith("*") else not given
        if tagged and "omitempty" in flags and absent:
            continue
        shaped[json_name if tagged else go_name] = shape(field_kind, given)
    return shaped
