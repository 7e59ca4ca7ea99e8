"""The shape of every kind, after Kubernetes v1.36's OpenAPI: fields, their types, and how patches merge their lists.

The data is made by scripts/kube_schema.py. Checking values against it is the API server's part (decode, patch).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field, or the items of a list or map.

    kind: string, integer, int32, int64, number, boolean, bytes, object, array, map, quantity, intstr, time, microtime
    or any.
    """

    kind: str
    ref: str = ""  # the type of an object: "io.k8s.api.core.v1.Container"
    items: FieldType | None = None  # of an array, or the values of a map
    default: Any = None
    required: bool = False
    enum: tuple[str, ...] = ()
    patch_strategy: tuple[str, ...] = ()  # merge, retainKeys: strategic merge patch; a list without is replaced whole
    merge_key: str = ""  # of strategic merge patch
    list_type: str = ""  # atomic, set or map: server-side apply
    list_map_keys: tuple[str, ...] = ()
    map_type: str = ""  # atomic or granular


@dataclass(frozen=True, slots=True)
class Type:
    """A struct of the API. An atomic one is owned and replaced as a whole by server-side apply."""

    name: str  # io.k8s.api.core.v1.PodSpec
    fields: Mapping[str, FieldType]
    map_type: str = ""


@cache
def _data() -> dict[str, Any]:
    packed = files("playground.kube.objects").joinpath("data/schema.json.gz").read_bytes()
    data: dict[str, Any] = json.loads(gzip.decompress(packed))
    return data


def of(api_version: str, kind: str) -> Type:
    """Return the type of "apps/v1" and "Deployment"; raises KeyError for a kind without a schema."""
    return by_name(_data()["kinds"][f"{api_version}/{kind}"])


def known(api_version: str, kind: str) -> bool:
    """Tell whether of() has an answer."""
    return f"{api_version}/{kind}" in _data()["kinds"]


@cache
def by_name(name: str) -> Type:
    """Return the type that FieldType.ref names; raises KeyError for one that is not there."""
    raw = _data()["types"][name]
    fields = {key: _field(field) for key, field in raw["fields"].items()}
    return Type(name, fields, raw.get("mapType", ""))


def provenance() -> Mapping[str, Any]:
    """Return where the data comes from."""
    found: Mapping[str, Any] = _data()["provenance"]
    return found


def _field(raw: Mapping[str, Any]) -> FieldType:
    strategy = raw.get("patchStrategy", "")
    return FieldType(
        kind=raw["kind"],
        ref=raw.get("ref", ""),
        items=_field(raw["items"]) if "items" in raw else None,
        default=raw.get("default"),
        required=raw.get("required", False),
        enum=tuple(raw.get("enum", ())),
        patch_strategy=tuple(strategy.split(",")) if strategy else (),
        merge_key=raw.get("mergeKey", ""),
        list_type=raw.get("listType", ""),
        list_map_keys=tuple(raw.get("listMapKeys", ())),
        map_type=raw.get("mapType", ""),
    )


def at(start: Type, path: tuple[str | int, ...]) -> FieldType | None:
    """Return the field at a path through objects, lists and maps; None where the schema has no such field."""
    return next(iter(list(_walk(start, path))[len(path) - 1 :]), None) if path else None


def _walk(start: Type, path: tuple[str | int, ...]) -> Iterator[FieldType]:
    fields: Mapping[str, FieldType] = start.fields
    current: FieldType | None = None
    for step in path:
        if current is not None and current.kind in {"array", "map"}:
            current = current.items
        elif isinstance(step, str):
            fields = start.fields if current is None else by_name(current.ref).fields if current.ref else {}
            current = fields.get(step)
        else:
            return
        if current is None:
            return
        yield current
