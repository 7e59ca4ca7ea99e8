"""Sets of fields, as server-side apply keeps them: build them from values, compare values, add and subtract sets.

A set is a tree of path elements: "f:spec", 'k:{"name":"c"}', 'v:"x"'; "." in a node says that the node itself
belongs to it. Source: sigs.k8s.io/structured-merge-diff (fieldpath/serialize.go, typed/{tofieldset,compare}.go).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.apiserver.go_names import struct_name
from playground.kube.apiserver.go_zeros import zeros
from playground.kube.objects import schema
from playground.kube.objects.schema import FieldType

Set = dict[str, Any]  # path element -> Set, "." -> {}
HERE: Final = "."
MISSING: Final = object()


@dataclass(slots=True)
class Comparison:
    """What differs between two values, as sets."""

    added: Set = field(default_factory=dict)
    modified: Set = field(default_factory=dict)
    removed: Set = field(default_factory=dict)


def union(left: Mapping[str, Any], right: Mapping[str, Any]) -> Set:
    """Return what is in either."""
    found: Set = dict(left)
    for element, below in right.items():
        found[element] = union(left[element], below) if element in left else below
    return found


def difference(left: Mapping[str, Any], right: Mapping[str, Any]) -> Set:
    """Return what is in the left one only."""
    found: Set = {}
    for element, below in left.items():
        if element == HERE:
            if HERE not in right:
                found[HERE] = {}
            continue
        rest = difference(below, right[element]) if element in right else below
        if rest:
            found[element] = rest
    return found


def intersection(left: Mapping[str, Any], right: Mapping[str, Any]) -> Set:
    """Return what is in both."""
    found: Set = {}
    for element, below in left.items():
        if element not in right:
            continue
        common = {} if element == HERE else intersection(below, right[element])
        if common or element == HERE:
            found[element] = common
    return found


def paths(members: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the members as messages print them: .spec.containers[name="c"].image."""
    for element in sorted(members):
        if element == HERE:
            yield prefix
        else:
            yield from paths(members[element], prefix + _printed(element))


def _printed(element: str) -> str:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "k":
        return "[" + ",".join(f"{key}={_json(value)}" for key, value in json.loads(rest).items()) + "]"
    return f"[={rest}]" if kind == "v" else f"[{rest}]"


def encode(members: Mapping[str, Any]) -> Set:
    """Return the set as FieldsV1, where a member without members below is written {}."""
    return {
        element: {} if element == HERE or set(below) == {HERE} else encode(below)
        for element, below in sorted(members.items())
    }


def decode(fields: Mapping[str, Any]) -> Set:
    """Return the set that FieldsV1 describes."""
    return {
        element: {HERE: {}} if element != HERE and not below else decode(below) for element, below in fields.items()
    }


def shape(declared: FieldType | None) -> str:
    """Return how apply sees a value: leaf (owned whole), struct, map, keyed (a list by keys) or set (a list of
    values).
    """
    if declared is None:
        return "leaf"
    if declared.kind == "object" and declared.ref:
        atomic = "atomic" in {declared.map_type, schema.by_name(declared.ref).map_type}
        return "leaf" if atomic else "struct"
    if declared.kind == "map":
        return "leaf" if declared.map_type == "atomic" else "map"
    if declared.kind == "array":
        return {"map": "keyed", "set": "set"}.get(declared.list_type, "leaf")
    return "leaf"


def children(value: Any, declared: FieldType, form: str) -> dict[str, tuple[Any, FieldType | None]]:
    """Return what is one step below a value: path element -> (value, its type).

    Of equal list items the first counts.
    """
    if form == "struct":
        fields = schema.by_name(declared.ref).fields
        return {f"f:{key}": (item, fields.get(key)) for key, item in (value or {}).items()}
    if form == "map":
        return {f"f:{key}": (item, declared.items) for key, item in (value or {}).items()}
    found: dict[str, tuple[Any, FieldType | None]] = {}
    for item in value or ():
        found.setdefault(element_of(item, declared, form), (item, declared.items))
    return found


def element_of(item: Any, declared: FieldType, form: str) -> str:
    """Return the path element of a list's item."""
    if form == "set" or not isinstance(item, Mapping):
        return f"v:{_json(item)}"
    fields = schema.by_name(declared.items.ref).fields if declared.items and declared.items.ref else {}
    keys = {}
    for key in declared.list_map_keys:
        default = fields[key].default if key in fields else None
        if key in item or default is not None:
            keys[key] = item.get(key, default)
    return "k:" + json.dumps(keys, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def set_of(value: Any, declared: FieldType | None) -> Set:
    """Return the fields a value mentions: what somebody who applies it wants to own."""
    form = shape(declared)
    if form == "leaf" or declared is None:
        return {HERE: {}}
    found: Set = {}
    for element, (item, inner) in children(value, declared, form).items():
        below = set_of(item, inner)
        if form in {"keyed", "set"} or item is None or item == {}:
            below[HERE] = {}
        if below:
            found[element] = below
    return found


def compare(old: Any, new: Any, declared: FieldType | None) -> Comparison:
    """Return what a change from `old` to `new` adds, modifies and removes; MISSING stands for what is not there."""
    form = shape(declared)
    found = Comparison()
    if old is MISSING:
        found.added = _everything(new, declared)
        return found
    if form == "leaf" or declared is None or (_empty(old) and _empty(new)):
        _compare_leaf(old, new, found)
        return found
    before = _present(old, declared, form)
    after = {} if new is MISSING else _present(new, declared, form)
    for element in before | after:
        left, inner = before.get(element, (MISSING, None))
        right, inner = after.get(element, (MISSING, inner))
        if left is right or left == right:
            continue
        below = compare(left, right, inner)
        for part in ("added", "modified", "removed"):
            if getattr(below, part):
                getattr(found, part)[element] = getattr(below, part)
    if new is MISSING:
        found.removed[HERE] = {}
    return found


def _everything(value: Any, declared: FieldType | None) -> Set:
    """Return a value that was not there before with all that is in it."""
    form = shape(declared)
    found: Set = {HERE: {}}
    if form != "leaf" and declared is not None and not _empty(value):
        for element, (item, inner) in children(value, declared, form).items():
            found[element] = _everything(item, inner)
    return found


def _compare_leaf(old: Any, new: Any, found: Comparison) -> None:
    if new is MISSING:
        found.removed[HERE] = {}
    elif old != new:
        found.modified[HERE] = {}


def _empty(value: Any) -> bool:
    return value is MISSING or value is None or value in ({}, [])


def _present(value: Any, declared: FieldType, form: str) -> dict[str, tuple[Any, FieldType | None]]:
    """Return the children with those that a Go struct prints in any case: structs inside it, required lists as null."""
    found = children(value, declared, form)
    if form == "struct":
        fields = schema.by_name(declared.ref).fields
        for name, zero in zeros(struct_name(declared.ref)).items():
            found.setdefault(f"f:{name}", (zero, fields.get(name)))
        for name, inner in fields.items():
            if inner.required and inner.kind in {"array", "map"}:
                found.setdefault(f"f:{name}", (None, inner))
    return found
