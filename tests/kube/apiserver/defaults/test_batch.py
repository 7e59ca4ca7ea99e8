"""What the API server fills in in Jobs and CronJobs."""

from typing import Any

import pytest

from playground.kube.apiserver.defaults.batch import default_cron_job, default_job


def job(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "c", "image": "busybox:1"}], "restartPolicy": "Never"}
    return {"metadata": {"name": "once"}, "spec": {**spec, "template": {"spec": pod}}}


def filled(**spec: Any) -> dict[str, Any]:
    obj = job(**spec)
    default_job(obj)
    return {key: value for key, value in obj["spec"].items() if key != "template"}


def test_a_job_runs_one_pod() -> None:
    assert filled() == {
        "completions": 1,
        "parallelism": 1,
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "manualSelector": False,
    }


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"parallelism": 3}, "completions", None),
        ({"backoffLimitPerIndex": 1}, "backoffLimit", 2**31 - 1),
        ({"podFailurePolicy": {"rules": []}}, "podReplacementPolicy", "Failed"),
    ],
)
def test_one_choice_leads_to_another(given: dict[str, Any], name: str, value: object) -> None:
    assert filled(**given).get(name) == value


def test_a_pattern_is_about_what_is_true() -> None:
    rules = [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]
    policy = filled(podFailurePolicy={"rules": rules})["podFailurePolicy"]
    assert policy["rules"][0]["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]


def test_a_job_without_labels_has_its_templates() -> None:
    obj = job()
    obj["spec"]["template"]["metadata"] = {"labels": {"app": "once"}}
    default_job(obj)
    assert obj["metadata"]["labels"] is obj["spec"]["template"]["metadata"]["labels"]


def test_a_cron_jobs_runs_may_overlap() -> None:
    obj: dict[str, Any] = {"spec": {"schedule": "@hourly", "jobTemplate": {"spec": job()["spec"]}}}
    default_cron_job(obj)
    assert {key: value for key, value in obj["spec"].items() if key != "jobTemplate"} == {
        "schedule": "@hourly",
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    }
    assert obj["spec"]["jobTemplate"]["spec"]["template"]["spec"]["schedulerName"] == "default-scheduler"
    assert "completions" not in obj["spec"]["jobTemplate"]["spec"]
