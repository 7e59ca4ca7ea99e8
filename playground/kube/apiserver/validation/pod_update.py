"""Rules of what may change in the spec of a pod that exists: images, a deadline, more tolerations, fewer gates.

Source: ValidatePodUpdate in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, golang, names, tolerations
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

MAX_DEADLINE: Final = 2**31 - 1
UPDATABLE: Final = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"


def validate_spec_update(new: Values, old: Values, path: Path) -> list[FieldError]:
    """All errors of a changed spec; after some of them the rest is not looked at."""
    errors: list[FieldError] = []
    for kind in ("containers", "initContainers"):
        found, stop = _containers(new.get(kind) or [], old.get(kind) or [], path.child(kind))
        errors += found
        if stop:
            return errors
    found, stop = _deadline(new, old, path.child("activeDeadlineSeconds"))
    errors += found
    if stop:
        return errors
    given, before = new.get("tolerations") or [], old.get("tolerations") or []
    errors += tolerations.only_added(given, before, path.child("tolerations"))
    errors += _only_deleted_gates(new, old, path.child("schedulingGates"))
    munged = _munged(new, old)
    if old.get("schedulingGates"):
        errors += _while_gated(munged, old, path)
    if checks.same_struct("core.PodSpec", munged, old):
        return errors
    changes = golang.diff("core.PodSpec", old, munged)
    says = f"pod updates may not change fields other than {UPDATABLE}\n{changes}"
    return [*errors, field.forbidden(path, says)]


def _containers(new: Sequence[Values], old: Sequence[Values], path: Path) -> tuple[list[FieldError], bool]:
    if len(new) != len(old):
        return [field.forbidden(path, "pod updates may not add or remove containers")], True
    errors: list[FieldError] = []
    for position, container in enumerate(new):
        image, at = container.get("image") or "", path.index(position).child("image")
        if not image:
            errors.append(field.required(at))
        if image != image.strip():
            errors.append(field.invalid(at, image, "must not have leading or trailing whitespace"))
    return errors, False


def _deadline(new: Values, old: Values, path: Path) -> tuple[list[FieldError], bool]:
    """A deadline may be set or shortened."""
    now, before = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if now is None:
        says = "must not update from a positive integer to nil value"
        return ([] if before is None else [field.invalid(path, None, says)]), False
    if not 0 <= now <= MAX_DEADLINE:
        return [field.invalid(path, now, names.in_range(0, MAX_DEADLINE))], True
    if before is not None and before < now:
        return [field.invalid(path, now, "must be less than or equal to previous value")], True
    return [], False


def _only_deleted_gates(new: Values, old: Values, path: Path) -> list[FieldError]:
    known = {gate.get("name") for gate in old.get("schedulingGates") or []}
    return [
        field.forbidden(
            path.index(position).child("name"),
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'",
        )
        for position, gate in enumerate(new.get("schedulingGates") or [])
        if gate.get("name") not in known
    ]


def _munged(new: Values, old: Values) -> dict[str, Any]:
    """The new spec with all that may change put back: what still differs is forbidden."""
    munged = dict(new)
    for kind in ("containers", "initContainers"):
        pairs = zip(new.get(kind) or [], old.get(kind) or [], strict=True)
        munged[kind] = [{**container, "image": before.get("image")} for container, before in pairs]
        if not munged[kind]:
            del munged[kind]
    for name in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _put_back(munged, old, name)
    grace = "terminationGracePeriodSeconds"
    if (old.get(grace) or 0) < 0 and munged.get(grace) == 1:
        munged[grace] = old[grace]
    return munged


def _put_back(munged: dict[str, Any], old: Values, name: str) -> None:
    munged.pop(name, None)
    if name in old:
        munged[name] = old[name]


def _while_gated(munged: dict[str, Any], old: Values, path: Path) -> list[FieldError]:
    """A pod that waits behind a gate may still be told more about where to run; both parts are put back."""
    errors = _node_selector(munged.get("nodeSelector"), old.get("nodeSelector"), path.child("nodeSelector"))
    _put_back(munged, old, "nodeSelector")
    before = (old.get("affinity") or {}).get("nodeAffinity")
    affinity = munged.get("affinity")
    now = (affinity or {}).get("nodeAffinity")
    if checks.same_struct("*core.NodeAffinity", now, before):
        return errors
    errors += _node_affinity(now, before, path.child("affinity", "nodeAffinity"))
    munged["affinity"] = _restored(affinity, old.get("affinity"), before)
    return errors


def _restored(affinity: Values | None, old: Values | None, before: Values | None) -> Values | None:
    if affinity is None:
        return {"nodeAffinity": before}
    if old is None and not affinity.get("podAffinity") and not affinity.get("podAntiAffinity"):
        return None
    return {**affinity, "nodeAffinity": before}


def _node_selector(new: Mapping[str, str] | None, old: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    after = new or {}
    if all(after.get(key) == value for key, value in (old or {}).items()):
        return []
    says = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    shown = golang.marshal("map:string", new)
    return [field.invalid(path, shown, says)]


def _node_affinity(new: Values | None, old: Values | None, path: Path) -> list[FieldError]:
    before = ((old or {}).get(REQUIRED) or {}).get("nodeSelectorTerms") or []
    after = ((new or {}).get(REQUIRED) or {}).get("nodeSelectorTerms") or []
    at = path.child(REQUIRED, "nodeSelectorTerms")
    if before and len(before) != len(after):
        says = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [field.invalid(at, golang.marshal("[]core.NodeSelectorTerm", after or None), says)]
    says = "only additions are allowed (no mutations or deletions)"
    return [
        field.invalid(at.index(position), golang.marshal("core.NodeSelectorTerm", term), says)
        for position, (term, earlier) in enumerate(zip(after, before, strict=False))
        if not _only_adds(term, earlier)
    ]


def _only_adds(term: Values, earlier: Values) -> bool:
    """An empty term matches nothing, so an addition to it would widen it."""
    parts = ("matchExpressions", "matchFields")
    if not any(earlier.get(part) for part in parts):
        return not any(term.get(part) for part in parts)
    return all(
        checks.same((term.get(part) or [])[: len(earlier.get(part) or [])], earlier.get(part) or []) for part in parts
    )
