"""What a pod asks for in all, after the examples of the Kubernetes page on sidecar containers and of KEP-753."""

from typing import Any

import pytest

from playground.kube.apiserver.pod_usage import containers_total, pod_total


def container(cpu: str, *, sidecar: bool = False) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}} | (
        {"restartPolicy": "Always"} if sidecar else {}
    )


@pytest.mark.parametrize(
    ("starting", "running", "total"),
    [
        ([], ["1", "2"], "3"),
        (["5"], ["1", "2"], "5"),
        (["2"], ["1", "2"], "3"),
        (["2", "4"], ["1"], "4"),
    ],
)
def test_init_containers_run_one_by_one_before_the_others(starting: list[str], running: list[str], total: str) -> None:
    spec = {"initContainers": [container(cpu) for cpu in starting], "containers": [container(cpu) for cpu in running]}
    assert str(containers_total(spec, "requests")["cpu"]) == total


def test_a_sidecar_runs_beside_all_that_comes_after_it() -> None:
    spec = {"initContainers": [container("1", sidecar=True), container("5")], "containers": [container("2")]}
    assert str(containers_total(spec, "requests")["cpu"]) == "6"
    spec["containers"] = [container("7")]
    assert str(containers_total(spec, "limits")["cpu"]) == "8"


def test_overhead_comes_on_top_and_pod_resources_go_before_the_containers() -> None:
    spec = {"containers": [container("1")], "overhead": {"cpu": "250m", "memory": "1Mi"}}
    assert {name: str(amount) for name, amount in pod_total(spec, "requests").items()} == {
        "cpu": "1250m",
        "memory": "1Mi",
    }
    assert {name: str(amount) for name, amount in pod_total(spec, "limits").items()} == {"cpu": "1250m"}
    spec["resources"] = {"requests": {"cpu": "3", "example.com/gpu": "1"}}
    assert {name: str(amount) for name, amount in pod_total(spec, "requests").items()} == {
        "cpu": "3250m",
        "memory": "1Mi",
    }
