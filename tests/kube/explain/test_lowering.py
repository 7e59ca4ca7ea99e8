"""Requests are lowered down to a total, in one container if that will do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.explain.lowering import lower, lowered
from playground.kube.objects.frozen import Map, freeze
from playground.kube.scheduler.pods import PodReader
from playground.kube.scheduler.requests import pod_requests


def container(cpu: str, **more: Any) -> dict[str, Any]:
    return {"name": f"c{cpu}", "resources": {"requests": {"cpu": cpu}}, **more}


def pod_of(**spec: Any) -> Map:
    frozen: Map = freeze({"metadata": {"name": "web", "namespace": "default", "uid": "1"}, "spec": spec})
    return frozen


def cpu_of(pod: Map) -> list[str]:
    parts = [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]
    return [part["resources"]["requests"]["cpu"] for part in parts]


@pytest.mark.parametrize(
    ("spec", "total", "expected"),
    [
        ({"containers": [container("500m")]}, 300, ["300m"]),
        ({"containers": [container("500m"), container("100m")]}, 400, ["300m", "100m"]),
        ({"containers": [container("500m"), container("500m")]}, 400, ["200m", "200m"]),
        ({"containers": [container("100m")], "initContainers": [container("900m")]}, 500, ["500m", "100m"]),
        (
            {"containers": [container("100m")], "initContainers": [container("100m", restartPolicy="Always")]},
            150,
            ["100m", "50m"],
        ),
        ({"containers": [container("500m")], "overhead": {"cpu": "100m"}}, 300, ["200m"]),
    ],
)
def test_the_new_requests_come_to_the_total(spec: dict[str, Any], total: int, expected: list[str]) -> None:
    found = lowered(pod_of(**spec), "cpu", total)

    assert found is not None
    assert sorted(cpu_of(found)) == sorted(expected)


def test_requests_of_the_pod_as_a_whole_are_lowered_too() -> None:
    found = lowered(pod_of(resources={"requests": {"cpu": "1"}}, containers=[container("800m")]), "cpu", 500)

    assert found is not None
    assert found["spec"]["resources"]["requests"]["cpu"] == "500m"
    assert cpu_of(found) == ["500m"]


def test_a_device_has_its_limit_lowered_with_its_request() -> None:
    gpus = {"example.com/gpu": "4"}
    pod = pod_of(containers=[{"name": "c", "resources": {"requests": gpus, "limits": gpus}}])

    found = lowered(pod, "example.com/gpu", 3)

    assert found is not None
    assert found["spec"]["containers"][0]["resources"] == {
        "requests": {"example.com/gpu": "3"},
        "limits": {"example.com/gpu": "3"},
    }


def test_overhead_alone_may_be_too_much() -> None:
    assert lowered(pod_of(containers=[container("100m")], overhead={"cpu": "1"}), "cpu", 500) is None


def test_next_to_nothing_is_not_proposed() -> None:
    pod = PodReader().read(pod_of(containers=[container("500m")]))

    assert lower(pod, "cpu", 9) is None
    assert lower(pod, "cpu", 600) is None


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=4), st.lists(st.integers(1, 4000), max_size=3), st.data())
def test_the_total_is_never_exceeded(main: list[int], early: list[int], data: st.DataObject) -> None:
    pod = pod_of(
        containers=[container(f"{amount}m") for amount in main],
        initContainers=[
            container(f"{amount}m", **({"restartPolicy": "Always"} if data.draw(st.booleans()) else {}))
            for amount in early
        ],
    )
    asked = pod_requests(pod["spec"])["cpu"]
    total = data.draw(st.integers(0, asked))

    found = lowered(pod, "cpu", total)

    assert found is None or pod_requests(found["spec"]).get("cpu", 0) <= total
