"""An autoscaler's status and its conditions. After horizontal.go (setStatus, setConditionInList)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube.clock import stamp_of
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]


@dataclass(slots=True)
class Status:
    """The fields of a HorizontalPodAutoscalerStatus while an evaluation works on them."""

    now: float
    conditions: list[Json] = field(default_factory=list)
    scaled_at: str | None = None
    current: int = 0
    desired: int = 0
    metrics: list[Json] | None = None

    def set(self, kind: str, reason: str, message: str, *, is_true: bool) -> None:
        """Set a condition; its time moves only with its status."""
        status = "True" if is_true else "False"
        place = next((place for place, item in enumerate(self.conditions) if item["type"] == kind), None)
        before = EMPTY if place is None else self.conditions[place]
        since = before["lastTransitionTime"] if before.get("status") == status else stamp_of(self.now)
        fresh = {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
        if place is None:
            self.conditions.append(fresh)
        else:
            self.conditions[place] = fresh

    def json(self) -> Json:
        """Return it as the API has it."""
        return {
            **({"lastScaleTime": self.scaled_at} if self.scaled_at else {}),
            **({"currentReplicas": self.current} if self.current else {}),
            "desiredReplicas": self.desired,
            "currentMetrics": self.metrics,
            "conditions": self.conditions,
        }


def read(autoscaler: Object, now: float) -> Status:
    """Return an autoscaler's status as it stands."""
    status = autoscaler.get("status") or EMPTY
    return Status(
        now=now,
        conditions=list(status.get("conditions") or ()),
        scaled_at=status.get("lastScaleTime"),
        current=status.get("currentReplicas", 0),
        desired=status.get("desiredReplicas", 0),
        metrics=status.get("currentMetrics"),
    )
