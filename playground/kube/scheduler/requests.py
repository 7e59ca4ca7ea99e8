"""How much a pod asks for, as the scheduler counts it: CPU in millicores, everything else in whole units.

After k8s.io/component-helpers/resource/helpers.go (PodRequests), pkg/scheduler/framework/types.go (CalculateResource).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube import quantity

Amounts = dict[str, int]

# What a container without a request counts as in scores (pkg/scheduler/util/pod_resources.go).
DEFAULT_CPU: Final = 100  # millicores
DEFAULT_MEMORY: Final = 200 * 1024 * 1024  # bytes
DEFAULTS: Final[Mapping[str, int]] = {"cpu": DEFAULT_CPU, "memory": DEFAULT_MEMORY}
NO_DEFAULTS: Final[Mapping[str, int]] = {}


def amounts(quantities: Mapping[str, Any] | None) -> Amounts:
    """Read a ResourceList: quantities by resource name."""
    if not quantities:
        return {}
    return {name: quantity.milli(text) if name == "cpu" else quantity.value(text) for name, text in quantities.items()}


def pod_requests(
    spec: Mapping[str, Any], *, missing: Mapping[str, int] = NO_DEFAULTS, pod_level: bool = True
) -> Amounts:
    """Return what the whole pod requests.

    Containers and sidecars add up; init containers count by their maximum; pod-level requests (unless `pod_level` is
    false) take the place of the sum; overhead comes on top. `missing`: what a container counts as that requests none.
    """
    total = _sum(_container(container, missing) for container in spec.get("containers") or ())
    highest: Amounts = {}
    sidecars: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = _container(container, missing)
        if container.get("restartPolicy") == "Always":
            total = _sum((total, wanted))
            sidecars = _sum((sidecars, wanted))
            _raise(highest, sidecars)
        else:
            _raise(highest, _sum((wanted, sidecars)))
    _raise(total, highest)
    if pod_level:
        total |= pod_level_requests(spec)
    return _sum((total, amounts(spec.get("overhead"))))


def pod_level_requests(spec: Mapping[str, Any]) -> Amounts:
    """Return spec.resources.requests: CPU, memory and huge pages for the pod as a whole."""
    return amounts((spec.get("resources") or {}).get("requests"))


def nonzero_requests(spec: Mapping[str, Any]) -> tuple[int, int]:
    """Return (millicores, bytes) that a pod on a node counts as in scores: containers without a request count as the
    defaults, but not for a resource that the pod as a whole requests."""
    whole = pod_level_requests(spec)
    found = pod_requests(spec, missing={name: amount for name, amount in DEFAULTS.items() if name not in whole})
    return found.get("cpu", 0), found.get("memory", 0)


def _container(container: Mapping[str, Any], missing: Mapping[str, int]) -> Amounts:
    return {**missing, **amounts((container.get("resources") or {}).get("requests"))}


def _sum(parts: Iterable[Mapping[str, int]]) -> Amounts:
    total: Amounts = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, 0) + amount
    return total


def _raise(highest: Amounts, wanted: Mapping[str, int]) -> None:
    """Lift each entry of `highest` to at least that of `wanted`."""
    for name, amount in wanted.items():
        if amount > highest.get(name, -1):
            highest[name] = amount
