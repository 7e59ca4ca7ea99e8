"""From metrics to replicas: numbers that Kubernetes' own unit tests expect (replica_calculator_test.go)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from playground.kube.clock import START, stamp_of
from playground.kube.controllers.horizontal_pod_autoscaler.calculator import (
    NO_SERVER,
    Found,
    Question,
    Tolerances,
    Unknown,
    by_utilization,
    by_value,
    group,
)
from playground.kube.controllers.horizontal_pod_autoscaler.metrics import PodMetrics, Use
from playground.kube.objects.frozen import Map, freeze

NOW = START + 3600.0
COOL, HOT = 3000.0, 20.0  # seconds that a pod has been up


def pod(number: int, *, cpu: str = "1", up: float = COOL, **status: Any) -> Map:
    """A running pod; *ready* False, *phase* and *deleting* say otherwise."""
    metadata: dict[str, Any] = {"name": f"p{number}", "namespace": "default"}
    if status.get("deleting"):
        metadata["deletionTimestamp"] = stamp_of(NOW)
    ready = {
        "type": "Ready",
        "status": "True" if status.get("ready", True) else "False",
        "lastTransitionTime": stamp_of(NOW - up),
    }
    container = {"name": "c", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}
    found: Map = freeze(
        {
            "metadata": metadata,
            "spec": {"containers": [container]},
            "status": {
                "phase": status.get("phase", "Running"),
                "startTime": stamp_of(NOW - up),
                "conditions": [ready],
            },
        }
    )
    return found


def asked(
    pods: list[Map], levels: Sequence[int], *, current: int = 3, tolerances: Tolerances | None = None, **more: Any
) -> Question:
    """A question about CPU; *levels* are thousandths of a core for the first pods."""
    window = 60.0
    metrics = {f"p{number}": PodMetrics(NOW, {"c": Use(level, 0)}, window) for number, level in enumerate(levels)}
    return Question(
        pods=pods,
        metrics=metrics,
        resource=more.get("resource", "cpu"),
        container=more.get("container", ""),
        current=current,
        tolerances=tolerances or Tolerances(),
        now=NOW,
    )


def pods(count: int) -> list[Map]:
    """Some pods that are ready and asked for a core each."""
    return [pod(number) for number in range(count)]


@pytest.mark.parametrize(
    ("levels", "target", "current", "replicas", "percent"),
    [
        ([300, 500, 700], 30, 3, 5, 50),
        ([100, 300, 500, 250, 250], 50, 5, 3, 28),
        ([1000, 1030, 1020], 100, 3, 3, 101),
        ([4000, 9500, 3000, 7000], 100, 4, 24, 587),
    ],
)
def test_use_over_target_times_ready_pods_is_the_answer(
    levels: list[int], target: int, current: int, replicas: int, percent: int
) -> None:
    found = by_utilization(asked(pods(len(levels)), levels, current=current), target)
    assert (found.replicas, found.percent) == (replicas, percent)


@pytest.mark.parametrize(
    ("levels", "count", "current", "replicas", "percent"),
    [
        ([400, 95], 4, 4, 3, 24),  # fewer are wanted: the two without metrics count as fully busy
        ([1000], 2, 2, 2, 100),
        ([1900], 2, 2, 2, 190),  # more are wanted: the one without metrics counts as idle
        ([600], 2, 2, 2, 60),
    ],
)
def test_pods_without_metrics_hold_the_answer_back(
    levels: list[int], count: int, current: int, replicas: int, percent: int
) -> None:
    found = by_utilization(asked(pods(count), levels, current=current), 100)
    assert (found.replicas, found.percent) == (replicas, percent)


def test_a_pod_that_is_not_ready_counts_as_idle_when_more_are_wanted() -> None:
    some = [pod(0, up=HOT, ready=False), pod(1), pod(2)]
    assert by_utilization(asked(some, [300, 500, 700]), 30) == Found(4, 600, 60)


def test_a_pod_that_came_up_just_now_counts_as_idle_though_it_is_ready() -> None:
    some = [pod(0, up=HOT), pod(1), pod(2)]
    assert by_utilization(asked(some, [300, 500, 700]), 30) == Found(4, 600, 60)


def test_guesses_that_turn_the_direction_leave_things_as_they_are() -> None:
    some = [pod(0), pod(1, up=HOT, ready=False), pod(2, up=HOT, ready=False)]
    assert by_utilization(asked(some, [400, 500, 700]), 30) == Found(3, 400, 40)


def test_failed_and_deleted_pods_do_not_count_at_all() -> None:
    failed = [pod(0), pod(1), pod(2, phase="Failed", ready=False), pod(3, phase="Failed", ready=False)]
    gone = [pod(0), pod(1), pod(2, deleting=True), pod(3, deleting=True)]
    for some in (failed, gone):
        assert by_utilization(asked(some, [500, 700], current=2), 30) == Found(4, 600, 60)


def test_an_average_value_is_compared_as_it_is() -> None:
    assert by_value(asked(pods(3), [20000, 10000, 30000]), 15000) == Found(4, 20000)
    assert by_value(asked(pods(3), [20000, 21000, 21000]), 20000) == Found(3, 20666)
    assert by_value(asked(pods(5), [20000, 19000, 21000], current=5), 20000) == Found(5, 20000)


@pytest.mark.parametrize(
    ("levels", "tolerances", "replicas"),
    [
        ([909, 1010, 1111], Tolerances(down=0.1, up=0.0), 4),
        ([1890, 1910, 1900], Tolerances(down=0.1, up=0.9), 3),
        ([660, 640, 650], Tolerances(down=0.4, up=0.1), 3),
        ([660, 640, 650], Tolerances(), 2),
    ],
)
def test_a_tolerance_of_its_own_makes_each_direction_lazier_or_livelier(
    levels: list[int], tolerances: Tolerances, replicas: int
) -> None:
    some = [pod(0, cpu="900m"), pod(1, cpu="1"), pod(2, cpu="1100m")]
    assert by_utilization(asked(some, levels, tolerances=tolerances), 100).replicas == replicas


def test_memory_counts_before_a_pod_is_ready() -> None:
    some = [pod(0, up=HOT, ready=False), pod(1)]
    metrics = {f"p{number}": PodMetrics(NOW, {"c": Use(0, 2**30)}) for number in range(2)}
    ask = Question(some, metrics, "memory", "", 2, Tolerances(), NOW)
    assert by_utilization(ask, 50) == Found(4, 2**30 * 1000, 100)


def test_one_container_of_several_can_be_looked_at_alone() -> None:
    metrics = {f"p{number}": PodMetrics(NOW, {"side": Use(1000, 0), "c": Use(500, 0)}) for number in range(3)}
    ask = Question(pods(3), metrics, "cpu", "c", 3, Tolerances(), NOW)
    assert by_utilization(ask, 30) == Found(5, 500, 50)


def test_pods_are_grouped_by_what_their_metrics_are_good_for() -> None:
    some = [pod(0), pod(1, phase="Pending"), pod(2), pod(3, deleting=True), pod(4, up=100.0, ready=False)]
    metrics = {f"p{number}": PodMetrics(NOW, {"c": Use(1, 1)}) for number in (0, 4)}
    groups = group(some, metrics, "cpu", NOW)
    assert (groups.ready, groups.unready, groups.missing, groups.ignored) == (1, ["p1", "p4"], ["p2"], ["p3"])


def test_a_pod_that_became_unready_later_on_counts_with_what_it_used() -> None:
    fell = dict(pod(0))
    ready = {"type": "Ready", "status": "False", "lastTransitionTime": stamp_of(NOW - 60)}
    fell["status"] = {**fell["status"], "conditions": [ready]}
    assert group([fell], {"p0": PodMetrics(NOW, {"c": Use(1, 1)})}, "cpu", NOW).ready == 1


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (asked(pods(3), []), "unable to get metrics for resource cpu: no metrics returned from resource metrics API"),
        (asked([], [100]), "no pods returned by selector while calculating replica count"),
        (asked([pod(0, phase="Pending")], [100]), "did not receive metrics for targeted pods (pods might be unready)"),
        (
            Question(pods(1), None, "cpu", "", 1, Tolerances(), NOW),
            f"unable to get metrics for resource cpu: {NO_SERVER}",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_said_in_kubernetes_words(ask: Question, why: str) -> None:
    with pytest.raises(Unknown) as caught:
        by_utilization(ask, 100)
    assert str(caught.value) == why


def test_a_pod_without_a_request_has_no_utilization() -> None:
    bare = freeze({**pod(0), "spec": {"containers": [{"name": "c"}]}})
    with pytest.raises(Unknown, match="missing request for cpu in container c of Pod p0"):
        by_utilization(asked([bare], [200]), 100)
    metrics = {"p0": PodMetrics(NOW, {"web": Use(1, 1)})}
    elsewhere = Question(pods(1), metrics, "cpu", "web", 1, Tolerances(), NOW)
    with pytest.raises(Unknown, match="container web not found in Pod p0"):
        by_utilization(elsewhere, 100)


def test_requests_of_the_pod_as_a_whole_come_before_those_of_its_containers() -> None:
    whole = freeze({**pod(0), "spec": {"resources": {"requests": {"cpu": "500m"}}, "containers": [{"name": "c"}]}})
    assert by_utilization(asked([whole], [500], current=1), 50) == Found(2, 500, 100)
