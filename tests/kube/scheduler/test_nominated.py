"""Nominations: promised room counts for those who are not more important."""

from __future__ import annotations

from playground.kube.scheduler.pods import Pod
from tests.kube.scheduler.support import Bench, node, pod


def promised(bench: Bench, name: str, priority: int, where: str) -> Pod:
    found = bench.read(pod(name, cpu="1", priority=priority))
    bench.nominator.set(found, where)
    return found


def test_a_pod_does_not_take_the_room_promised_to_one_as_important() -> None:
    bench = Bench(node("n1", cpu="1"), node("n2", cpu="1"))
    promised(bench, "first", 5, "n1")
    assert bench.decide(pod("equal", cpu="1", priority=5)).node == "n2"
    assert bench.table.pod_counts.tolist() == [0, 0]


def test_a_more_important_pod_takes_it() -> None:
    bench = Bench(node("n1", cpu="1"))
    promised(bench, "first", 5, "n1")
    assert bench.decide(pod("urgent", cpu="1", priority=6)).node == "n1"


def test_a_nomination_moves_and_ends() -> None:
    bench = Bench(node("n1"), node("n2"))
    first = promised(bench, "first", 5, "n1")
    bench.nominator.set(first, "n2")
    assert (bench.nominator.on("n1"), bench.nominator.on("n2")) == ([], [first])
    bench.nominator.remove(first.uid)
    assert not bench.nominator


def test_the_nominated_node_is_tried_before_all_others() -> None:
    bench = Bench(node("n1", cpu="64"), node("n2", cpu="1"))
    subject = pod("first", cpu="1")
    decision = bench.decide({**subject, "status": {"nominatedNodeName": "n2"}})
    assert (decision.node, decision.summary.feasible) == ("n2", 1)
