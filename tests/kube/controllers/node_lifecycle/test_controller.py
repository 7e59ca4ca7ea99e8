"""What the node controller does about nodes that come, fall silent, and come back."""

from typing import Any

import pytest

from playground.kube import Cluster
from playground.kube.controllers.node_lifecycle import NodeLifecycle
from playground.kube.controllers.node_lifecycle.controller import NAME
from playground.kube.objects.frozen import Map
from tests.kube import clusters

UNREACHABLE = "node.kubernetes.io/unreachable"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}]}
"""


def cluster(count: int = 3) -> Cluster:
    made = clusters.running(NodeLifecycle, nodes=count)
    made.advance(2)
    return made


def silence(made: Cluster, *names: str) -> None:
    for name in names:
        made.api.core.heartbeats.end(name, made.clock.now, 77)


def taints(node: Map) -> list[tuple[str, str]]:
    return [(taint["key"].partition("/")[2], taint["effect"]) for taint in node["spec"].get("taints") or ()]


def ready(node: Map) -> tuple[str, str]:
    found: Any = next(each for each in node["status"]["conditions"] if each["type"] == "Ready")
    return found["status"], found["reason"]


def test_a_new_node_is_closed_until_it_has_been_found_ready() -> None:
    made = clusters.running(NodeLifecycle, nodes=0)
    clusters.add_node(made, "node-1")
    assert taints(made.get("node", "node-1")) == [("not-ready", "NoSchedule")]
    made.advance(0)
    assert taints(made.get("node", "node-1")) == []
    assert clusters.events(made, "node-1") == [
        "RegisteredNode: Node node-1 event: Registered Node node-1 in Controller"
    ]


def test_without_a_node_controller_a_node_is_open_from_the_first() -> None:
    made = clusters.running(nodes=1)
    assert taints(made.get("node", "node-1")) == []


def test_a_silent_node_becomes_unknown_fifty_seconds_after_its_last_sign() -> None:
    made = cluster()
    silence(made, "node-1")
    made.advance(47)
    assert ready(made.get("node", "node-1"))[0] == "True"
    made.advance(1)
    node = made.get("node", "node-1")
    assert ready(node) == ("Unknown", "NodeStatusUnknown")
    assert taints(node) == [("unreachable", "NoSchedule")]
    assert clusters.events(made, "node-1")[-1] == "NodeNotReady: Node node-1 status is now: NodeNotReady"


def test_its_pods_become_unready_and_an_event_says_so() -> None:
    made = cluster()
    made.apply(POD)
    made.advance(3)
    silence(made, "node-1")
    made.advance(60)
    conditions = {each["type"]: each["status"] for each in made.get("pod", "web")["status"]["conditions"]}
    assert (conditions["Ready"], conditions["ContainersReady"]) == ("False", "True")
    assert "NodeNotReady: Node is not ready" in clusters.events(made, "web")


def test_what_follows_names_the_command_that_silenced_the_node() -> None:
    made = cluster()
    silence(made, "node-1")
    before = made.revision
    made.advance(60)
    assert {change.command for change in made.changes_since(before) if change.actor == NAME} == {77}


def test_nodes_are_tainted_no_execute_one_in_ten_seconds() -> None:
    made = cluster(5)
    silence(made, "node-1", "node-2")
    made.advance(49)
    tainted = [name for name in ("node-1", "node-2") if ("unreachable", "NoExecute") in taints(made.get("node", name))]
    assert tainted == ["node-1"]
    made.advance(9)
    assert ("unreachable", "NoExecute") not in taints(made.get("node", "node-2"))
    made.advance(1)
    assert ("unreachable", "NoExecute") in taints(made.get("node", "node-2"))


def test_when_all_nodes_fall_silent_none_is_tainted_no_execute() -> None:
    made = cluster()
    silence(made, "node-1", "node-2", "node-3")
    made.advance(600)
    assert [taints(node) for node in made.list("nodes")] == [[("unreachable", "NoSchedule")]] * 3


def test_a_node_that_says_it_is_not_ready_is_tainted_as_not_ready() -> None:
    made = cluster()
    status = {"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady"}]}}
    made.patch("node", "node-1", status, subresource="status")
    made.advance(6)
    expected = [("not-ready", "NoSchedule"), ("not-ready", "NoExecute")]
    assert taints(made.get("node", "node-1")) == expected
    made.patch(
        "node", "node-1", {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, subresource="status"
    )
    made.advance(6)
    assert taints(made.get("node", "node-1")) == []


def test_a_cordoned_node_gets_its_taint_and_loses_it() -> None:
    made = cluster()
    made.patch("node", "node-1", {"spec": {"unschedulable": True}})
    made.advance(0)
    assert taints(made.get("node", "node-1")) == [("unschedulable", "NoSchedule")]
    made.patch("node", "node-1", {"spec": {"unschedulable": None}})
    made.advance(0)
    assert taints(made.get("node", "node-1")) == []


def test_a_node_whose_kubelet_never_spoke_becomes_unknown_after_a_minute() -> None:
    made = cluster(1)
    made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bare"}, "spec": {}})
    made.advance(65)
    node = made.get("node", "bare")
    assert ready(node) == ("Unknown", "NodeStatusNeverUpdated")
    assert ("unreachable", "NoSchedule") in taints(node)


def test_a_node_that_goes_is_told_of() -> None:
    made = cluster()
    made.delete("node", "node-3")
    made.advance(5)
    assert (
        clusters.events(made, "node-3")[-1] == "RemovingNode: Node node-3 event: Removing Node node-3 from Controller"
    )


def test_labels_of_old_follow_those_of_today() -> None:
    made = cluster()
    made.patch("node", "node-1", {"metadata": {"labels": {"kubernetes.io/os": "windows"}}})
    made.advance(0)
    assert made.get("node", "node-1")["metadata"]["labels"]["beta.kubernetes.io/os"] == "windows"


def test_nothing_is_due_while_all_nodes_beat() -> None:
    made = cluster()
    made.advance(60)
    assert made._loop.actors[NAME].next_at() is None


@pytest.mark.parametrize("after", [0.0, 30.0, 48.05, 52.0])
def test_a_restored_cluster_goes_on_as_the_saved_one(after: float) -> None:
    made = cluster(5)
    silence(made, "node-1", "node-2")
    made.advance(after)
    again = clusters.again(made)
    made.advance(100)
    again.advance(100)
    assert again.snapshot() == made.snapshot()
