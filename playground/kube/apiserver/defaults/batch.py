"""Defaults of batch/v1: Job and CronJob. Source: pkg/apis/batch/v1/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.pod_template import default_pod_template
from playground.kube.apiserver.defaults.unset import Fields, child, fill, fill_empty, items

MAX_INT32 = 2**31 - 1
BACKOFF_LIMIT = 6


def default_job(obj: Fields) -> None:
    """One pod at a time, one in all, six retries."""
    spec = child(obj, "spec")
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    per_index = spec.get("backoffLimitPerIndex") is not None
    fill(
        spec,
        parallelism=1,
        backoffLimit=MAX_INT32 if per_index else BACKOFF_LIMIT,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy="Failed" if spec.get("podFailurePolicy") is not None else "TerminatingOrFailed",
        manualSelector=False,
    )
    _default_failure_policy(spec)
    default_pod_template(spec)
    _borrow_labels(obj)


def _borrow_labels(obj: Fields) -> None:
    """A Job without labels takes its template's: in Go the very same map, so generated labels will show in both."""
    labels = child(obj, "spec", "template", "metadata").get("labels")
    metadata = child(obj, "metadata")
    if labels and not metadata.get("labels"):
        metadata["labels"] = labels


def default_cron_job(obj: Fields) -> None:
    """Runs may overlap; three successes and one failure are kept. The Job's own defaults wait until it is made."""
    spec = child(obj, "spec")
    fill_empty(spec, concurrencyPolicy="Allow")
    fill(spec, suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    template = child(spec, "jobTemplate")
    child(template, "metadata")
    job = child(template, "spec")
    _default_failure_policy(job)
    default_pod_template(job)


def _default_failure_policy(spec: Fields) -> None:
    for rule in items(spec.get("podFailurePolicy") or {}, "rules"):
        for pattern in items(rule, "onPodConditions"):
            fill_empty(pattern, status="True")
