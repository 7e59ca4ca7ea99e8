"""What a pod's containers ask for together."""

from typing import Any

from playground.kube.apiserver.pod_usage import containers_total


def container(cpu: str, **fields: Any) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu}}, **fields}


def total(spec: dict[str, Any]) -> str:
    return str(containers_total(spec, "requests")["cpu"])


def test_containers_add_up() -> None:
    assert total({"containers": [container("1"), container("500m")]}) == "1500m"


def test_init_containers_count_by_the_greatest() -> None:
    assert total({"containers": [container("1")], "initContainers": [container("2"), container("3")]}) == "3"


def test_sidecars_run_beside_all_that_start_after_them() -> None:
    sidecar = container("1", restartPolicy="Always")
    assert total({"containers": [container("1")], "initContainers": [sidecar, container("3")]}) == "4"
    assert total({"containers": [container("3")], "initContainers": [sidecar, container("1")]}) == "4"
    assert total({"containers": [container("1")], "initContainers": [container("3"), sidecar]}) == "3"


def test_what_nobody_asks_for_is_not_there() -> None:
    assert containers_total({"containers": [{}]}, "limits") == {}
