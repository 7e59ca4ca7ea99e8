"""Rules of a Node: taints, capacity, pod networks, and what its kubelet may not change.

Source: ValidateNode and ValidateNodeUpdate in pkg/apis/core/validation/validation.go, v1.36. The taints' errors stand
below metadata, as in the real one. Old annotations (alpha taints, preferAvoidPods) and configSource are not checked.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, golang, metadata, names, resource_names
from playground.kube.apiserver.validation import tolerations as taint_effects
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
POD_CIDRS: Final = SPEC.child("podCIDRs")
FEATURE: Final = re.compile("[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*")
MAX_FEATURE: Final = 253


def validate_node(node: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write; the status is told the rules of an update only."""
    if old is None:
        return _validate(node)
    if subresource == "status":
        return _update(node, old)
    return _validate(node) + _update(node, old)


def _validate(node: Values) -> list[FieldError]:
    spec, status = node.get("spec") or {}, node.get("status") or {}
    errors = metadata.validate_object_meta(node["metadata"], METADATA, namespaced=False)
    errors += _taints(spec.get("taints") or [], METADATA.child("taints"))
    errors += _resources(status)
    swap = ((status.get("nodeInfo") or {}).get("swap") or {}).get("capacity")
    if swap is not None:
        errors += checks.positive(METADATA.child("nodeSwapStatus", "capacity"), swap)
    errors += _features(status.get("declaredFeatures") or [], STATUS.child("declaredFeatures"))
    return errors + _pod_cidrs(spec.get("podCIDRs") or [])


def _update(node: Values, old: Values) -> list[FieldError]:
    spec, before, status = node.get("spec") or {}, old.get("spec") or {}, node.get("status") or {}
    errors = metadata.validate_object_meta_update(node["metadata"], old["metadata"], METADATA)
    errors += _resources(status)
    errors += _features(status.get("declaredFeatures") or [], STATUS.child("declaredFeatures"))
    errors += _addresses(status.get("addresses") or [])
    errors += _kept(spec, before)
    errors += _taints(spec.get("taints") or [], METADATA.child("taints"))
    if (spec.get("externalID") or "") != (before.get("externalID") or ""):
        errors.append(field.forbidden(SPEC.child("externalID"), "may not be updated"))
    return errors


def _taints(taints: Sequence[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for position, taint in enumerate(taints):
        at = path.index(position)
        key, value, effect = taint.get("key") or "", taint.get("value") or "", taint.get("effect") or ""
        errors += checks.named(at.child("key"), key, names.is_qualified_name)
        complaints = names.is_label_value(value)
        errors += [field.invalid(at.child("value"), value, ";".join(complaints))] if complaints else []
        where = at.child("effect")
        errors += taint_effects.validate_effect(effect, where) if effect else [field.required(where)]
        if (effect, key) in seen:
            shown = golang.marshal("core.Taint", taint)
            says = f"Duplicate value: {shown}: taints must be unique by key and effect pair"
            errors.append(FieldError("FieldValueDuplicate", str(at), says))
        seen.add((effect, key))
    return errors


def _resources(status: Values) -> list[FieldError]:
    errors: list[FieldError] = []
    for kind in ("capacity", "allocatable"):
        amounts = status.get(kind) or {}
        for name in sorted(amounts):
            errors += resource_names.validate_quantity(name, amounts[name], STATUS.child(kind, name))
    return errors


def _features(features: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, feature in enumerate(features):
        says = _feature_complaint(feature)
        errors += [field.invalid(path.index(position), feature, says)] if says else []
        following = features[position + 1 : position + 2]
        if following and following[0] == feature:
            errors.append(field.duplicate(path.index(position + 1), feature))
        elif following and feature > following[0]:
            at = path.index(position + 1)
            errors.append(field.invalid(at, following[0], "list must be sorted alphabetically"))
    return errors


def _feature_complaint(feature: str) -> str:
    start = f"invalid feature name {field.go_quote(feature)}:"
    if names.size(feature) > MAX_FEATURE:
        return f"{start} must be no more than {MAX_FEATURE} characters"
    if FEATURE.fullmatch(feature):
        return ""
    return (
        f"{start} must start with an UpperCamelCase segment, with subsequent segments separated by '/' "
        "(e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
    )


def _pod_cidrs(blocks: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, block in enumerate(blocks):
        errors += addresses.is_cidr(POD_CIDRS.index(position), block)
    families = {addresses.family(block.partition("/")[0]) for block in blocks}
    if len(blocks) > 2 or (len(blocks) == 2 and families != {4, 6}):
        says = "may specify no more than one CIDR for each IP family"
        errors.append(field.invalid(POD_CIDRS, list(blocks), says))
    return errors


def _addresses(listed: Sequence[Values]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for position, address in enumerate(listed):
        key = (address.get("type") or "", address.get("address") or "")
        if key in seen:
            shown = golang.marshal("core.NodeAddress", address)
            errors.append(field.duplicate(STATUS.child("addresses").index(position), shown))
        seen.add(key)
    return errors


def _kept(spec: Values, before: Values) -> list[FieldError]:
    """What is set once: the node's pod networks and the name its cloud gave it."""
    old, new = before.get("podCIDRs") or [], spec.get("podCIDRs") or []
    changed = 1 if len(old) != len(new) else sum(one != other for one, other in zip(old, new, strict=True))
    says = 'node updates may not change podCIDR except from "" to valid'
    errors = [field.forbidden(POD_CIDRS, says)] * changed if old else []
    name = before.get("providerID") or ""
    if name and name != (spec.get("providerID") or ""):
        says = 'node updates may not change providerID except from "" to valid'
        errors.append(field.forbidden(SPEC.child("providerID"), says))
    return errors
