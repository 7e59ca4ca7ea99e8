"""The Table: columns that follow what happens, rows in visiting order."""

from __future__ import annotations

import numpy as np

from playground.kube.objects.frozen import freeze
from playground.kube.scheduler.columns import Follower
from playground.kube.scheduler.framework import Reads
from tests.kube.scheduler.support import Bench, node, pod


def changed(follower: Follower) -> list[int] | None:
    rows = follower.changed()
    return None if rows is None else rows.tolist()


def test_a_pod_counts_where_it_is_and_no_more_when_it_leaves() -> None:
    bench = Bench(node("n1"), node("n2"))
    placed = bench.place(pod("web", cpu="500m"), "n2")
    assert bench.table.requested("cpu").tolist() == [0, 500]
    assert bench.table.pod_counts.tolist() == [0, 1]
    bench.table.remove_pod(placed.uid)
    assert bench.table.requested("cpu").tolist() == [0, 0]


def test_a_pod_on_a_node_that_is_not_known_yet_counts_when_the_node_comes() -> None:
    bench = Bench(node("n1"))
    bench.place(pod("web", cpu="500m"), "later")
    assert bench.table.requested("cpu").tolist() == [0]
    bench.table.add_node(freeze(node("later")))
    assert bench.table.requested("cpu").tolist() == [0, 500]


def test_many_nodes_are_numbered_once() -> None:
    bench = Bench(*(node(f"n{index}") for index in range(50)))
    assert len(bench.table) == 50
    assert bench.table.epoch == 1


def test_only_rows_that_changed_are_named() -> None:
    bench = Bench(*(node(f"n{index}") for index in range(10)))
    by_nodes, by_pods = Follower(bench.table, Reads.NODE), Follower(bench.table, Reads.PODS)
    assert (changed(by_nodes), changed(by_pods)) == (None, None)
    bench.place(pod("web"), "n3")
    assert (changed(by_nodes), changed(by_pods)) == ([], [3])
    bench.table.update_node(freeze(node("n5", cpu="8")))
    assert (changed(by_nodes), changed(by_pods)) == ([5], [5])


def test_a_node_of_another_zone_changes_the_order_of_all() -> None:
    bench = Bench(node("n1", zone="a"), node("n2", zone="a"), node("n3", zone="b"))
    assert [item.name for item in bench.table.rows] == ["n1", "n3", "n2"]
    follower = Follower(bench.table, Reads.NODE)
    follower.changed()
    bench.table.update_node(freeze(node("n2", zone="b")))
    assert changed(follower) is None
    assert [item.name for item in bench.table.rows] == ["n1", "n3", "n2"]


def test_a_label_is_looked_at_once_for_each_value() -> None:
    bench = Bench(*(node(f"n{index}", labels={"disk": "ssd" if index % 2 else "hdd"}) for index in range(20)))
    seen: list[str] = []

    def is_fast(disk: str) -> int:
        seen.append(disk)
        return int(disk == "ssd")

    found = bench.table.label("disk").map(is_fast, np.arange(20, dtype=np.intp))
    assert (sorted(seen), int(found.sum())) == (["hdd", "ssd"], 10)
