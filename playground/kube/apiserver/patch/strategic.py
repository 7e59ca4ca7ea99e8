"""Strategic merge patch: lists merge by the keys their types name, and directives say what a merge alone cannot.

Source: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go. Types and merge keys come from objects/schema.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.patch.errors import BadPatch, Fault, Inapplicable
from playground.kube.apiserver.patch.order import in_order
from playground.kube.objects import schema
from playground.kube.objects.schema import FieldType

DIRECTIVE: Final = "$patch"
RETAIN: Final = "$retainKeys"
DELETE_FROM: Final = "$deleteFromPrimitiveList/"
SET_ORDER: Final = "$setElementOrder/"
_ROOT: Final = FieldType("object")

Fields = Mapping[str, FieldType]


def apply(document: Mapping[str, Any], patch: Any, fields: Fields) -> dict[str, Any]:
    """Return the patched document. `fields` are those of its type. Raises BadPatch, Inapplicable or Fault."""
    if not isinstance(patch, Mapping):
        raise BadPatch("json: cannot unmarshal array into Go value of type map[string]interface {}")
    return _merge_map(document, patch, fields)


def _merge_map(document: Mapping[str, Any], patch: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    directive = patch.get(DIRECTIVE)
    if directive == "replace":
        return {key: item for key, item in patch.items() if key != DIRECTIVE}
    if directive == "delete":
        return {}
    if directive not in {None, "merge"}:
        raise Inapplicable(f"unknown patch type '{directive}' in map")
    found = _retained(document, patch)
    for key, value in patch.items():
        if key in {DIRECTIVE, RETAIN} or key.startswith((DELETE_FROM, SET_ORDER)):
            continue
        if value is None:
            found.pop(key, None)
            continue
        found[key] = _merge_field(found.get(key), value, fields.get(key) or _ROOT, _orders(patch, key))
    return _without(found, patch, fields)


def _orders(patch: Mapping[str, Any], key: str) -> tuple[Any, Any]:
    """Return what the patch says of a list beside it: its order, and values to delete."""
    return patch.get(SET_ORDER + key), patch.get(DELETE_FROM + key)


def _retained(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document without what $retainKeys does not list."""
    keys = patch.get(RETAIN)
    if keys is None:
        return dict(document)
    extra = [key for key in patch if not key.startswith("$") and patch[key] is not None and key not in keys]
    if not isinstance(keys, list) or extra:
        raise BadPatch("invalid patch format of retainKeys")
    return {key: item for key, item in document.items() if key in keys}


def _without(found: dict[str, Any], patch: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Carry out deletions from, and orders of, lists that the patch does not otherwise touch."""
    for name in patch:
        if not name.startswith((DELETE_FROM, SET_ORDER)):
            continue
        key = name.partition("/")[2]
        if patch.get(key) is None and isinstance(found.get(key), list):
            found[key] = _merge_list(found[key], [], fields.get(key) or _ROOT, _orders(patch, key))
    return found


def _merge_field(old: Any, value: Any, declared: FieldType, orders: tuple[Any, Any]) -> Any:
    if isinstance(value, Mapping):
        return _merge_map(old if isinstance(old, Mapping) else {}, value, _fields_of(declared))
    if isinstance(value, list) and "merge" in declared.patch_strategy:
        return _merge_list(old if isinstance(old, list) else [], value, declared, orders)
    return value


def _fields_of(declared: FieldType) -> Fields:
    """Return the fields below a struct; a map's values all have the same type."""
    if declared.ref:
        return schema.by_name(declared.ref).fields
    return {}


def _merge_list(old: Sequence[Any], patch: Sequence[Any], declared: FieldType, orders: tuple[Any, Any]) -> list[Any]:
    order, deleted = orders
    if any(isinstance(item, list) for item in (*old, *patch)):
        raise Inapplicable("lists of lists are not supported")
    if declared.merge_key and (any(isinstance(item, Mapping) for item in (*old, *patch))):
        return _merge_keyed(old, patch, declared, order)
    kept = [item for item in old if item not in (deleted or ())]
    merged = [*kept, *(item for item in dict.fromkeys(patch) if item not in kept)]
    return in_order(merged, order, list(old), lambda item: item) if order else merged


def _merge_keyed(old: Sequence[Any], patch: Sequence[Any], declared: FieldType, order: Any) -> list[Any]:
    key = declared.merge_key
    items = [item for item in patch if set(item) != {DIRECTIVE}]
    if any(set(item) == {DIRECTIVE} and item[DIRECTIVE] == "replace" for item in patch):
        return [{name: value for name, value in item.items() if name != DIRECTIVE} for item in items]
    fields = _fields_of(declared.items) if declared.items else {}
    merged: list[Any] = list(old)
    for item in items:
        if key not in item:
            raise Fault(f"map: {go_text(item)} does not contain declared merge key: {key}")
        merged = _merge_item(merged, item, key, fields)
    if not order:
        return merged
    return in_order(
        merged, [item.get(key) for item in order], [item.get(key) for item in old], lambda item: item.get(key)
    )


def _merge_item(merged: list[Any], item: Mapping[str, Any], key: str, fields: Fields) -> list[Any]:
    """Merge one item of the patch into the list: delete, replace, merge or append."""
    same = [index for index, other in enumerate(merged) if isinstance(other, Mapping) and other.get(key) == item[key]]
    directive = item.get(DIRECTIVE)
    if directive == "delete":
        return [other for index, other in enumerate(merged) if index not in same]
    if directive not in {None, "merge", "replace"}:
        raise Inapplicable(f"unknown patch type '{directive}' in map")
    if not same:
        return [*merged, _merge_map({}, item, fields)]
    result = list(merged)
    result[same[0]] = _merge_map(merged[same[0]], item, fields)
    return result


def go_text(value: Any) -> str:
    """Return a value as Go's %v prints it: map[a:1 b:[x y]]."""
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{go_text(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(go_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return "<nil>" if value is None else str(value)
