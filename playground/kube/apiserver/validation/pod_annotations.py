"""Rules of the annotations that mean something on a pod: deletion cost, mirror pods, old security profiles.

Source: ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields and
validateAppArmorAnnotationsAndFieldsMatchOnCreate in pkg/apis/core/validation/validation.go, v1.36.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

MIRROR: Final = "kubernetes.io/config.mirror"
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
MAX_COST: Final = 2**31 - 1
SECCOMP_NAMES: Final = {"RuntimeDefault": ("runtime/default", "docker/default"), "Unconfined": ("unconfined",)}
APP_ARMOR_NAMES: Final = {"RuntimeDefault": ("runtime/default",), "Unconfined": ("unconfined",)}


def validate_pod_annotations(annotations: Mapping[str, str], spec: Values, path: Path) -> list[FieldError]:
    """The values of annotations that Kubernetes itself reads."""
    errors: list[FieldError] = []
    if MIRROR in annotations and not spec.get("nodeName"):
        says = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(field.invalid(path.key(MIRROR), annotations[MIRROR], says))
    cost = annotations.get(DELETION_COST)
    if cost is not None and not is_cost(cost):
        errors.append(field.invalid(path.key(DELETION_COST), cost, "must be a 32bit integer"))
    for key in sorted(annotations, key=lambda name: (name != SECCOMP_POD, name)):
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            errors += _seccomp_name(annotations[key], path.child(key))
    for key in sorted(annotations):
        if key.startswith(APP_ARMOR):
            errors += _app_armor(key.removeprefix(APP_ARMOR), annotations[key], spec, path.key(key))
    return errors


def is_cost(text: str) -> bool:
    """A 32-bit integer without a plus or leading zeros (GetDeletionCostFromPodAnnotations)."""
    return re.fullmatch("0|[1-9][0-9]*|-[0-9]+", text) is not None and -MAX_COST - 1 <= int(text) <= MAX_COST


def _seccomp_name(profile: str, path: Path) -> list[FieldError]:
    if profile in {"runtime/default", "docker/default", "unconfined"}:
        return []
    if profile.startswith("localhost/"):
        return checks.relative_path(path, profile.removeprefix("localhost/"))
    return [field.invalid(path, profile, "must be a valid seccomp profile")]


def _app_armor(container: str, profile: str, spec: Values, path: Path) -> list[FieldError]:
    known = {one.get("name") for kind in CONTAINER_LISTS for one in spec.get(kind) or []}
    errors = [] if container in known else [field.invalid(path, container, "container not found")]
    if profile not in {"", "runtime/default", "unconfined"} and not profile.startswith("localhost/"):
        says = f"invalid AppArmor profile name: {field.go_quote(profile)}"
        errors.append(field.invalid(path, profile, says))
    return errors


def seccomp_matches(meta: Values, spec: Values, path: Path) -> list[FieldError]:
    """An old annotation and the field that replaced it must say the same."""
    annotations = meta.get("annotations") or {}
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    at = path.child("securityContext", "seccompProfile")
    errors = _match(annotations.get(SECCOMP_POD), profile, SECCOMP_NAMES, at)
    for container, where in _containers(spec, path):
        own = (container.get("securityContext") or {}).get("seccompProfile")
        annotation = annotations.get(SECCOMP_CONTAINER + (container.get("name") or ""))
        errors += _match(annotation, own, SECCOMP_NAMES, where.child("securityContext", "seccompProfile"))
    return errors


def app_armor_matches(meta: Values, spec: Values, path: Path) -> list[FieldError]:
    """The same for AppArmor, where a container without a profile has the pod's."""
    if (spec.get("os") or {}).get("name") == "windows":
        return []
    annotations = meta.get("annotations") or {}
    shared = (spec.get("securityContext") or {}).get("appArmorProfile")
    errors: list[FieldError] = []
    for container, where in _containers(spec, path):
        own = (container.get("securityContext") or {}).get("appArmorProfile") or shared
        annotation = annotations.get(APP_ARMOR + (container.get("name") or ""))
        errors += _match(annotation, own, APP_ARMOR_NAMES, where.child("securityContext", "appArmorProfile"))
    return errors


def _containers(spec: Values, path: Path) -> list[tuple[Values, Path]]:
    return [
        (container, path.child(kind).index(position))
        for kind in CONTAINER_LISTS
        for position, container in enumerate(spec.get(kind) or [])
    ]


def _match(
    annotation: str | None, profile: Values | None, by_type: Mapping[str, tuple[str, ...]], path: Path
) -> list[FieldError]:
    if annotation is None or profile is None:
        return []
    what = "seccomp" if by_type is SECCOMP_NAMES else "apparmor"
    kind = profile.get("type") or ""
    if kind == "Localhost" and annotation.startswith("localhost/"):
        if annotation.removeprefix("localhost/") == profile.get("localhostProfile"):
            return []
        return [field.forbidden(path.child("localhostProfile"), f"{what} profile in annotation and field must match")]
    if annotation in by_type.get(kind, ()) or kind not in {"Localhost", *by_type}:
        return []
    return [field.forbidden(path.child("type"), f"{what} type in annotation and field must match")]


def annotation_updates(new: Values, old: Values, path: Path) -> list[FieldError]:
    """On an update: mirror and AppArmor annotations stay as they are; the others are checked as on create."""
    before = (old.get("metadata") or {}).get("annotations") or {}
    after = (new.get("metadata") or {}).get("annotations") or {}
    errors: list[FieldError] = []
    for key in sorted({*before, *after}):
        if before.get(key) == after.get(key) or not (key == MIRROR or key.startswith(APP_ARMOR)):
            continue
        verb = "remove or update" if key in before else "add"
        what = "mirror pod annotation" if key == MIRROR else "AppArmor annotations"
        errors.append(field.forbidden(path.key(key), f"may not {verb} {what}"))
    return errors + validate_pod_annotations(after, new.get("spec") or {}, path)
