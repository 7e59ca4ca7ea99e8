"""Rules of a HorizontalPodAutoscaler's metrics: which kind, where it is read, what it should be.

Source: pkg/apis/autoscaling/validation/validation.go, v1.36.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.resource_names import validate_container_resource_name

Fields = Mapping[str, Any]
TARGETS: Final = ("Utilization", "Value", "AverageValue")
OTHER_SOURCE: Final = "must populate the given metric source only"
NO_SOURCE: Final = "must populate information for the given metric source"


def validate_object_reference(
    path: Path, reference: Fields, *, any_version: bool = False, core_allowed: bool = False
) -> list[FieldError]:
    """A kind, a name and an API version; `core_allowed` lets the version be one without a group, such as `v1`."""
    errors = checks.required_named(path.child("kind"), reference.get("kind") or "", names.is_path_segment)
    errors += checks.required_named(path.child("name"), reference.get("name") or "", names.is_path_segment)
    version = reference.get("apiVersion") or ""
    complaint = "" if any_version else _version_complaint(version, core_allowed=core_allowed)
    return [*errors, field.invalid(path.child("apiVersion"), version, complaint)] if complaint else errors


def _version_complaint(version: str, *, core_allowed: bool) -> str:
    if version.count("/") > 1:
        return f"unexpected GroupVersion string: {version}"
    grouped = bool(version.rpartition("/")[0])
    return "" if grouped or core_allowed else "apiVersion must specify API group"


def validate_metrics(path: Path, spec: Fields, old: Fields) -> list[FieldError]:
    """Each metric; and one not about the pods themselves, if there may be no pods at all."""
    metrics = spec.get("metrics") or []
    any_version = any(_is_object_of_bad_version(metric) for metric in old.get("metrics") or [])
    errors: list[FieldError] = []
    for position, metric in enumerate(metrics):
        errors += _validate_metric(path.index(position), metric, any_version=any_version)
    if spec.get("minReplicas") == 0 and not {"Object", "External"} & {metric.get("type") for metric in metrics}:
        says = "must specify at least one Object or External metric to support scaling to zero replicas"
        errors.append(field.forbidden(path, says))
    return errors


def _is_object_of_bad_version(metric: Fields) -> bool:
    described = (metric.get("object") or {}).get("describedObject") or {}
    version = described.get("apiVersion") or ""
    return metric.get("type") == "Object" and bool(_version_complaint(version, core_allowed=True))


def _validate_metric(path: Path, metric: Fields, *, any_version: bool) -> list[FieldError]:
    kind = metric.get("type") or ""
    unknown = field.not_supported(path.child("type"), kind, sorted(EXPECTED))
    errors: list[FieldError] = []
    if not kind:
        errors.append(field.required(path.child("type"), "must specify a metric source type"))
    if kind not in EXPECTED:
        errors.append(unknown)
    present = [name for name in SOURCES if metric.get(name) is not None]
    if present:
        errors += _validate_source(path.child(present[0]), present[0], metric[present[0]], any_version=any_version)
    wanted = EXPECTED.get(kind)
    if wanted is None:
        # The real server looks twice, and tells twice.
        errors.append(unknown)
    elif wanted not in present:
        errors.append(field.required(path.child(wanted), NO_SOURCE))
    if len(present) != 1:
        errors += [field.forbidden(path.child(name), OTHER_SOURCE) for name in present if name != wanted]
    return errors


def _validate_source(path: Path, name: str, source: Fields, *, any_version: bool) -> list[FieldError]:
    if name != "object":
        return SOURCES[name](path, source)
    described = source.get("describedObject") or {}
    errors = validate_object_reference(
        path.child("describedObject"), described, any_version=any_version, core_allowed=True
    )
    return errors + _validate_object(path, source)


def _validate_object(path: Path, source: Fields) -> list[FieldError]:
    return _validate_named(path, source) + _either(
        path, source, ("value", "averageValue"), "averageValue", "must set either a target value or averageValue"
    )


def _validate_external(path: Path, source: Fields) -> list[FieldError]:
    target, says = source.get("target") or {}, "must set either a target value for metric or a per-pod target"
    errors = _validate_named(path, source) + _either(path, source, ("value", "averageValue"), "averageValue", says)
    if target.get("value") is not None and target.get("averageValue") is not None:
        says = "may not set both a target value for metric and a per-pod target"
        errors.append(field.forbidden(path.child("target", "value"), says))
    return errors


def _validate_pods(path: Path, source: Fields) -> list[FieldError]:
    says = "must specify a positive target averageValue"
    return _validate_named(path, source) + _either(path, source, ("averageValue",), "averageValue", says)


def _validate_container_resource(path: Path, source: Fields) -> list[FieldError]:
    name, container = source.get("name") or "", source.get("container") or ""
    errors = (
        validate_container_resource_name(name, path.child("name"))
        if name
        else [field.required(path.child("name"), "must specify a resource name")]
    )
    if container:
        errors += checks.named(path.child("container"), container, names.is_dns1123_label)
    else:
        errors.append(field.required(path.child("container"), "must specify a container"))
    return errors + _validate_utilization(path, source)


def _validate_resource(path: Path, source: Fields) -> list[FieldError]:
    missing = [] if source.get("name") else [field.required(path.child("name"), "must specify a resource name")]
    return missing + _validate_utilization(path, source)


def _validate_utilization(path: Path, source: Fields) -> list[FieldError]:
    target, says = source.get("target") or {}, "must set either a target raw value or a target utilization"
    errors = _validate_target(path.child("target"), target)
    errors += _either(path, source, ("averageUtilization", "averageValue"), "averageUtilization", says)
    if target.get("averageUtilization") is not None and target.get("averageValue") is not None:
        says = "may not set both a target raw value and a target utilization"
        errors.append(field.forbidden(path.child("target", "averageValue"), says))
    return errors


def _validate_named(path: Path, source: Fields) -> list[FieldError]:
    name, place = (source.get("metric") or {}).get("name") or "", path.child("metric", "name")
    errors = checks.named(place, name, names.is_path_segment)
    if not name:
        errors = [field.required(place, "must specify a metric name")]
    return errors + _validate_target(path.child("target"), source.get("target") or {})


def _either(path: Path, source: Fields, choices: tuple[str, ...], told: str, says: str) -> list[FieldError]:
    target = source.get("target") or {}
    if any(target.get(name) is not None for name in choices):
        return []
    return [field.required(path.child("target", told), says)]


def _validate_target(path: Path, target: Fields) -> list[FieldError]:
    kind, errors = target.get("type") or "", []
    if not kind:
        errors.append(field.required(path.child("type"), "must specify a metric target type"))
    if kind not in TARGETS:
        says = "must be either Utilization, Value, or AverageValue"
        errors.append(field.invalid(path.child("type"), field.typed(kind), says))
    for name in ("value", "averageValue"):
        if target.get(name) is not None and quantity.parse(target[name]) <= quantity.parse("0"):
            shown = str(quantity.parse(target[name]))
            errors.append(field.invalid(path.child(name), shown, "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        errors.append(field.invalid(path.child("averageUtilization"), utilization, "must be greater than 0"))
    return errors


# Looked for in this order: only the first one found is looked into.
SOURCES: Final[Mapping[str, Callable[[Path, Fields], list[FieldError]]]] = {
    "object": _validate_object,
    "external": _validate_external,
    "pods": _validate_pods,
    "resource": _validate_resource,
    "containerResource": _validate_container_resource,
}
EXPECTED: Final[Mapping[str, str]] = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "External": "external",
    "ContainerResource": "containerResource",
}
