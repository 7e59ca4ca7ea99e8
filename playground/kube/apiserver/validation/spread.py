"""Rules of topology spread constraints.

Source: validateTopologySpreadConstraints in pkg/apis/core/validation/validation.go, v1.36
(MatchLabelKeysInPodTopologySpreadSelectorMerge is on by default).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import affinity, checks, field, metadata
from playground.kube.apiserver.validation.field import FieldError, Path

Constraint = Mapping[str, Any]

ACTIONS: Final = ("DoNotSchedule", "ScheduleAnyway")
POLICIES: Final = ("Honor", "Ignore")


def validate_constraints(constraints: Sequence[Constraint], path: Path) -> list[FieldError]:
    """Each constraint; no two with the same key and action."""
    errors: list[FieldError] = []
    for position, constraint in enumerate(constraints):
        errors += _constraint(constraint, constraints[position + 1 :], path.index(position))
    return errors


def _constraint(constraint: Constraint, later: Sequence[Constraint], path: Path) -> list[FieldError]:
    key, action = constraint.get("topologyKey") or "", constraint.get("whenUnsatisfiable") or ""
    errors = checks.positive(path.child("maxSkew"), constraint.get("maxSkew") or 0)
    if not key:
        errors.append(field.required(path.child("topologyKey"), "can not be empty"))
    if action not in ACTIONS:
        errors.append(field.not_supported(path.child("whenUnsatisfiable"), action, ACTIONS))
    if any((other.get("topologyKey") or "", other.get("whenUnsatisfiable") or "") == (key, action) for other in later):
        at = path.child("{topologyKey, whenUnsatisfiable}")
        errors.append(field.duplicate(at, f"{{{key}, {action}}}"))
    errors += _min_domains(constraint.get("minDomains"), action, path.child("minDomains"))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(name)
        if policy is not None and policy not in POLICIES:
            errors.append(field.not_supported(path.child(name), policy, POLICIES))
    errors += affinity.validate_label_keys(constraint, path)
    return errors + metadata.validate_label_selector(constraint.get("labelSelector"), path.child("labelSelector"))


def _min_domains(number: int | None, action: str, path: Path) -> list[FieldError]:
    if number is None:
        return []
    errors = checks.positive(path, number)
    if action != "DoNotSchedule":
        says = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        errors.append(field.invalid(path, number, says))
    return errors
