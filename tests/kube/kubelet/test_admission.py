"""What a node refuses although somebody bound it there."""

from typing import Any

import pytest

from tests.kube.kubelet.support import cluster, container, events, pod, run, state


def asking(**requests: str) -> dict[str, Any]:
    return container(resources={"requests": requests})


def test_a_pod_that_is_too_large_fails_with_the_resource_in_its_reason() -> None:
    made = cluster(cpu="2")
    run(made, "first", asking(cpu="500m"), nodeName="node-1")
    large = run(made, "large", asking(cpu="1600m"), nodeName="node-1")
    told = "Node didn't have enough resource: cpu, requested: 1600, used: 500, capacity: 2000"
    assert events(made, "large") == [f"OutOfcpu: {told}"]
    assert (large["status"]["phase"], large["status"]["reason"]) == ("Failed", "OutOfcpu")
    assert large["status"]["message"] == f"Pod was rejected: {told}"
    assert "containerStatuses" not in large["status"]


def test_what_a_pod_had_is_free_when_it_is_over() -> None:
    made = cluster(cpu="2")
    run(made, "first", {**asking(cpu="1500m"), "command": ["true"]}, nodeName="node-1", restartPolicy="Never")
    run(made, "second", asking(cpu="1500m"), nodeName="node-1")
    assert state(made, "second") == "running"


def test_a_node_takes_so_many_pods_and_no_more() -> None:
    made = cluster(pods="2")
    made.apply([pod(f"p{number}", nodeName="node-1") for number in range(3)])
    made.advance(3)
    assert [made.get("pod", f"p{number}")["status"].get("reason") for number in range(3)] == [None, None, "OutOfpods"]


@pytest.mark.parametrize(
    ("spec", "reason", "says"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, "NodeAffinity", "node(s) didn't match Pod's node affinity/selector"),
        ({"os": {"name": "windows"}}, "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"),
    ],
)
def test_what_does_not_match_is_refused(spec: dict[str, Any], reason: str, says: str) -> None:
    made = cluster()
    web = run(made, "web", nodeName="node-1", **spec)
    assert (web["status"]["phase"], web["status"]["reason"]) == ("Failed", reason)
    assert web["status"]["message"].endswith(says)


def test_a_host_port_is_given_once() -> None:
    made = cluster()
    listening = container(ports=[{"containerPort": 80, "hostPort": 80}])
    run(made, "one", listening, nodeName="node-1")
    two = run(made, "two", listening, nodeName="node-1")
    assert two["status"]["message"] == (
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
    )


def test_a_taint_that_is_not_tolerated_is_refused() -> None:
    made = cluster()
    made.patch("node", "node-1", {"spec": {"taints": [{"key": "gone", "effect": "NoExecute"}]}})
    made.advance(1)
    web = run(made, "web", nodeName="node-1")
    assert web["status"]["reason"] == "TaintToleration"
    own = [{"key": "gone", "operator": "Exists"}]
    assert run(made, "api", nodeName="node-1", tolerations=own)["status"]["phase"] == "Running"


def test_a_rejected_pod_can_be_deleted() -> None:
    made = cluster()
    run(made, "web", nodeName="node-1", nodeSelector={"disk": "ssd"})
    made.delete("pod", "web")
    made.advance(1)
    assert made.list("pods") == []
