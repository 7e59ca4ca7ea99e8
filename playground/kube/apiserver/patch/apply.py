"""Server-side apply: merge what somebody wants into what there is, and drop what he wanted before and no longer wants.

Source: sigs.k8s.io/structured-merge-diff (merge/update.go, typed/{merge,remove,validate}.go). Owners are kept in
managed_fields.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver import field_sets
from playground.kube.apiserver.field_sets import HERE, Set, children, element_of, shape
from playground.kube.apiserver.patch.errors import Fault
from playground.kube.objects import schema
from playground.kube.objects.schema import FieldType

_SCALARS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "string": (str, "string"),
    "boolean": (bool, "boolean"),
    "integer": ((int, float), "numeric (int or float)"),
    "int32": ((int, float), "numeric (int or float)"),
    "int64": ((int, float), "numeric (int or float)"),
    "number": ((int, float), "numeric (int or float)"),
}


def check(config: Any, declared: FieldType | None, path: str = "") -> list[str]:
    """Return what does not fit the schema, in structured-merge-diff's words."""
    if config is None or declared is None:
        return []
    if declared.kind == "object" and declared.ref:
        return _check_struct(config, declared, path)
    if declared.kind == "map":
        if not isinstance(config, Mapping):
            return [f"{path}: expected map, got {_got(config)}"]
        return [told for key, item in config.items() for told in check(item, declared.items, f"{path}.{key}")]
    if declared.kind == "array":
        return _check_list(config, declared, path)
    wanted = _SCALARS.get(declared.kind)
    if wanted is None or (isinstance(config, wanted[0]) and (wanted[0] is bool or not isinstance(config, bool))):
        return []
    return [f"{path}: expected {wanted[1]}, got {_got(config)}"]


def _check_struct(config: Any, declared: FieldType, path: str) -> list[str]:
    if not isinstance(config, Mapping):
        return [f"{path}: expected map, got {_got(config)}"]
    fields = schema.by_name(declared.ref).fields
    told: list[str] = []
    for key, item in config.items():
        if key in fields:
            told += check(item, fields[key], f"{path}.{key}")
        else:
            told.append(f"{path}.{key}: field not declared in schema")
    return told


def _check_list(config: Any, declared: FieldType, path: str) -> list[str]:
    if not isinstance(config, list):
        return [f"{path}: expected list, got {_got(config)}"]
    form = shape(declared)
    seen: set[str] = set()
    told: list[str] = []
    for index, item in enumerate(config):
        place = f"{path}[{index}]"
        if form in {"keyed", "set"}:
            element = element_of(item, declared, form)
            place = path + next(field_sets.paths({element: {HERE: {}}}))
            if element in seen:
                told.append(f"{path}: duplicate entries for key {place[len(path) :]}")
            seen.add(element)
        told += check(item, declared.items, place)
    return told


def _got(value: Any) -> str:
    if isinstance(value, Mapping):
        return "map"
    if isinstance(value, list):
        return "list"
    return "string" if isinstance(value, str) else f"&value.valueUnstructured{{Value:{str(value).lower()}}}"


def merge(live: Any, config: Any, declared: FieldType | None) -> Any:
    """Return `live` with everything `config` says."""
    form = shape(declared)
    if form == "leaf" or declared is None or live is None or config is None:
        return config
    if isinstance(live, list) or isinstance(config, list):
        return _merge_list(live, config, declared, form)
    types = schema.by_name(declared.ref).fields if form == "struct" else {}
    merged = dict(live)
    for key, item in config.items():
        inner = types.get(key) if form == "struct" else declared.items
        merged[key] = merge(live[key], item, inner) if key in live else item
    return merged


def _merge_list(live: Any, config: Any, declared: FieldType, form: str) -> list[Any]:
    """Merge by keys. The applied order holds where it names all items; others stay in front of new ones."""
    old = {element_of(item, declared, form): item for item in live}
    new = {element_of(item, declared, form): item for item in config}
    order = list(new) if set(old) <= set(new) else [*old, *(element for element in new if element not in old)]
    return [
        merge(old[element], new[element], declared.items) if element in old and element in new
        else new[element] if element in new else old[element]
        for element in order
    ]  # fmt: skip


def prune(merged: Any, dropped: Set, kept: Set, declared: FieldType | None) -> Any:
    """Return `merged` without what is in `dropped`, unless it, or something inside it, is in `kept`.

    Raises Fault for a path that leads nowhere, which cannot happen for sets made from the same schema.
    """
    form = shape(declared)
    if form == "leaf" or declared is None:
        return merged
    if not isinstance(merged, Mapping | list):
        raise Fault(f"cannot remove fields from {type(merged).__name__}")
    result: dict[str, Any] = {}
    for element, (item, inner) in children(merged, declared, form).items():
        below, held = dropped.get(element), kept.get(element)
        if below is None:
            result[element] = item
            continue
        goes = held is None and (HERE in below or shape(inner) not in {"struct", "map"})
        if goes:
            continue
        rest = (
            prune(item, below, held or {}, inner) if isinstance(item, Mapping | list) and set(below) != {HERE} else item
        )
        if rest not in ({}, []) or held is not None or item in ({}, []):
            result[element] = rest
    if isinstance(merged, Mapping):
        return {element.partition(":")[2]: item for element, item in result.items()}
    return list(result.values())
