"""The bench: it binds what it says, on clusters of the size it says."""

from __future__ import annotations

import argparse

import pytest

from playground.kube.commands import bench


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize("workload", sorted(bench.WORKLOADS))
def test_every_workload_binds_all_its_pods(workload: str) -> None:
    result = bench.measure(bench.cluster_of(6), 6, workload, pods=20, runs=1)
    assert (result.bound, result.nodes) == (20, 6)
    assert result.rate > 0


def test_a_line_is_printed_for_each_size_and_workload_and_the_memory_at_the_end() -> None:
    said: list[str] = []
    status = bench.run(
        parsed("--only", "binding", "--nodes", "3", "--pods", "4", "--runs", "1", "--workloads", "plain"), said.append
    )
    assert status == 0
    assert "plain" in said[1]
    assert "peak memory" in said[2]


def test_pods_that_stay_pending_are_no_result() -> None:
    words = ("--only", "binding", "--nodes", "1", "--pods", "200", "--runs", "1", "--workloads", "plain")
    assert bench.run(parsed(*words), lambda _line: None) == 1
