"""kubectl top against a made metrics API: what is printed, letter by letter."""

from typing import Any

import pytest

from playground.kube import kubectl
from playground.kube.rest import Call, Reply

ROOT = "/apis/metrics.k8s.io/v1beta1"
ITEMS = [
    {"metadata": {"name": "b", "namespace": "default"}, "containers": [
        {"name": "y", "usage": {"cpu": "1500000n", "memory": "2048Ki"}},
        {"name": "x", "usage": {"cpu": "250m", "memory": "3Mi"}},
    ]},
    {"metadata": {"name": "a", "namespace": "default"}, "containers": [
        {"name": "c", "usage": {"cpu": "0", "memory": "9000Ki"}},
    ]},
]  # fmt: skip
NODE = {"metadata": {"name": "n1"}, "usage": {"cpu": "500m", "memory": "1Gi"}}
ANSWERS: dict[str, Any] = {
    f"{ROOT}/namespaces/default/pods": {"items": ITEMS},
    f"{ROOT}/pods": {"items": ITEMS},
    f"{ROOT}/nodes": {"items": [NODE]},
    "/api/v1/nodes": {
        "items": [
            {"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "2", "memory": "4Gi"}}},
            {"metadata": {"name": "n2"}, "status": {"allocatable": {"cpu": "2", "memory": "4Gi"}}},
        ]
    },
}


def top(*words: str) -> str:
    def handle(call: Call) -> Reply:
        return Reply(200, ANSWERS[call.path]) if call.path in ANSWERS else Reply(404, "404 page not found\n")

    done = kubectl.run(handle, ("top", *words), {})
    return done.stdout + done.stderr


def test_pods_are_sorted_by_name_and_their_containers_added_up() -> None:
    assert top("pods") == (
        "NAME   CPU(cores)   MEMORY(bytes)   \n"
        "a      0m           8Mi             \n"
        "b      252m         5Mi             \n"
    )  # fmt: skip


def test_containers_stand_for_themselves() -> None:
    assert [line.split() for line in top("pod", "--containers", "--no-headers").splitlines()] == [
        ["a", "c", "0m", "8Mi"],
        ["b", "x", "250m", "3Mi"],
        ["b", "y", "2m", "2Mi"],
    ]


def test_the_largest_come_first_when_asked_for() -> None:
    assert [line.split()[0] for line in top("pods", "--sort-by", "cpu", "--no-headers").splitlines()] == ["b", "a"]
    assert [line.split()[0] for line in top("pods", "--sort-by", "memory", "--no-headers").splitlines()] == ["a", "b"]


def test_all_namespaces_are_named() -> None:
    assert top("pods", "-A").splitlines()[0].split() == ["NAMESPACE", "NAME", "CPU(cores)", "MEMORY(bytes)"]


def test_nodes_are_told_with_parts_of_what_they_have_and_silent_ones_as_unknown() -> None:
    assert [line.split() for line in top("nodes").splitlines()[1:]] == [
        ["n1", "500m", "25%", "1024Mi", "25%"],
        ["n2", "<unknown>", "<unknown>", "<unknown>", "<unknown>"],
    ]


@pytest.mark.parametrize("words", [("pods", "-n", "other"), ("nodes", "n9")])
def test_without_the_api_there_are_no_metrics(words: tuple[str, ...]) -> None:
    assert top(*words) == "error: Metrics API not available\n"
