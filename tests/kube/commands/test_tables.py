"""Tables look as kubectl's, with the node of each pod and the size and taints of each node."""

from typing import Any

from playground.kube.clock import START, stamp_of
from playground.kube.commands import tables


def pod(name: str, spec: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    """A pod with one container, created 70 seconds ago."""
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "creationTimestamp": stamp_of(START - 70)},
        "spec": {"containers": [{"name": "c"}], **(spec or {})},
        "status": status,
    }


def test_columns_stand_under_each_other() -> None:
    shown = tables.table("pods", [pod("a", phase="Pending"), pod("longer", {"nodeName": "n1"}, phase="Running")], START)
    assert shown == [
        "NAME     READY   STATUS    RESTARTS   NODE     NOMINATED NODE   AGE",
        "a        0/1     Pending   0          <none>   <none>           70s",
        "longer   0/1     Running   0          n1       <none>           70s",
    ]


def test_objects_of_several_namespaces_show_them() -> None:
    other = pod("b", phase="Pending")
    other["metadata"]["namespace"] = "team-a"
    shown = tables.table("pods", [pod("a", phase="Pending"), other], START)
    assert [line.split()[:2] for line in shown] == [["NAMESPACE", "NAME"], ["default", "a"], ["team-a", "b"]]


def test_nothing_gives_no_lines() -> None:
    assert tables.table("pods", [], START) == []


def test_other_kinds_have_the_columns_of_kubectl() -> None:
    services = [{"metadata": {"name": "web"}, "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}}]
    header, row = tables.table("services", services, START)
    assert header.split() == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]
    assert row.split()[4] == "80:30080/TCP"


def test_a_node_shows_readiness_cordon_roles_size_and_taints() -> None:
    node = {
        "metadata": {"name": "n", "labels": {"node-role.kubernetes.io/control-plane": ""}},
        "spec": {"unschedulable": True, "taints": [{"key": "gpu", "value": "a100", "effect": "NoSchedule"},
                                                   {"key": "old", "effect": "NoExecute"}]},
        "status": {"conditions": [{"type": "Ready", "status": "False"}], "allocatable": {"cpu": "4", "memory": "8Gi"}},
    }  # fmt: skip
    header, row = tables.table("nodes", [node], START)
    assert header.split() == ["NAME", "STATUS", "ROLES", "CPU", "MEMORY", "TAINTS", "AGE"]
    assert row.split()[1:3] == ["NotReady,SchedulingDisabled", "control-plane"]
    assert row.split()[3:] == ["4", "8Gi", "gpu=a100:NoSchedule,old:NoExecute", "<unknown>"]
