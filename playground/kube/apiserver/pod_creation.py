"""What a new pod gets before it is validated: quality of service, label keys merged into selectors, a condition.

Source: pkg/registry/core/pod/strategy.go, pkg/apis/core/helper/qos/qos.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playground.kube.apiserver.pod_usage import amount
from playground.kube.quantity import Quantity

_QOS_RESOURCES = ("cpu", "memory")
_ZERO = Quantity(0)
GATED = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}


def prepare(pod: dict[str, Any]) -> None:
    """Set the status of a new pod and merge matchLabelKeys, in place."""
    pod["status"] = {"phase": "Pending", "qosClass": qos_class(pod["spec"])}
    if pod["spec"].get("schedulingGates"):
        pod["status"]["conditions"] = [dict(GATED)]
    labels = pod["metadata"].get("labels") or {}
    for term in _pod_affinity_terms(pod["spec"].get("affinity") or {}):
        merge_label_keys(term, labels)
    for constraint in pod["spec"].get("topologySpreadConstraints") or ():
        merge_label_keys(constraint, labels)


def merge_label_keys(term: dict[str, Any], labels: Mapping[str, str]) -> None:
    """Turn matchLabelKeys and mismatchLabelKeys into requirements of the term's selector, in place.

    A key the pod has no label for is passed over; without a selector nothing happens.
    """
    selector = term.get("labelSelector")
    if selector is None:
        return
    for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")):
        for key in term.get(field) or ():
            if key in labels:
                requirement = {"key": key, "operator": operator, "values": [labels[key]]}
                selector.setdefault("matchExpressions", []).append(requirement)


def _pod_affinity_terms(affinity: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("podAffinity", "podAntiAffinity"):
        part = affinity.get(name) or {}
        for weighted in part.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield weighted["podAffinityTerm"]
        yield from part.get("requiredDuringSchedulingIgnoredDuringExecution") or ()


def qos_class(spec: Mapping[str, Any]) -> str:
    """Return Guaranteed, Burstable or BestEffort, from what the pod as a whole or its containers ask for."""
    whole = spec.get("resources")
    parts = [whole] if whole else [item.get("resources") or {} for item in _containers(spec)]
    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}
    guaranteed = True
    for resources in parts:
        _add(requests, resources.get("requests") or {})
        guaranteed &= _add(limits, resources.get("limits") or {}) == len(_QOS_RESOURCES)
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and requests == limits else "Burstable"


def _containers(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]


def _add(sums: dict[str, Quantity], amounts: Mapping[str, str]) -> int:
    """Add CPU and memory to the sums; return how many of the two are there and more than nothing."""
    found = 0
    for name in _QOS_RESOURCES:
        asked = amount(amounts[name]) if name in amounts else _ZERO
        if asked > _ZERO:
            sums[name] = sums.get(name, _ZERO) + asked
            found += 1
    return found
