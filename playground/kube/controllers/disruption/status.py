"""A budget's status: its numbers, the pods whose deletion is awaited, its condition.

After disruption.go (updatePdbStatus, failSafe, buildDisruptedPodMap) and component-helpers/apps/poddisruptionbudget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.client.pods import is_ready
from playground.kube.clock import seconds_of, stamp_of
from playground.kube.controllers.disruption.expected import Expected
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object

Json = Mapping[str, Any]

DELETION_TIMEOUT: Final = 120.0  # seconds that an evicted pod may take until its deletion begins
ALLOWED: Final = "DisruptionAllowed"


@dataclass(frozen=True, slots=True)
class Disrupted:
    """Pods that were evicted and whose deletion is not seen yet: name -> when. *late* should have been deleted."""

    pods: Json = field(default_factory=dict)
    late: tuple[Map, ...] = ()
    recheck: float | None = None  # when the first of them becomes late


def disrupted(budget: Object, pods: Iterable[Map], now: float) -> Disrupted:
    """Return which evictions that a budget noted are still to come."""
    noted = (budget.get("status") or EMPTY).get("disruptedPods") or EMPTY
    awaited: dict[str, str] = {}
    late: list[Map] = []
    dues: list[float] = []
    for pod in pods if noted else ():
        stamp = noted.get(meta.name(pod))
        if stamp is None or meta.deleting(pod):
            continue
        due = seconds_of(stamp) + DELETION_TIMEOUT
        if due < now:
            late.append(pod)
        else:
            awaited[meta.name(pod)] = stamp
            dues.append(due)
    return Disrupted(awaited, tuple(late), min(dues, default=None))


def healthy(pods: Iterable[Map], awaited: Json, now: float) -> int:
    """Return how many pods are ready and not about to go."""
    return sum(
        is_ready(pod)
        for pod in pods
        if not meta.deleting(pod)
        and not (meta.name(pod) in awaited and seconds_of(awaited[meta.name(pod)]) + DELETION_TIMEOUT > now)
    )


def status_of(budget: Object, wanted: Expected, current: int, awaited: Json, now: float) -> Json:
    """Return a budget's status. Without pods to count on nothing is allowed."""
    allowed = max(0, current - wanted.healthy) if wanted.pods > 0 else 0
    generation = meta.metadata(budget).get("generation", 0)
    reason = "SufficientPods" if allowed else "InsufficientPods"
    return {
        "observedGeneration": generation,
        **({"disruptedPods": dict(awaited)} if awaited else {}),
        "disruptionsAllowed": allowed,
        "currentHealthy": current,
        "desiredHealthy": wanted.healthy,
        "expectedPods": wanted.pods,
        "conditions": _with_condition(budget, generation, reason, "", now),
    }


def is_same(budget: Object, status: Json) -> bool:
    """Tell whether a budget's status says all that *status* says; the condition's generation alone is no news."""
    old = budget.get("status") or EMPTY
    fields = ("observedGeneration", "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    if any(old.get(name, 0) != status[name] for name in fields):
        return False
    if (old.get("disruptedPods") or {}) != status.get("disruptedPods", {}):
        return False
    was, now = (next((item for item in each if item["type"] == ALLOWED), EMPTY) for each in _conditions(old, status))
    return (was.get("status"), was.get("reason")) == (now["status"], now["reason"])


def _conditions(*statuses: Json) -> Iterable[Iterable[Json]]:
    return (status.get("conditions") or () for status in statuses)


def failed(budget: Object, why: str, now: float) -> Json:
    """Return the status of a budget that could not be worked out: nothing may be evicted."""
    old = budget.get("status") or EMPTY
    zeros = dict.fromkeys(("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0)
    conditions = _with_condition(budget, old.get("observedGeneration", 0), "SyncFailed", why, now)
    return {**zeros, **old, "disruptionsAllowed": 0, "conditions": conditions}


def _with_condition(budget: Object, generation: int, reason: str, message: str, now: float) -> list[Json]:
    """Return a budget's conditions with the one about disruptions; its time moves only with its status."""
    conditions = (budget.get("status") or EMPTY).get("conditions") or ()
    before = next((item for item in conditions if item["type"] == ALLOWED), EMPTY)
    status = "True" if reason == "SufficientPods" else "False"
    since = before["lastTransitionTime"] if before.get("status") == status else stamp_of(now)
    fresh = {
        "type": ALLOWED,
        "status": status,
        **({"observedGeneration": generation} if generation else {}),
        "lastTransitionTime": since,
        "reason": reason,
        "message": message,
    }
    if not before:
        return [*conditions, fresh]
    return [fresh if item["type"] == ALLOWED else item for item in conditions]
