"""A Job's status while a sync works on it, and its conditions. After job_controller.go (newCondition and its users)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.clock import seconds_of, stamp_of
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]
Uids = list[str]

# What is written even when it is zero; everything else is left out then.
_POINTERS: Final = frozenset({"terminating", "failedIndexes", "ready", "uncountedTerminatedPods"})


def condition(kind: str, reason: str, message: str, now: float, status: str = "True") -> Json:
    """Return a condition that came up now."""
    stamp = stamp_of(now)
    times = {"lastProbeTime": stamp, "lastTransitionTime": stamp}
    return {"type": kind, "status": status, **times, "reason": reason, "message": message}


@dataclass(slots=True)
class Status:
    """The fields of a JobStatus. *started* is kept as a number, since the deadline counts from it."""

    conditions: list[Json] = field(default_factory=list)
    started: float | None = None
    completed: str = ""
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    terminating: int | None = None
    completed_indexes: str = ""
    failed_indexes: str | None = None
    uncounted_succeeded: Uids = field(default_factory=list)
    uncounted_failed: Uids = field(default_factory=list)
    ready: int | None = None

    def find(self, kind: str) -> Json | None:
        """Return a condition that is True."""
        return next((item for item in self.conditions if item["type"] == kind and item["status"] == "True"), None)

    def ensure(self, fresh: Json) -> bool:
        """Bring a condition to a status, reason and message; answer whether that changed it.

        One that is not there is not added only to say False.
        """
        told = ("status", "reason", "message")
        for place, item in enumerate(self.conditions):
            if item["type"] == fresh["type"]:
                if [item.get(key) for key in told] == [fresh[key] for key in told]:
                    return False
                self.conditions[place] = fresh
                return True
        if fresh["status"] == "False":
            return False
        self.conditions.append(fresh)
        return True

    def count_untracked(self, tracked: Iterable[str]) -> bool:
        """Count the uncounted pods that have lost their finalizer; answer whether there were any."""
        left = frozenset(tracked)
        before = len(self.uncounted_succeeded), len(self.uncounted_failed)
        self.uncounted_succeeded = [uid for uid in self.uncounted_succeeded if uid in left]
        self.uncounted_failed = [uid for uid in self.uncounted_failed if uid in left]
        succeeded, failed = before[0] - len(self.uncounted_succeeded), before[1] - len(self.uncounted_failed)
        self.succeeded += succeeded
        self.failed += failed
        return bool(succeeded or failed)

    def json(self) -> Json:
        """Return it as the API has it."""
        uncounted = {"succeeded": self.uncounted_succeeded, "failed": self.uncounted_failed}
        fields: dict[str, Any] = {
            "conditions": self.conditions,
            "startTime": None if self.started is None else stamp_of(self.started),
            "completionTime": self.completed,
            "active": self.active,
            "succeeded": self.succeeded,
            "failed": self.failed,
            "terminating": self.terminating,
            "completedIndexes": self.completed_indexes,
            "failedIndexes": self.failed_indexes,
            "uncountedTerminatedPods": {key: uids for key, uids in uncounted.items() if uids},
            "ready": self.ready,
        }
        return {key: value for key, value in fields.items() if value or (key in _POINTERS and value is not None)}


def read(job: Object) -> Status:
    """Return a Job's status as it stands."""
    status = job.get("status") or EMPTY
    started = status.get("startTime")
    uncounted = status.get("uncountedTerminatedPods") or EMPTY
    return Status(
        conditions=list(status.get("conditions") or ()),
        started=seconds_of(started) if started else None,
        completed=status.get("completionTime") or "",
        active=status.get("active", 0),
        succeeded=status.get("succeeded", 0),
        failed=status.get("failed", 0),
        terminating=status.get("terminating"),
        completed_indexes=status.get("completedIndexes") or "",
        failed_indexes=status.get("failedIndexes"),
        uncounted_succeeded=list(uncounted.get("succeeded") or ()),
        uncounted_failed=list(uncounted.get("failed") or ()),
        ready=status.get("ready"),
    )
