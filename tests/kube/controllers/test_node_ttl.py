"""Nodes are told how long they may keep Secrets: longer in larger clusters."""

from playground.kube.controllers.node_ttl import ANNOTATION, NodeTtl
from tests.kube import clusters


def test_nodes_of_a_small_cluster_keep_nothing() -> None:
    made = clusters.running(NodeTtl, nodes=2)
    assert [node["metadata"]["annotations"][ANNOTATION] for node in made.list("nodes")] == ["0", "0"]


def test_a_larger_cluster_keeps_for_a_while_and_a_node_learns_it_when_it_changes() -> None:
    made = clusters.running(NodeTtl, nodes=100)
    clusters.add_node(made, "one-more")
    made.advance(0)
    assert made.get("node", "one-more")["metadata"]["annotations"][ANNOTATION] == "15"
    assert made.get("node", "node-1")["metadata"]["annotations"][ANNOTATION] == "0"
    made.patch("node", "node-1", {"metadata": {"labels": {"a": "b"}}})
    made.advance(0)
    assert made.get("node", "node-1")["metadata"]["annotations"][ANNOTATION] == "15"
