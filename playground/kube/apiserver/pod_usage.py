"""What a pod asks for in all: its containers, its init containers and sidecars, its own resources, its overhead.

Source: k8s.io/component-helpers/resource/helpers.go (PodRequests, PodLimits).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from playground.kube import quantity
from playground.kube.quantity import Quantity

Amounts = dict[str, Quantity]
amount = lru_cache(maxsize=4096)(quantity.parse)  # the same few texts come again and again
Side = Literal["requests", "limits"]
_POD_LEVEL = ("cpu", "memory")


def amounts(resources: Mapping[str, str] | None) -> Amounts:
    """Return a ResourceList as numbers."""
    return {name: amount(text) for name, text in (resources or {}).items()}


def containers_total(spec: Mapping[str, Any], side: Side) -> Amounts:
    """Return what the containers need at the worst moment: start-up with its sidecars, or all running."""
    running: Amounts = {}
    for container in spec.get("containers") or ():
        _add(running, _of(container, side))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.get("initContainers") or ():
        mine = _of(container, side)
        if container.get("restartPolicy") == "Always":
            _add(running, mine)
            _add(sidecars, mine)
            mine = dict(sidecars)
        else:
            _add(mine, sidecars)
        _raise(starting, mine)
    _raise(running, starting)
    return running


def pod_total(spec: Mapping[str, Any], side: Side) -> Amounts:
    """Return what the pod is charged with: pod-level resources go before the containers', overhead comes on top."""
    total = containers_total(spec, side)
    for name, asked in _of(spec, side).items():
        if name in _POD_LEVEL or name.startswith("hugepages-"):
            total[name] = asked
    for name, extra in amounts(spec.get("overhead")).items():
        if side == "requests" or name in total:
            total[name] = total[name] + extra if name in total else extra
    return total


def _of(part: Mapping[str, Any], side: Side) -> Amounts:
    return amounts((part.get("resources") or {}).get(side))


def _add(total: Amounts, more: Amounts) -> None:
    for name, extra in more.items():
        total[name] = total[name] + extra if name in total else extra


def _raise(total: Amounts, least: Amounts) -> None:
    for name, bound in least.items():
        if name not in total or total[name] < bound:
            total[name] = bound
