"""TaintNodesByCondition: a node that is not ready is tainted."""

from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.apiserver.core import Core
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY


def test_a_node_is_tainted_while_it_says_it_is_not_ready(api: ApiServer) -> None:
    def node(name: str, ready: str) -> Any:
        status = {"conditions": [{"type": "Ready", "status": ready}]} if ready else {}
        return api.create(
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}, by=BY
        ).object

    taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    taints = [
        node(f"n{index}", ready)["spec"].get("taints") for index, ready in enumerate(("True", "False", "Unknown", ""))
    ]
    assert taints == [None, [taint], [taint], None]


def test_where_a_node_controller_runs_every_new_node_is_tainted() -> None:
    clock = Clock()
    core = Core(Store(clock), clock, Names(1), frozenset({"node-controller"}))
    api = ApiServer(core.store, clock, core.names, core)
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": status}
    assert api.create(node, by=BY).object["spec"]["taints"] == [
        {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    ]
