"""Rules of node affinity, pod affinity and anti-affinity, and of label keys merged into selectors.

Source: validateAffinity and what it calls in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
MAX_WEIGHT: Final = 100


def validate_affinity(affinity: Values | None, path: Path) -> list[FieldError]:
    """All three parts of an affinity."""
    errors: list[FieldError] = []
    if affinity is None:
        return errors
    if affinity.get("nodeAffinity") is not None:
        errors += _node_affinity(affinity["nodeAffinity"], path.child("nodeAffinity"))
    for part in ("podAffinity", "podAntiAffinity"):
        if affinity.get(part) is not None:
            errors += _pod_affinity(affinity[part], path.child(part))
    return errors


def _node_affinity(affinity: Values, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if affinity.get(REQUIRED) is not None:
        errors += validate_node_selector(affinity[REQUIRED], path.child(REQUIRED))
    for position, term in enumerate(affinity.get(PREFERRED) or []):
        at = path.child(PREFERRED).index(position)
        errors += _weight(term, at)
        errors += _node_selector_term(term.get("preference") or {}, at.child("preference"), values_checked=False)
    return errors


def validate_node_selector(selector: Values, path: Path) -> list[FieldError]:
    """At least one term, each of which must be well formed; also of persistent volumes."""
    at = path.child("nodeSelectorTerms")
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        return [field.required(at, "must have at least one node selector term")]
    errors: list[FieldError] = []
    for position, term in enumerate(terms):
        errors += _node_selector_term(term, at.index(position), values_checked=True)
    return errors


def _node_selector_term(term: Values, path: Path, *, values_checked: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, requirement in enumerate(term.get("matchExpressions") or []):
        at = path.child("matchExpressions").index(position)
        errors += _node_requirement(requirement, at, values_checked=values_checked)
    for position, requirement in enumerate(term.get("matchFields") or []):
        errors += _node_field(requirement, path.child("matchFields").index(position))
    return errors


def _node_requirement(requirement: Values, path: Path, *, values_checked: bool) -> list[FieldError]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    if operator in {"Gt", "Lt"}:
        says = "must be specified single value when `operator` is 'Lt' or 'Gt'"
        errors = [] if len(values) == 1 else [field.required(path.child("values"), says)]
    else:
        errors = metadata.validate_operator(operator, values, path)
    errors += checks.named(path.child("key"), requirement.get("key") or "", names.is_qualified_name)
    for position, value in enumerate(values if values_checked else []):
        errors += checks.named(path.child("values").index(position), value, names.is_label_value)
    return errors


def _node_field(requirement: Values, path: Path) -> list[FieldError]:
    """A field of a node: only its name, and only one."""
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    key = requirement.get("key") or ""
    errors: list[FieldError] = []
    if operator not in {"In", "NotIn"}:
        errors.append(field.invalid(path.child("operator"), field.typed(operator), "not a valid selector operator"))
    elif len(values) != 1:
        says = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(field.required(path.child("values"), says))
    if key != "metadata.name":
        return [*errors, field.invalid(path.child("key"), key, "not a valid field selector key")]
    for position, value in enumerate(values):
        errors += checks.named(path.child("values").index(position), value, names.is_dns1123_subdomain)
    return errors


def _pod_affinity(affinity: Values, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, term in enumerate(affinity.get(REQUIRED) or []):
        errors += _pod_term(term, path.child(REQUIRED).index(position))
    for position, weighted in enumerate(affinity.get(PREFERRED) or []):
        at = path.child(PREFERRED).index(position)
        errors += _weight(weighted, at) + _pod_term(weighted.get("podAffinityTerm") or {}, at.child("podAffinityTerm"))
    return errors


def _weight(term: Values, path: Path) -> list[FieldError]:
    weight = term.get("weight") or 0
    if 0 < weight <= MAX_WEIGHT:
        return []
    return [field.invalid(path.child("weight"), weight, "must be in the range 1-100")]


def _pod_term(term: Values, path: Path) -> list[FieldError]:
    errors = metadata.validate_label_selector(term.get("labelSelector"), path.child("labelSelector"))
    errors += metadata.validate_label_selector(term.get("namespaceSelector"), path.child("namespaceSelector"))
    for name in term.get("namespaces") or []:
        errors += checks.named(path.child("namespace"), name, names.is_dns1123_label)
    errors += validate_label_keys(term, path)
    key = term.get("topologyKey") or ""
    if not key:
        errors.append(field.required(path.child("topologyKey"), "can not be empty"))
    return errors + checks.named(path.child("topologyKey"), key, names.is_qualified_name)


def validate_label_keys(term: Values, path: Path) -> list[FieldError]:
    """matchLabelKeys and mismatchLabelKeys: they need a selector, and may not say what it says already.

    The merge of a key into the selector happens before this, so one appearance there is the key itself.
    """
    matched, mismatched = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or []
    selector = term.get("labelSelector")
    errors = _keys(matched, selector, path.child("matchLabelKeys"))
    errors += _keys(mismatched, selector, path.child("mismatchLabelKeys"))
    errors += _twice_in_selector(matched, selector or {}, path)
    says = "exists in both matchLabelKeys and mismatchLabelKeys"
    at = path.child("matchLabelKeys")
    both = [(position, key) for position, key in enumerate(matched) if key in mismatched]
    return errors + [field.invalid(at.index(position), key, says) for position, key in both]


def _keys(keys: Sequence[str], selector: Values | None, path: Path) -> list[FieldError]:
    if not keys:
        return []
    if selector is None:
        return [field.forbidden(path, "must not be specified when labelSelector is not set")]
    errors: list[FieldError] = []
    for position, key in enumerate(keys):
        errors += checks.named(path.index(position), key, names.is_qualified_name)
    return errors


def _twice_in_selector(matched: Sequence[str], selector: Values, path: Path) -> list[FieldError]:
    where = {key: position for position, key in enumerate(matched)}
    seen = set(selector.get("matchLabels") or {})
    errors: list[FieldError] = []
    for expression in selector.get("matchExpressions") or []:
        key = expression.get("key") or ""
        if key in where and key in seen:
            says = "exists in both matchLabelKeys and labelSelector"
            errors.append(field.invalid(path.index(where[key]), key, says))
        seen.add(key)
    return errors
