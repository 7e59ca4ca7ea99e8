"""Rules of a pod's status, as kubelet and scheduler write it.

Source: ValidatePodStatusUpdate and ValidateContainerStateTransition in pkg/apis/core/validation/validation.go, v1.36.
Claims of dynamic resources, container users and volume digests in the status are not checked here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, golang, metadata, names, pod_annotations
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
STATUS: Final = Path("status")
SYSTEM_CONDITIONS: Final = frozenset({"PodScheduled", "Ready", "Initialized"})


def validate_pod_status_update(new: Values, old: Values) -> list[FieldError]:
    """All rules of a write to `pods/status`."""
    errors = metadata.validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors += pod_annotations.annotation_updates(new, old, METADATA.child("annotations"))
    now, before = new.get("status") or {}, old.get("status") or {}
    errors += _conditions(now.get("conditions") or [], STATUS.child("conditions"))
    errors += _nominated(now, before, old.get("spec") or {})
    if (now.get("observedGeneration") or 0) < 0:
        number = now["observedGeneration"]
        errors.append(field.invalid(STATUS.child("observedGeneration"), number, "must be a non-negative integer"))
    quality = now.get("qosClass") or ""
    errors += checks.immutable(STATUS.child("qosClass"), quality, before.get("qosClass") or "", field.typed(quality))
    errors += _transitions(now, before, old.get("spec") or {})
    errors += _pod_ips(now, before)
    return errors + _host_ips(now, before)


def _conditions(conditions: Sequence[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, condition in enumerate(conditions):
        at = path.index(position)
        generation = condition.get("observedGeneration") or 0
        if generation < 0:
            errors.append(field.invalid(at.child("observedGeneration"), generation, "must be a non-negative integer"))
        kind = condition.get("type") or ""
        if kind not in SYSTEM_CONDITIONS:
            errors += checks.named(at.child("Type"), kind, names.is_qualified_name)
    return errors


def _nominated(now: Values, before: Values, spec: Values) -> list[FieldError]:
    name, path = now.get("nominatedNodeName") or "", STATUS.child("nominatedNodeName")
    if not name or name == (before.get("nominatedNodeName") or ""):
        return []
    errors = checks.named(path, name, names.is_dns1123_subdomain)
    if spec.get("nodeName"):
        errors.append(field.forbidden(path, "may not be set on pods that are already bound to a node"))
    return errors


def _transitions(now: Values, before: Values, spec: Values) -> list[FieldError]:
    """A container that ended stays ended, unless its restart policy lets it run again."""
    errors: list[FieldError] = []
    for kind in ("container", "initContainer", "ephemeralContainer"):
        key = f"{kind}Statuses"
        running = {one.get("name"): one for one in now.get(key) or [] if not (one.get("state") or {}).get("terminated")}
        known = {one.get("name"): one for one in spec.get(f"{kind}s") or []}
        for position, status in enumerate(before.get(key) or []):
            ended = (status.get("state") or {}).get("terminated")
            name = status.get("name")
            if ended is None or name not in running:
                continue
            if kind == "ephemeralContainer" or not _restarts(known.get(name), spec, ended.get("exitCode") or 0):
                at = STATUS.child(key).index(position).child("state")
                errors.append(field.forbidden(at, "may not be transitioned to non-terminated state"))
    return errors


def _restarts(container: Values | None, spec: Values, exit_code: int) -> bool:
    if _all_may_restart(spec):
        return True
    if container is None:
        return False
    if container.get("restartPolicy") and any(
        _matches(rule.get("exitCodes") or {}, exit_code) for rule in container.get("restartPolicyRules") or []
    ):
        return True
    policy = container.get("restartPolicy") or spec.get("restartPolicy")
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _all_may_restart(spec: Values) -> bool:
    return any(
        rule.get("action") == "RestartAllContainers"
        for kind in ("containers", "initContainers")
        for container in spec.get(kind) or []
        for rule in container.get("restartPolicyRules") or []
    )


def _matches(codes: Values, exit_code: int) -> bool:
    listed = exit_code in (codes.get("values") or [])
    return listed if codes.get("operator") == "In" else not listed and codes.get("operator") == "NotIn"


def _pod_ips(now: Values, before: Values) -> list[FieldError]:
    return _ips(now.get("podIPs") or [], before.get("podIPs") or [], STATUS.child("podIPs"), "[]core.PodIP")


def _host_ips(now: Values, before: Values) -> list[FieldError]:
    given, path = now.get("hostIPs") or [], STATUS.child("hostIPs")
    if not given:
        return []
    errors: list[FieldError] = []
    first = given[0].get("ip") or ""
    if (now.get("hostIP") or "") != first:
        errors.append(field.invalid(path.index(0).child("ip"), first, "must be equal to `hostIP`"))
    return errors + _ips(given, before.get("hostIPs") or [], path, "[]core.HostIP")


def _ips(given: Sequence[Values], before: Sequence[Values], path: Path, kind: str) -> list[FieldError]:
    known = {one.get("ip") for one in before}
    errors: list[FieldError] = []
    for position, one in enumerate(given):
        errors += addresses.is_ip(path.index(position), one.get("ip") or "", {ip for ip in known if ip})
    families = {addresses.family(one.get("ip") or "") for one in given}
    if len(given) > 2 or (len(given) == 2 and families != {4, 6}):
        says = "may specify no more than one IP for each IP family"
        errors.append(field.invalid(path, golang.marshal(kind, given), says))
    return errors
