"""What a pod requests: containers, init containers, sidecars, overhead, the pod as a whole."""

from __future__ import annotations

from typing import Any

from playground.kube.scheduler.requests import DEFAULT_CPU, DEFAULT_MEMORY, nonzero_requests, pod_requests


def container(cpu: str = "", *, sidecar: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    return {**found, "restartPolicy": "Always"} if sidecar else found


def test_containers_add_up() -> None:
    assert pod_requests({"containers": [container("100m"), container("1")]}) == {"cpu": 1100}


def test_an_init_container_counts_only_if_it_asks_for_more_than_all_that_run_later() -> None:
    small = {"containers": [container("500m")], "initContainers": [container("400m"), container("300m")]}
    large = {"containers": [container("500m")], "initContainers": [container("400m"), container("2")]}
    assert (pod_requests(small), pod_requests(large)) == ({"cpu": 500}, {"cpu": 2000})


def test_a_sidecar_runs_beside_what_starts_after_it() -> None:
    spec = {"containers": [container("500m")], "initContainers": [container("100m", sidecar=True), container("1")]}
    assert pod_requests(spec) == {"cpu": 1100}


def test_a_sidecar_does_not_run_beside_what_ended_before_it() -> None:
    spec = {"containers": [container("500m")], "initContainers": [container("1"), container("100m", sidecar=True)]}
    assert pod_requests(spec) == {"cpu": 1000}


def test_requests_of_the_pod_as_a_whole_take_the_place_of_the_sum_and_overhead_comes_on_top() -> None:
    spec = {"containers": [container("1")], "resources": {"requests": {"cpu": "3"}}, "overhead": {"cpu": "250m"}}
    assert pod_requests(spec) == {"cpu": 3250}
    assert pod_requests(spec, pod_level=False) == {"cpu": 1250}


def test_in_scores_a_container_without_a_request_counts_as_the_default_and_an_explicit_zero_as_zero() -> None:
    assert nonzero_requests({"containers": [container()]}) == (DEFAULT_CPU, DEFAULT_MEMORY)
    assert nonzero_requests({"containers": [container("0")]}) == (0, DEFAULT_MEMORY)


def test_the_default_is_not_added_for_what_the_pod_as_a_whole_requests() -> None:
    spec = {"containers": [container(), container()], "resources": {"requests": {"cpu": "1"}}}
    assert nonzero_requests(spec) == (1000, 2 * DEFAULT_MEMORY)
