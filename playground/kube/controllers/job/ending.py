"""Whether a Job is over, and why. After syncJob, job_controller.go: the order in which reasons are looked for.

What was decided before holds; then reasons to fail; then the success policy. Completions are looked at later, when
pods have been made and deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.client.pods import phase
from playground.kube.controllers.job import indexes, policies
from playground.kube.controllers.job.pods import is_failed, restarts
from playground.kube.controllers.job.status import condition
from playground.kube.controllers.job.work import Work

Json = Mapping[str, Any]

FAILURE = "FailureTarget"
SUCCESS = "SuccessCriteriaMet"


def decide(work: Work) -> Json | None:
    """Return the condition that ends the Job, None while it goes on."""
    decided = work.status.find(SUCCESS)
    if decided is not None:
        return decided
    target = work.status.find(FAILURE)
    if target is not None:
        return condition("Failed", target["reason"], target["message"], work.now)
    failure = _policy(work) or _limits(work) or _indexes(work)
    if failure is not None:
        return condition(FAILURE, *failure, work.now)
    if work.spec.indexed:
        met = policies.success(work.spec.success_rules, work.spec.size, work.done)
        if met:
            return condition(SUCCESS, "SuccessPolicy", met, work.now)
    return None


def completed(work: Work) -> Json | None:
    """Return the condition of a Job that has all its completions and no pods left, None for others.

    Without a number of completions one success is enough.
    """
    enough = work.succeeded > 0 if work.spec.completions is None else work.succeeded >= work.spec.completions
    if not enough or work.active:
        return None
    return condition(SUCCESS, "CompletionsReached", "Reached expected number of succeeded pods", work.now)


def _policy(work: Work) -> tuple[str, str] | None:
    if work.spec.failure_rules is None:
        return None
    for pod in work.pods:
        if is_failed(pod, work.spec):
            message = policies.judge(work.spec.failure_rules, pod).message
            if message:
                return "PodFailurePolicy", message
    return None


def _limits(work: Work) -> tuple[str, str] | None:
    if work.failed > work.spec.backoff_limit or _has_restarted_too_often(work):
        return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    at = deadline(work)
    if at is not None and work.now >= at:
        return "DeadlineExceeded", "Job was active longer than specified deadline"
    return None


def deadline(work: Work) -> float | None:
    """Return when the Job's time is up, None when nothing limits it."""
    if work.spec.deadline is None or work.status.started is None or work.spec.suspended:
        return None
    return work.status.started + work.spec.deadline


def _has_restarted_too_often(work: Work) -> bool:
    """Tell whether containers were started again in place more often than the limit allows."""
    if work.job["spec"]["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    count = sum(restarts(pod) for pod in work.pods if phase(pod) in {"Running", "Pending"})
    return count >= max(work.spec.backoff_limit, 1)


def _indexes(work: Work) -> tuple[str, str] | None:
    if work.broken is None:
        return None
    failed = indexes.total(work.broken)
    if work.spec.max_failed_indexes is not None and failed > work.spec.max_failed_indexes:
        return "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
    if failed and failed + indexes.total(work.done) >= work.spec.size:
        return "FailedIndexes", "Job has failed indexes"
    return None
