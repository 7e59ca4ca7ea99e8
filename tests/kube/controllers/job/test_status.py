"""The status of a Job while a sync works on it."""

from playground.kube.clock import START
from playground.kube.controllers.job.status import Status, condition, read

ENDED = {"active": 0, "succeeded": 2, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {"failed": ["a", "b"]}}


def test_what_is_read_is_written_again_without_zeros() -> None:
    status = {"startTime": "2026-01-01T00:00:00Z", **ENDED, "failedIndexes": ""}
    assert read({"status": status}).json() == {key: value for key, value in status.items() if key != "active"}
    assert read({}).json() == {"uncountedTerminatedPods": {}}


def test_pods_count_when_their_finalizer_is_gone() -> None:
    status = read({"status": ENDED})
    assert status.count_untracked(["b", "c"])
    assert (status.failed, status.uncounted_failed) == (1, ["b"])
    assert not status.count_untracked(["b", "c"])


def test_a_condition_is_not_added_to_say_no() -> None:
    status = Status()
    assert not status.ensure(condition("Suspended", "JobResumed", "Job resumed", START, "False"))
    assert status.ensure(condition("Suspended", "JobSuspended", "Job suspended", START))
    assert not status.ensure(condition("Suspended", "JobSuspended", "Job suspended", START + 5))
    assert status.ensure(condition("Suspended", "JobResumed", "Job resumed", START + 9, "False"))
    assert [(each["status"], each["lastTransitionTime"]) for each in status.conditions] == [
        ("False", "2026-01-01T00:00:09Z")
    ]
