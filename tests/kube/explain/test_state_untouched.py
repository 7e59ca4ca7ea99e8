"""Explaining changes nothing: not the store, not the scheduler, not what happens next."""

from __future__ import annotations

from playground.kube.cluster import Cluster
from playground.kube.log import canonical
from tests.kube.explain.support import GPU, ZONE, cluster_of, explained, node, on, pod


def busy() -> Cluster:
    """A cluster with a bound, a nominated, a refused, a gated and a fresh pod."""
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 9}
    cluster = cluster_of(
        high,
        *(node(f"node-{number}", labels={ZONE: f"zone-{number % 2}"}) for number in range(4)),
        node("gpu", taints=[GPU]),
        *(on(f"node-{number}", pod(f"low-{number}", "1700m")) for number in range(4)),
        pod("bound", "100m"),
        pod("web", "1", nodeSelector={"disktype": "ssd"}),
        pod("strong", "1", priorityClassName="high"),
        pod("gated", schedulingGates=[{"name": "example.com/wait"}]),
    )
    cluster.apply(pod("fresh", "400m"))
    return cluster


def test_the_whole_state_is_the_same_before_and_after() -> None:
    cluster = busy()
    before = canonical(cluster.snapshot())
    order = [[pod.uid for pod in node.pods.values()] for node in cluster.scheduler.table.rows]
    nodes = [node.object for node in cluster.scheduler.table.rows]

    for name in ("bound", "web", "strong", "gated", "fresh", "low-1"):
        assert explained(cluster, name).sentences

    assert canonical(cluster.snapshot()) == before
    assert [[pod.uid for pod in node.pods.values()] for node in cluster.scheduler.table.rows] == order
    assert all(node.object is known for node, known in zip(cluster.scheduler.table.rows, nodes, strict=True))
    assert all(item.pod.node == "" for item in map(cluster.scheduler.waiting, _pending(cluster)) if item)


def test_what_happens_next_does_not_depend_on_having_asked() -> None:
    asked, silent = busy(), busy()
    for name in ("web", "strong", "fresh"):
        explained(asked, name)

    for cluster in (asked, silent):
        cluster.delete("pod", "low-1", grace=0)
        cluster.advance(600)

    assert canonical(asked.snapshot()) == canonical(silent.snapshot())


def test_asking_twice_gives_the_same_answer() -> None:
    cluster = busy()

    assert explained(cluster) == explained(cluster)


def _pending(cluster: Cluster) -> list[str]:
    return [pod["metadata"]["uid"] for pod in cluster.list("pods") if not pod["spec"].get("nodeName")]
