"""What kubectl shows of an autoscaler's metrics."""

from __future__ import annotations

from typing import Any

from playground.kube.kubectl.hpa_cells import targets

CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 50}}}
MEMORY = {"type": "Resource", "resource": {"name": "memory", "target": {"averageValue": "100Mi"}}}
HITS = {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"averageValue": "9"}}}
QUEUE = {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"averageValue": "30"}}}


def shown(*metrics: Any, current: Any = None) -> str:
    """The cell of an autoscaler with these metrics."""
    return targets({"spec": {"metrics": list(metrics)}, "status": {"currentMetrics": current}})


def test_what_is_not_known_yet_says_so() -> None:
    assert shown(CPU) == "cpu: <unknown>/50%"
    assert shown(MEMORY, HITS, current=[{"type": ""}]) == "memory: <unknown>/100Mi, <unknown>/9"
    assert shown() == "<none>"


def test_what_is_used_stands_over_what_is_wanted() -> None:
    current = {"type": "Resource", "resource": {"current": {"averageUtilization": 90, "averageValue": "180m"}}}
    assert shown(CPU, current=[current]) == "cpu: 90%/50%"
    assert shown(QUEUE, CPU, HITS, current=[{}, current]) == "<unknown>/30 (avg), cpu: 90%/50% + 1 more..."
