"""Rules of resizing a running pod: CPU and memory of its containers, and nothing else.

Source: ValidatePodResize in pkg/apis/core/validation/validation.go, v1.36
(InPlacePodVerticalScalingInitContainers is on by default).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.pod_creation import qos_class
from playground.kube.apiserver.validation import checks, field, pod_annotations
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

RESIZED: Final = ("cpu", "memory")
KINDS: Final = ("requests", "limits")
ONLY: Final = "only cpu and memory resources are mutable"


def refuse_resize(old: Values) -> list[FieldError]:
    """Pods that are never resized; for them nothing else is told."""
    if pod_annotations.MIRROR in (old["metadata"].get("annotations") or {}):
        return [field.forbidden("[]", "static pods cannot be resized")]
    if ((old.get("spec") or {}).get("os") or {}).get("name") == "windows":
        return [field.forbidden("[]", "windows pods cannot be resized")]
    return []


def validate_resize(new: Values, old: Values, path: Path) -> list[FieldError]:
    """What a resize may change in the spec at `path`."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = _class_kept(new, old, path) + _supported(old, path)
    if _whole(spec) or _whole(before):
        errors += _pod_level(spec, before, path)
    moved = [error for kind in ("containers", "initContainers") for error in _order(spec, before, kind, path)]
    if moved:
        return errors + moved
    errors += _removals(spec, before, path)
    errors += _containers(spec.get("containers") or [], before.get("containers") or [], path)
    errors += _init_containers(spec.get("initContainers") or [], before.get("initContainers") or [], path)
    if errors or checks.same_struct("core.PodSpec", _as_before(spec, before), before):
        return errors
    return [field.forbidden(path, ONLY)]


def _class_kept(new: Values, old: Values, path: Path) -> list[FieldError]:
    """A pod's quality of service was decided at its birth."""
    known = (old.get("status") or {}).get("qosClass") or qos_class(old.get("spec") or {})
    if qos_class(new.get("spec") or {}) == known:
        return []
    shown = field.typed((new.get("status") or {}).get("qosClass") or "")
    return [field.invalid(path, shown, "Pod QOS Class may not change as a result of resizing")]


def _supported(old: Values, path: Path) -> list[FieldError]:
    """The first running container tells whether its node reports resources at all."""
    statuses = (old.get("status") or {}).get("containerStatuses") or []
    running = [one for one in statuses if (one.get("state") or {}).get("running") is not None]
    if not running or running[0].get("resources") is not None:
        return []
    return [field.forbidden(path, "Pod running on node without support for resize")]


def _whole(spec: Values) -> bool:
    resources = spec.get("resources") or {}
    return any(resources.get(kind) for kind in KINDS)


def _pod_level(spec: Values, before: Values, path: Path) -> list[FieldError]:
    now, known = spec.get("resources"), before.get("resources")
    at = path.child("resources")
    if known is not None and now is None:
        return [field.forbidden(at, "pod-level resources cannot be removed")]
    errors = []
    for kind, word in (("requests", "requests"), ("limits", "limits")):
        if known is not None and _removed((now or {}).get(kind), known.get(kind)):
            errors.append(field.forbidden(at.child(kind), f"pod-level resource {word} cannot be removed"))
    if not checks.same(_put_back(now or {}, known or {}), known):
        errors.append(field.forbidden(path, "only cpu and memory resources are mutable at pod-level"))
    return errors


def _removed(now: Values | None, before: Values | None) -> bool:
    return bool(set(before or {}) - set(now or {}))


def _put_back(now: Values, before: Values) -> dict[str, Any]:
    """The new resources with CPU and memory as they were: what still differs may not."""
    amounts: dict[str, Any] = {name: value for name, value in now.items() if name not in KINDS}
    for kind in KINDS:
        kept = {name: value for name, value in (now.get(kind) or {}).items() if name not in RESIZED}
        known = {name: value for name, value in (before.get(kind) or {}).items() if name in RESIZED}
        amounts[kind] = {**kept, **known}
    return amounts


def _order(spec: Values, before: Values, kind: str, path: Path) -> list[FieldError]:
    now, known = spec.get(kind) or [], before.get(kind) or []
    if len(now) != len(known):
        return [field.forbidden(path.child(kind), f"{kind} may not be added or removed on resize")]
    says = f"{kind} may not be renamed or reordered on resize"
    return [
        field.forbidden(path.child(kind).index(position).child("name"), says)
        for position, (one, other) in enumerate(zip(now, known, strict=True))
        if one.get("name") != other.get("name")
    ]


def _removals(spec: Values, before: Values, path: Path) -> list[FieldError]:
    """A container that asked for something goes on asking for it."""
    errors: list[FieldError] = []
    for list_kind in ("initContainers", "containers"):
        for position, known in enumerate(before.get(list_kind) or []):
            now = (spec[list_kind][position].get("resources")) or {}
            at = path.child(list_kind).index(position).child("resources")
            errors += [
                field.forbidden(at.child(kind), f"resource {kind} cannot be removed")
                for kind in KINDS
                if _removed(now.get(kind), (known.get("resources") or {}).get(kind))
            ]
    return errors


def _same_otherwise(container: Values, before: Values) -> bool:
    amounts = _put_back(container.get("resources") or {}, before.get("resources") or {})
    munged = {**container, "resources": {kind: amounts[kind] for kind in KINDS}}
    return checks.same_struct("core.Container", munged, before)


def _containers(now: Sequence[Values], known: Sequence[Values], path: Path) -> list[FieldError]:
    changed = [one for one, other in zip(now, known, strict=True) if not _same_otherwise(one, other)]
    return [field.forbidden(path, ONLY) for _ in changed]


def _init_containers(now: Sequence[Values], known: Sequence[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, (one, other) in enumerate(zip(now, known, strict=True)):
        at = path.child("initContainers").index(position)
        if not _same_otherwise(one, other):
            says = "only cpu and memory resources for init or sidecar containers are mutable"
            errors.append(field.forbidden(at, says))
        if one.get("restartPolicy") != "Always" and not checks.same_struct("core.Container", one, other):
            says = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
            policies = [policy.get("restartPolicy") for policy in one.get("resizePolicy") or []]
            errors += [field.forbidden(at, says)] * policies.count("RestartContainer")
    return errors


def _as_before(spec: Values, before: Values) -> dict[str, Any]:
    """The new spec with all that a resize may change put back."""
    kept = {name: before[name] for name in ("containers", "initContainers", "resources") if name in before}
    return {**spec, **kept}
