"""Jobs in a cluster with the recorder's kubelet: a pod runs a second after it was bound."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.cluster import Cluster
from playground.kube.controllers.job import JobController
from playground.kube.controllers.job.pods import FAILURES, FINALIZER, INDEX
from playground.kube.objects import meta
from tests.kube.clusters import again, events, pods, running, written
from tests.kube.controllers.job.jobs import conditions, job, status


def done(*objects: Any, seconds: float = 120.0) -> Cluster:
    """A cluster some time after Jobs were made."""
    cluster = running(JobController)
    cluster.apply(list(objects))
    cluster.advance(seconds)
    return cluster


def test_completions_are_reached_with_no_more_pods_at_a_time_than_wanted() -> None:
    cluster = done(job(completions=5, parallelism=2))
    found = status(cluster)
    assert (found["succeeded"], found["ready"], found["uncountedTerminatedPods"]) == (5, 0, {})
    assert conditions(cluster) == [("SuccessCriteriaMet", "CompletionsReached"), ("Complete", "CompletionsReached")]
    assert max(obj["status"].get("active", 0) for _, obj in written(cluster, "jobs.batch")) == 2
    assert len(pods(cluster)) == 5
    assert all(FINALIZER not in pod["metadata"].get("finalizers", ()) for pod in pods(cluster))
    assert events(cluster, "job")[-1] == "Completed: Job completed"


def test_nothing_to_do_is_complete_at_once() -> None:
    cluster = done(job(completions=0), seconds=0)
    assert [kind for kind, _ in conditions(cluster)] == ["SuccessCriteriaMet", "Complete"]
    assert "completionTime" in status(cluster)


def test_one_success_is_enough_without_a_number_of_completions() -> None:
    cluster = done(job(parallelism=3, fake={"finish": "succeed:2"}))
    assert (status(cluster)["succeeded"], len(pods(cluster))) == (3, 3)


def test_failed_pods_are_replaced_after_ten_seconds_then_twenty() -> None:
    cluster = done(job(backoffLimit=4, fake={"finish": "succeed:1", "fail_first": "2"}))
    made = [meta.metadata(obj)["creationTimestamp"][-3:-1] for kind, obj in written(cluster, "pods") if kind == "ADDED"]
    assert made == ["00", "12", "34"]
    assert (status(cluster)["failed"], status(cluster)["succeeded"]) == (2, 1)


def test_too_many_failures_fail_the_job_and_its_other_pods() -> None:
    fake = {"finish": "succeed:1", "fail_indexes": "1", "slow_indexes": "0,2"}
    cluster = done(job(completions=3, parallelism=3, completionMode="Indexed", backoffLimit=0, fake=fake))
    assert conditions(cluster) == [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]
    assert (status(cluster)["failed"], status(cluster)["terminating"]) == (3, 0)
    assert "BackoffLimitExceeded: Job has reached the specified backoff limit" in events(cluster, "job")
    assert len(pods(cluster)) == 1


def test_restarts_in_place_count_towards_the_limit() -> None:
    cluster = done(job(policy="OnFailure", backoffLimit=2, fake={"finish": "fail:1"}))
    assert conditions(cluster)[-1] == ("Failed", "BackoffLimitExceeded")


def test_a_job_that_takes_too_long_fails() -> None:
    cluster = done(job(activeDeadlineSeconds=3, fake={"finish": "never:1"}), seconds=3)
    assert conditions(cluster) == [("FailureTarget", "DeadlineExceeded")]
    cluster.advance(5)
    assert conditions(cluster)[-1] == ("Failed", "DeadlineExceeded")
    assert pods(cluster) == []


def test_a_deadline_that_is_set_later_holds_too() -> None:
    cluster = done(job(fake={"finish": "never:1"}), seconds=10)
    cluster.patch("job", "job", {"spec": {"activeDeadlineSeconds": 20}})
    cluster.advance(9.5)
    assert conditions(cluster) == []
    cluster.advance(1)
    assert conditions(cluster) == [("FailureTarget", "DeadlineExceeded")]


def test_an_indexed_job_makes_each_index_once() -> None:
    cluster = done(job(completions=3, parallelism=2, completionMode="Indexed"))
    assert status(cluster)["completedIndexes"] == "0-2"
    found = {pod["metadata"]["annotations"][INDEX]: pod for pod in pods(cluster)}
    assert sorted(found) == ["0", "1", "2"]
    one = found["1"]
    assert one["spec"]["hostname"] == "job-1"
    assert one["metadata"]["name"].startswith("job-1-")
    assert one["metadata"]["labels"][INDEX] == "1"
    (variable,) = one["spec"]["containers"][0]["env"]
    assert variable["name"] == "JOB_COMPLETION_INDEX"
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == f"metadata.labels['{INDEX}']"


def test_an_index_may_fail_while_the_others_go_on() -> None:
    fake = {"finish": "succeed:1", "fail_indexes": "1"}
    shape: Any = {"completions": 3, "parallelism": 3, "completionMode": "Indexed"}
    cluster = done(job(backoffLimitPerIndex=1, fake=fake, **shape))
    found = status(cluster)
    assert (found["completedIndexes"], found["failedIndexes"], found["failed"]) == ("0,2", "1", 2)
    assert conditions(cluster)[-1] == ("Failed", "FailedIndexes")
    counts = [pod["metadata"]["annotations"][FAILURES] for pod in pods(cluster) if "job-1-" in meta.name(pod)]
    assert sorted(counts) == ["0", "1"]


def test_too_many_failed_indexes_end_the_job() -> None:
    fake = {"finish": "succeed:1", "fail_indexes": "0,1"}
    shape: Any = {"completions": 4, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 0}
    cluster = done(job(maxFailedIndexes=1, fake=fake, **shape))
    assert conditions(cluster)[-1] == ("Failed", "MaxFailedIndexesExceeded")
    assert status(cluster)["failedIndexes"] == "0,1"


def test_a_success_policy_ends_the_job_early() -> None:
    fake = {"finish": "succeed:1", "slow_indexes": "2,3"}
    shape: Any = {"completions": 4, "parallelism": 4, "completionMode": "Indexed"}
    cluster = done(job(successPolicy={"rules": [{"succeededCount": 2}]}, fake=fake, **shape))
    assert conditions(cluster) == [("SuccessCriteriaMet", "SuccessPolicy"), ("Complete", "SuccessPolicy")]
    assert (status(cluster)["completedIndexes"], len(pods(cluster))) == ("0,1", 2)


@pytest.mark.parametrize(
    ("action", "reason", "failed"),
    [("FailJob", "PodFailurePolicy", 1), ("Count", "BackoffLimitExceeded", 1), ("Ignore", "CompletionsReached", 0)],
)
def test_a_failure_policy_decides_what_an_exit_code_means(action: str, reason: str, failed: int) -> None:
    rule = {"action": action, "onExitCodes": {"operator": "In", "values": [42]}}
    fake = {"finish": "succeed:1:42", "fail_first": "1"}
    cluster = done(job(backoffLimit=0, podFailurePolicy={"rules": [rule]}, fake=fake))
    assert conditions(cluster)[-1][1] == reason
    assert status(cluster).get("failed", 0) == failed


def test_suspension_takes_the_pods_away_and_resuming_starts_the_time_anew() -> None:
    cluster = done(job(completions=2, parallelism=2, suspend=True, fake={"finish": "succeed:5"}), seconds=5)
    assert (conditions(cluster), pods(cluster)) == ([("Suspended", "JobSuspended")], [])
    assert "startTime" not in status(cluster)
    cluster.patch("job", "job", {"spec": {"suspend": False}})
    cluster.advance(2)
    assert status(cluster)["startTime"] == "2026-01-01T00:00:05Z"
    cluster.patch("job", "job", {"spec": {"suspend": True}})
    cluster.advance(10)
    assert (pods(cluster), status(cluster).get("failed", 0)) == ([], 0)
    cluster.patch("job", "job", {"spec": {"suspend": False}})
    cluster.advance(60)
    assert (status(cluster)["succeeded"], conditions(cluster)[-1][0]) == (2, "Complete")
    told = events(cluster, "job")
    assert {"Suspended: Job suspended", "Resumed: Job resumed"} <= set(told)


def test_fewer_at_a_time_takes_pods_away_without_counting_them() -> None:
    cluster = done(job(completions=9, parallelism=3, fake={"finish": "never:1"}), seconds=5)
    cluster.patch("job", "job", {"spec": {"parallelism": 1}})
    cluster.advance(10)
    assert (status(cluster)["active"], status(cluster).get("failed", 0), len(pods(cluster))) == (1, 0, 1)


def test_a_pod_that_a_person_deletes_counts_as_failed() -> None:
    cluster = done(job(fake={"finish": "succeed:4"}), seconds=2)
    (pod,) = pods(cluster)
    cluster.delete("pod", meta.name(pod))
    cluster.advance(60)
    assert (status(cluster)["failed"], status(cluster)["succeeded"]) == (1, 1)


def test_only_failed_pods_are_replaced_where_that_is_asked_for() -> None:
    cluster = done(job(podReplacementPolicy="Failed", fake={"finish": "succeed:9", "term": "20"}), seconds=2)
    (pod,) = pods(cluster)
    cluster.delete("pod", meta.name(pod))
    cluster.advance(19)
    assert [meta.name(each) for each in pods(cluster)] == [meta.name(pod)]
    cluster.advance(60)
    assert status(cluster)["succeeded"] == 1


def test_a_job_of_another_controller_is_left_alone() -> None:
    cluster = done(job(managedBy="example.com/other"))
    assert (status(cluster), pods(cluster)) == ({}, [])


def test_pods_of_a_job_that_is_gone_lose_the_finalizer() -> None:
    cluster = done(job(fake={"finish": "never:1"}), seconds=5)
    (pod,) = pods(cluster)
    cluster.delete("job", "job")
    cluster.advance(5)
    (left,) = pods(cluster)  # nobody collects garbage here
    assert (meta.name(left), left["metadata"].get("finalizers")) == (meta.name(pod), None)


def test_a_restored_cluster_goes_on_as_the_one_that_was_saved() -> None:
    fake = {"finish": "succeed:1", "fail_first": "2"}
    cluster = done(job(completions=4, parallelism=2, backoffLimit=9, fake=fake), seconds=8.3)
    other = again(cluster)

    def later(one: Cluster) -> list[Any]:
        start = one.revision
        one.advance(120)
        return [(change.time, change.type, change.key, change.object) for change in one.changes_since(start)]

    assert later(cluster) == later(other)
    assert status(other)["succeeded"] == 4
