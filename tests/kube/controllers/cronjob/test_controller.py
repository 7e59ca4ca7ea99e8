"""The CronJob controller in a cluster without a Job controller: the tests say what becomes of Jobs."""

from typing import Any

import pytest

from playground.kube.cluster import Cluster
from playground.kube.controllers.cronjob.controller import CronJobController
from playground.kube.objects.frozen import Map
from playground.kube.store import By
from tests.kube.clusters import again, events, running
from tests.kube.controllers.sets import cronjob, status

MINUTE = 60
FIRST = 1_767_225_600 // MINUTE  # 2026-01-01T00:00:00Z in minutes
FORBIDDEN = "JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid"


def started(schedule: str = "* * * * *", **spec: Any) -> Cluster:
    """A cluster with a CronJob, made ten seconds after midnight."""
    cluster = running(CronJobController, nodes=0)
    cluster.advance(10)
    cluster.apply(cronjob(schedule, **spec))
    return cluster


def jobs(cluster: Cluster) -> list[str]:
    return [job["metadata"]["name"] for job in cluster.list("jobs")]


def active(cluster: Cluster) -> list[str]:
    return [item["name"] for item in status(cluster, "cronjob", "cj").get("active", ())]


def end(cluster: Cluster, name: str, condition: str = "Complete") -> None:
    """Let a Job end now."""
    now = cluster.clock.stamp()
    conditions = [{"type": condition, "status": "True", "lastTransitionTime": now}]
    told: dict[str, Any] = {"startTime": now, "conditions": conditions}
    if condition == "Complete":
        told["completionTime"] = now
    cluster.api.set_status("jobs.batch", "default", name, told, by=By("job-controller"))
    cluster.advance(0)


def name(minutes: int) -> str:
    return f"cj-{FIRST + minutes}"


def test_a_job_is_made_when_its_minute_comes() -> None:
    cluster = started()
    cluster.advance(49)
    assert jobs(cluster) == []
    cluster.advance(2)
    assert jobs(cluster) == [name(1)]
    made: Map = cluster.list("jobs")[0]
    assert made["metadata"]["annotations"] == {
        "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:01:00Z"
    }
    assert made["metadata"]["ownerReferences"][0]["name"] == "cj"
    assert active(cluster) == [name(1)]
    assert status(cluster, "cronjob", "cj")["lastScheduleTime"] == "2026-01-01T00:01:00Z"
    assert events(cluster, "cj") == [f"SuccessfulCreate: Created job {name(1)}"]


def test_nothing_happens_between_the_times() -> None:
    cluster = started("0 0 * * *")
    cluster.advance(0)
    assert cluster._loop.next_at() == 1_767_225_600 + 86_400 + 0.1


def test_a_finished_job_leaves_the_list() -> None:
    cluster = started()
    cluster.advance(51)
    end(cluster, name(1))
    assert active(cluster) == []
    assert status(cluster, "cronjob", "cj")["lastSuccessfulTime"] == "2026-01-01T00:01:01Z"
    assert f"SawCompletedJob: Saw completed job: {name(1)}, condition: Complete" in events(cluster, "cj")


@pytest.mark.parametrize(
    ("policy", "left"), [("Allow", [name(1), name(2)]), ("Forbid", [name(1)]), ("Replace", [name(2)])]
)
def test_a_job_that_still_runs(policy: str, left: list[str]) -> None:
    cluster = started(concurrencyPolicy=policy)
    cluster.advance(111)
    assert jobs(cluster) == left
    assert active(cluster) == left
    assert (FORBIDDEN in events(cluster, "cj")) == (policy == "Forbid")


def test_with_forbid_the_missed_job_starts_when_the_other_ends() -> None:
    cluster = started(concurrencyPolicy="Forbid")
    cluster.advance(120)
    end(cluster, name(1))
    assert jobs(cluster) == [name(1), name(2)]


def test_old_jobs_are_removed() -> None:
    cluster = started(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0)
    for minute, condition in enumerate(("Complete", "Complete", "Failed", "Complete"), start=1):
        cluster.advance(minute * 60 + 1 - (cluster.clock.now - FIRST * 60))
        end(cluster, name(minute), condition)
    assert jobs(cluster) == [name(4)]
    assert f"SuccessfulDelete: Deleted job {name(1)}" in events(cluster, "cj")


