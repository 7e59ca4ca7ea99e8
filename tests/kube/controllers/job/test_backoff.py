"""Back-off of a Job: 10 s, doubled by each failure in a row (facts of backoff_utils_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.clock import START, stamp_of
from playground.kube.controllers.job.backoff import NO_FAILURES, Row, Rows, of_index
from playground.kube.controllers.job.pods import FAILURES, IGNORED_FAILURES


def ended(after: float, **annotations: str) -> dict[str, Any]:
    """A pod whose container ended so many seconds after the start."""
    state = {"terminated": {"exitCode": 1, "finishedAt": stamp_of(START + after)}}
    metadata = {"creationTimestamp": stamp_of(START), "annotations": annotations}
    return {"metadata": metadata, "spec": {}, "status": {"containerStatuses": [{"name": "c", "state": state}]}}


@pytest.mark.parametrize(
    ("failures", "since", "wait"),
    [(0, 0, 0), (1, 0, 10), (1, 4, 6), (1, 10, 0), (2, 0, 20), (3, 0, 40), (7, 0, 600), (70, 0, 600), (2, 30, 0)],
)
def test_each_failure_in_a_row_doubles_the_wait(failures: int, since: float, wait: float) -> None:
    assert Row(failures, START - since).remaining(START) == wait


def test_failures_add_up_and_the_last_one_counts() -> None:
    row = NO_FAILURES.after([], [ended(5), ended(3)])
    assert row == Row(2, START + 5)
    assert row.after([], []) == row


def test_a_success_ends_the_row_and_later_failures_begin_a_new_one() -> None:
    row = Row(3, START)
    assert row.after([ended(4)], []) == NO_FAILURES
    assert row.after([ended(4)], [ended(3), ended(4), ended(6)]) == Row(1, START + 6)


def test_each_index_has_a_row_of_its_own_in_its_pods_annotations() -> None:
    assert of_index(None).remaining(START) == 0
    assert of_index(ended(0, **{FAILURES: "1", IGNORED_FAILURES: "1"})) == Row(3, START)


def test_rows_are_kept_by_job() -> None:
    rows = Rows()
    rows.put(("default", "job"), Row(2, START))
    again = Rows()
    again.restore(rows.state())
    assert again.get(("default", "job")) == Row(2, START)
    again.drop(("default", "job"))
    assert again.get(("default", "job")) == NO_FAILURES
