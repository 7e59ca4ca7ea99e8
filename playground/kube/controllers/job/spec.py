"""What a Job asks for, read once for each sync. After job_controller.go (the small questions asked of a Job)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.kube.client.pods import condition
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object

Json = Mapping[str, Any]

CONTROLLER_NAME = "kubernetes.io/job-controller"  # what spec.managedBy says of Jobs that are ours


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A Job's spec. *failure_rules* and *success_rules* are None where there is no such policy."""

    parallelism: int
    completions: int | None
    indexed: bool
    suspended: bool
    backoff_limit: int
    backoff_limit_per_index: int | None
    max_failed_indexes: int | None
    deadline: int | None
    failure_rules: Sequence[Json] | None
    success_rules: Sequence[Json] | None
    replaces_only_failed: bool  # a pod on its way out is not replaced before it has ended
    deleting: bool

    @property
    def size(self) -> int:
        """The number of indexes of an Indexed Job."""
        return self.completions or 0


def read(job: Object) -> JobSpec:
    """Return what a Job asks for."""
    spec = job["spec"]
    failure, success = spec.get("podFailurePolicy"), spec.get("successPolicy")
    return JobSpec(
        parallelism=spec.get("parallelism", 1),
        completions=spec.get("completions"),
        indexed=spec.get("completionMode") == "Indexed",
        suspended=bool(spec.get("suspend")),
        backoff_limit=spec.get("backoffLimit", 6),
        backoff_limit_per_index=spec.get("backoffLimitPerIndex"),
        max_failed_indexes=spec.get("maxFailedIndexes"),
        deadline=spec.get("activeDeadlineSeconds"),
        failure_rules=None if failure is None else failure.get("rules") or (),
        success_rules=None if success is None else success.get("rules") or (),
        replaces_only_failed=spec.get("podReplacementPolicy") == "Failed" or failure is not None,
        deleting=meta.deleting(job),
    )


def is_foreign(job: Object) -> bool:
    """Tell whether another controller looks after a Job."""
    return (job["spec"].get("managedBy") or CONTROLLER_NAME) != CONTROLLER_NAME


def is_finished(job: Object) -> bool:
    """Tell whether a Job is Complete or Failed."""
    found = (condition(job, kind) for kind in ("Complete", "Failed"))
    return any(item is not None and item["status"] == "True" for item in found)