def test_a_suspended_one_starts_nothing_and_then_only_the_last_missed() -> None:
    cluster = started(suspend=True)
    cluster.advance(300)
    assert jobs(cluster) == []
    cluster.patch("cronjob", "cj", {"spec": {"suspend": False}})
    cluster.advance(0)
    assert jobs(cluster) == [name(5)]


def test_what_is_too_late_is_left_out() -> None:
    cluster = started("0 * * * *", suspend=True, startingDeadlineSeconds=100)
    cluster.advance(3600 + 200)
    cluster.patch("cronjob", "cj", {"spec": {"suspend": False}})
    cluster.advance(0)
    assert jobs(cluster) == []
    cluster.advance(3600)
    assert jobs(cluster) == [name(120)]


def test_many_missed_times_are_told() -> None:
    cluster = started(suspend=True)
    cluster.advance(200 * MINUTE)
    cluster.patch("cronjob", "cj", {"spec": {"suspend": False}})
    cluster.advance(0)
    assert jobs(cluster) == [name(200)]
    assert any(told.startswith("TooManyMissedTimes: too many missed start times") for told in events(cluster, "cj"))


def test_a_time_zone_moves_the_time() -> None:
    cluster = started("0 12 * * *", timeZone="Europe/Berlin")
    cluster.advance(11 * 3600)
    assert jobs(cluster) == [name(11 * 60)]
    annotations = cluster.list("jobs")[0]["metadata"]["annotations"]
    assert annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-01-01T12:00:00+01:00"


def test_a_new_schedule_holds_from_then_on() -> None:
    cluster = started("0 0 * * *")
    cluster.patch("cronjob", "cj", {"spec": {"schedule": "*/2 * * * *"}})
    cluster.advance(120)
    assert jobs(cluster) == [name(2)]


def test_a_schedule_that_never_comes_is_told() -> None:
    cluster = started("0 0 31 2 *")
    cluster.advance(100)
    why = "time difference between two schedules is less than 1 second"
    assert events(cluster, "cj") == [f"InvalidSchedule: invalid schedule: 0 0 31 2 * : {why}"]


def test_a_job_that_went_missing_is_forgotten() -> None:
    cluster = started("0 0 * * *", suspend=True)
    job = {"kind": "Job", "apiVersion": "batch/v1", "namespace": "default", "name": "gone", "uid": "u"}
    cluster.api.set_status("cronjobs.batch", "default", "cj", {"active": [job]}, by=By("test"))
    cluster.advance(0)
    assert active(cluster) == []
    assert events(cluster, "cj") == ["MissingJob: Active job went missing: gone"]


def test_a_job_by_hand_is_told_but_not_listed() -> None:
    cluster = started("0 0 * * *")
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "cj", "controller": True}
    owner["uid"] = cluster.get("cronjob", "cj")["metadata"]["uid"]
    made = cronjob()["spec"]["jobTemplate"]
    metadata = {"name": "manual", "ownerReferences": [owner]}
    cluster.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, **made})
    cluster.advance(0)
    assert events(cluster, "cj") == ["UnexpectedJob: Saw a job that the controller did not create or forgot: manual"]
    assert active(cluster) == []
    end(cluster, "manual")
    assert "lastSuccessfulTime" in status(cluster, "cronjob", "cj")


def test_a_refusal_is_told_and_tried_again() -> None:
    cluster = started()
    limit = {"hard": {"count/jobs.batch": "0"}}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": limit})
    cluster.advance(51)
    assert any(told.startswith("FailedCreate: Error creating job: jobs") for told in events(cluster, "cj"))
    cluster.delete("quota", "q")
    cluster.advance(5)
    assert jobs(cluster) == [name(1)]


def test_a_restored_cluster_goes_on_alike() -> None:
    cluster = started(concurrencyPolicy="Replace")
    cluster.advance(90)
    other = again(cluster)
    for each in (cluster, other):
        each.advance(200)
    assert jobs(cluster) == jobs(other)
    assert cluster.get("cronjob", "cj") == other.get("cronjob", "cj")
