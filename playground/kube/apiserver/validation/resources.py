"""Rules of requests and limits, of a container and of a whole pod.

Source: validateResourceRequirements, validateResourceClaimNames and validatePodResources in
pkg/apis/core/validation/validation.go, v1.36. Maps are read in sorted order; Go's is random.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.pod_usage import containers_total
from playground.kube.apiserver.validation import checks, field, names, resource_names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]
NameCheck = Callable[[str, Path], list[FieldError]]

COMPUTE: Final = frozenset({"cpu", "memory"})
NO_OVERCOMMIT: Final = "Limit must be set for non overcommitable resources"


def validate_requirements(
    resources: Values,
    path: Path,
    claim_names: Collection[str] = (),
    check: NameCheck = resource_names.validate_container_resource_name,
) -> list[FieldError]:
    """Requests, limits and claims. `claim_names` are the claims of the pod, `check` the rule for resource names."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors: list[FieldError] = []
    for name in sorted(limits):
        errors += _amount(name, limits[name], path.child("limits").key(name), check)
    for name in sorted(requests):
        at = path.child("requests").key(name)
        errors += check(name, at) + resource_names.validate_quantity(name, requests[name], at)
        errors += _against_limit(name, requests[name], limits.get(name), path) + _pages(name, requests[name], at)
    asked = {*limits, *requests}
    if any(map(resource_names.is_huge_pages, asked)) and not asked & COMPUTE:
        errors.append(field.forbidden(path, "HugePages require cpu or memory"))
    return errors + _claims(resources.get("claims") or [], claim_names, path.child("claims"))


def _amount(name: str, value: str, path: Path, check: NameCheck) -> list[FieldError]:
    return check(name, path) + resource_names.validate_quantity(name, value, path) + _pages(name, value, path)


def _pages(name: str, value: str, path: Path) -> list[FieldError]:
    if not resource_names.is_huge_pages(name):
        return []
    says = resource_names.page_complaint(name, value)
    return [field.invalid(path, str(quantity.parse(value)), says)] if says else []


def _against_limit(name: str, request: str, limit: str | None, path: Path) -> list[FieldError]:
    overcommit = resource_names.may_overcommit(name)
    if limit is None:
        return [] if overcommit else [field.required(path.child("limits"), NO_OVERCOMMIT)]
    asked, most = quantity.parse(request), quantity.parse(limit)
    if asked != most and not overcommit:
        says = f"must be equal to {name} limit of {most}"
    elif asked > most:
        says = f"must be less than or equal to {name} limit of {most}"
    else:
        return []
    return [field.invalid(path.child("requests"), str(asked), says)]


def _claims(claims: list[Values], known: Collection[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, claim in enumerate(claims):
        at, name = path.index(position), claim.get("name") or ""
        if not name:
            errors.append(field.required(at))
            continue
        errors += _claim(name, claim.get("request") or "", seen, at)
        if name not in known:
            listed = f": {', '.join(sorted(known))}" if known else " which is empty"
            says = f"Not found: {field.go_quote(name)}: must be one of the names in pod.spec.resourceClaims{listed}"
            errors.append(FieldError("FieldValueNotFound", str(at), says))
    return errors


def _claim(name: str, request: str, seen: set[str], path: Path) -> list[FieldError]:
    if name in seen:
        return [field.duplicate(path, name)]
    errors = checks.named(path.child("request"), request, names.is_dns1123_label) if request else []
    key = f"{name}/{request}" if request else name
    if key in seen:
        errors.append(field.duplicate(path, key))
    elif not request:
        errors += [field.duplicate(path, name) for other in seen if other.startswith(f"{name}/")]
    seen.add(key)
    return errors


def validate_pod_resources(spec: Values, path: Path, claim_names: Collection[str]) -> list[FieldError]:
    """Requests and limits of the pod as a whole: not less than its containers' together."""
    resources = spec.get("resources")
    if resources is None:
        return []
    at = path.child("resources")
    if (spec.get("os") or {}).get("name") == "windows":
        return [field.forbidden(at, "may not be set for a windows pod")]
    errors: list[FieldError] = []
    if resources.get("claims") is not None:
        says = "claims may not be set for Resources at pod-level"
        errors.append(field.forbidden(at.child("claims"), says))
    errors += validate_requirements(resources, at, claim_names, resource_names.validate_pod_resource_name)
    return errors + _consistent(spec, resources, at)


def _consistent(spec: Values, resources: Values, path: Path) -> list[FieldError]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    errors: list[FieldError] = []
    for name, total in sorted(containers_total(spec, "requests").items()):
        if name in requests and total > quantity.parse(requests[name]):
            says = f"must be greater than or equal to aggregate container requests of {total}"
            shown = str(quantity.parse(requests[name]))
            errors.append(field.invalid(path.child("requests").key(name), shown, says))
    for name, total in sorted(containers_total(spec, "limits").items()):
        if resource_names.is_huge_pages(name) and name in limits and total > quantity.parse(limits[name]):
            says = f"must be greater than or equal to aggregate container limits of {total}"
            shown = str(quantity.parse(limits[name]))
            errors.append(field.invalid(path.child("limits").key(name), shown, says))
    for position, container in enumerate(spec.get("containers") or []):
        errors += _within_pod(container, limits, path.child("containers").index(position))
    return errors


def _within_pod(container: Values, limits: Mapping[str, str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    own = (container.get("resources") or {}).get("limits") or {}
    for name in sorted(own):
        if name in limits and quantity.parse(own[name]) > quantity.parse(limits[name]):
            says = f"must be less than or equal to pod limits of {quantity.parse(limits[name])}"
            shown = str(quantity.parse(own[name]))
            errors.append(field.invalid(path.key(name).child("limits"), shown, says))
    return errors
