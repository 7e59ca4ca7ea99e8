"""Which names resources may have: standard ones, huge pages, extended ones (`nvidia.com/gpu`), and quota's.

Source: pkg/apis/core/helper/helpers.go and the validate…ResourceName functions of
pkg/apis/core/validation/validation.go, v1.36.
"""

from typing import Final

from playground.kube import quantity
from playground.kube.apiserver.validation import field, names
from playground.kube.apiserver.validation.field import FieldError, Path

ZERO: Final = quantity.parse("0")
HUGE_PAGES: Final = "hugepages-"
REQUESTS: Final = "requests."
CONTAINER: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
POD_LEVEL: Final = ("cpu", "hugepages-", "memory")
OBJECTS: Final = frozenset(
    {
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
QUOTA: Final = OBJECTS | {
    *CONTAINER,
    *(f"requests.{name}" for name in CONTAINER),
    *(f"limits.{name}" for name in CONTAINER),
    "requests.storage",
}
STANDARD: Final = QUOTA | {"storage"}


def is_huge_pages(name: str) -> bool:
    """`hugepages-2Mi`."""
    return name.startswith(HUGE_PAGES)


def is_quota_huge_pages(name: str) -> bool:
    """The same, or what a quota calls it."""
    return name.startswith((HUGE_PAGES, REQUESTS + HUGE_PAGES))


def is_native(name: str) -> bool:
    """Kubernetes' own: without a domain, or of kubernetes.io."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Another's: `nvidia.com/gpu`."""
    if is_native(name) or name.startswith(REQUESTS):
        return False
    return not names.is_qualified_name(REQUESTS + name)


def is_whole(name: str) -> bool:
    """Counted in whole numbers only."""
    return name in OBJECTS or is_extended(name)


def may_overcommit(name: str) -> bool:
    """Whether a limit may be higher than the request."""
    return is_native(name) and not is_huge_pages(name)


def validate_resource_name(name: str, path: Path) -> list[FieldError]:
    """A qualified name; without a domain one of the standard ones."""
    if name in STANDARD:
        return []
    shown = field.typed(name)
    errors = [field.invalid(path, shown, says) for says in names.is_qualified_name(name)]
    if errors or "/" in name or is_quota_huge_pages(name):
        return errors
    return [field.invalid(path, shown, "must be a standard resource type or fully qualified")]


def validate_container_resource_name(name: str, path: Path) -> list[FieldError]:
    """What a container may ask for."""
    errors = validate_resource_name(name, path)
    if "/" not in name:
        if name not in CONTAINER and not is_huge_pages(name):
            errors.append(field.invalid(path, field.typed(name), "must be a standard resource for containers"))
    elif not is_native(name) and not is_extended(name):
        errors.append(field.invalid(path, field.typed(name), "doesn't follow extended resource name standard"))
    return errors


def validate_pod_resource_name(name: str, path: Path) -> list[FieldError]:
    """What a pod as a whole may ask for."""
    errors = validate_resource_name(name, path)
    if errors or is_pod_level(name):
        return errors
    return [field.not_supported(path, name, POD_LEVEL)]


def is_pod_level(name: str) -> bool:
    """CPU, memory and huge pages can be asked for by a pod as a whole."""
    return name in {"cpu", "memory"} or is_huge_pages(name)


def validate_quota_resource_name(name: str, path: Path) -> list[FieldError]:
    """What a quota may count."""
    errors = validate_resource_name(name, path)
    if "/" not in name and name not in QUOTA and not is_quota_huge_pages(name):
        errors.append(field.invalid(path, field.typed(name), "must be a standard resource for quota"))
    return errors


def validate_quantity(name: str, value: str, path: Path) -> list[FieldError]:
    """Zero or more, and whole where the resource is counted in pieces."""
    parsed = quantity.parse(value)
    errors = []
    if parsed < ZERO:
        errors.append(field.invalid(path, str(parsed), "must be greater than or equal to 0"))
    if is_whole(name) and parsed.milli() % 1000:
        errors.append(field.invalid(path, str(parsed), "must be an integer"))
    return errors


def page_complaint(name: str, value: str) -> str:
    """Why this is no whole number of pages; empty when it is."""
    size, amount = name.removeprefix(HUGE_PAGES), quantity.parse(value)
    try:
        page = quantity.parse(size)
    except ValueError:
        page = ZERO
    whole = page > ZERO and not page.milli() % 1000 and not amount.value() % page.value()
    return "" if whole else f"{amount} is not positive integer multiple of {name}"
