"""What a pod's containers ask for together, as the scheduler counts it: init containers run one after another.

Source: AggregateContainerRequests and AggregateContainerLimits in k8s.io/component-helpers/resource/helpers.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube import quantity
from playground.kube.quantity import Quantity

Amounts = dict[str, Quantity]


def aggregate(spec: Mapping[str, Any], what: str) -> Amounts:
    """Sum "requests" or "limits" over the containers; sidecars count throughout, other init containers by maximum."""
    total: Amounts = {}
    for container in spec.get("containers") or []:
        _add(total, _amounts(container, what))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or []:
        own = _amounts(container, what)
        if container.get("restartPolicy") == "Always":
            _add(total, own)
            _add(sidecars, own)
            own = dict(sidecars)
        else:
            _add(own, sidecars)
        _raise(peak, own)
    _raise(total, peak)
    return total


def _amounts(container: Mapping[str, Any], what: str) -> Amounts:
    listed = (container.get("resources") or {}).get(what) or {}
    return {name: quantity.parse(value) for name, value in listed.items()}


def _add(total: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = total[name] + amount if name in total else amount


def _raise(total: Amounts, other: Amounts) -> None:
    for name, amount in other.items():
        if name not in total or amount > total[name]:
            total[name] = amount
