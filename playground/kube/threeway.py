"""The patch that `kubectl apply` sends: what the manifest says, and the removal of what the manifest said last time.

A strategic merge patch, so lists merge by their keys and what others added to the live object stays.
Source: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (CreateThreeWayMergePatch); this patch also repeats what
has not changed, which leads to the same object.
"""

import json
from collections.abc import Mapping
from typing import Any

from playground.kube.log import canonical
from playground.kube.objects import meta, schema
from playground.kube.objects.schema import FieldType

Json = dict[str, Any]
Fields = Mapping[str, FieldType]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NO_FIELDS: Fields = {}


def annotated(obj: Mapping[str, Any]) -> Json:
    """The object with its own text as the last-applied annotation."""
    metadata = obj.get("metadata") or {}
    annotations = {key: text for key, text in (metadata.get("annotations") or {}).items() if key != LAST_APPLIED}
    bare = {**obj, "metadata": {**metadata, "annotations": annotations}}
    return {**obj, "metadata": {**metadata, "annotations": {**annotations, LAST_APPLIED: canonical(bare) + "\n"}}}


def patch(obj: Mapping[str, Any], live: Mapping[str, Any]) -> Json:
    """The strategic merge patch that makes *live* what the manifest says; what was never applied is left alone."""
    last = json.loads(meta.annotations(live).get(LAST_APPLIED) or "{}")
    api_version, kind = obj.get("apiVersion", ""), obj.get("kind", "")
    fields = schema.of(api_version, kind).fields if schema.known(api_version, kind) else NO_FIELDS
    return _of_map(last, annotated(obj), fields)


def _of_map(last: Mapping[str, Any], new: Mapping[str, Any], fields: Fields) -> Json:
    """What is new or may have changed, and null for what is gone."""
    body: Json = {key: None for key in last if key not in new}
    for key, value in new.items():
        field = fields.get(key)
        was = last.get(key)
        if isinstance(value, Mapping):
            body[key] = _of_map(was if isinstance(was, Mapping) else {}, value, _inside(field))
            if field is not None and "retainKeys" in field.patch_strategy:
                body[key]["$retainKeys"] = sorted(value)
        elif isinstance(value, list) and field is not None and "merge" in field.patch_strategy:
            body |= _of_list(key, was if isinstance(was, list) else [], value, field)
        else:
            body[key] = value
    return body


def _of_list(key: str, last: list[Any], new: list[Any], field: FieldType) -> Json:
    """A list that merges: its items by their key, the removal of those that are gone, and the order."""
    if not field.merge_key:
        gone = [item for item in last if item not in new]
        return {key: new} | ({f"$deleteFromPrimitiveList/{key}": gone} if gone else {})
    merge_key, inside = field.merge_key, _inside(field.items)
    before = {item.get(merge_key): item for item in last}
    retains = "retainKeys" in field.patch_strategy
    items = []
    for item in new:
        entry = _of_map(before.pop(item.get(merge_key), {}), item, inside)
        items.append(entry | ({"$retainKeys": sorted(item)} if retains else {}))
    order = [{merge_key: item.get(merge_key)} for item in new]
    removed = [{"$patch": "delete", merge_key: value} for value in before]
    return {key: [*items, *removed], f"$setElementOrder/{key}": order}


def _inside(field: FieldType | None) -> Fields:
    """The fields of a struct, or none for a map of free keys."""
    return schema.by_name(field.ref).fields if field is not None and field.ref else NO_FIELDS
