"""Reports in words and numbers."""

import pytest

from tests.kube.traffic.grounds import cluster, report


def test_a_report_is_told_in_sentences() -> None:
    made = cluster(replicas=1)
    made.load("web", 25)
    made.advance(10)
    first, second, pod = report(made).sentences()
    assert first == "25 requests a second to web from 100 clients: 250 in 10 s, 250 answered, 0 errors"
    assert second == "half within 27.7 ms, 95 % within 120 ms, 99 % within 184 ms"
    assert pod.endswith(": 25/s, 250 requests, 0 errors, 95 % within 120 ms, 250m CPU")


def test_what_found_no_endpoint_is_told() -> None:
    made = cluster(replicas=0)
    made.load("web", 5)
    made.advance(10)
    assert list(report(made).sentences()) == [
        "5 requests a second to web from 100 clients: 50 in 10 s, 0 answered, 50 errors (50 found no endpoint)"
    ]


def test_times_of_all_pods_are_put_together() -> None:
    made = cluster(replicas=2)
    made.load("web", 50)
    made.advance(100)
    counts = report(made).counts
    assert counts.mean == pytest.approx(0.04, rel=0.01)
    assert counts.p50 < counts.mean < counts.p95 < counts.p99
