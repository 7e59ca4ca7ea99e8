"""The benches of whole clusters, on small ones: they reach what they count, and say how long it took."""

from __future__ import annotations

from playground.kube.commands import bench_cluster


def test_all_pods_of_all_deployments_come_to_run() -> None:
    said: list[str] = []
    assert bench_cluster.many(said.append, 3, 5, 4)
    assert said[0].strip().startswith("4 nodes  3 Deployments, 15 of 15 pods Running and available after")


def test_nothing_due_is_no_time_and_no_change() -> None:
    said: list[str] = []
    assert bench_cluster.idle(said.append)
    assert "0 changes" in said[0]
    assert "next timer: none" in said[0]
