"""Whatever the cluster and the pods: no node is over-committed, no required rule is broken, a replay is identical."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.log import lines
from tests.kube.scheduler.naive import overcommitted, violations
from tests.kube.scheduler.strategies import nodes, workloads
from tests.kube.scheduler.support import add, cluster

Object = dict[str, Any]


@settings(max_examples=25)
@given(nodes(), workloads())
def test_no_placement_overcommits_a_node_or_breaks_a_required_rule(machines: list[Object], pods: list[Object]) -> None:
    made = cluster(*machines)
    stored = {item["metadata"]["name"]: item for item in made.list("nodes")}
    for pod in pods:
        add(made, pod)
        made.advance(0)
    placed: list[tuple[Any, Any]] = []
    for change in made.changes_since(0):
        where = change.object["spec"].get("nodeName") if change.resource == "pods" else None
        if where is None or (change.previous is not None and change.previous["spec"].get("nodeName") == where):
            continue
        assert violations(change.object, stored[where], placed, list(stored.values())) == []
        placed.append((change.object, stored[where]))
        assert overcommitted(stored[where], [item for item, place in placed if place is stored[where]]) == []


@settings(max_examples=20)
@given(nodes(), workloads())
def test_a_pod_stays_pending_only_when_every_node_would_break_something(
    machines: list[Object], pods: list[Object]
) -> None:
    made = cluster(*machines)
    stored = {item["metadata"]["name"]: item for item in made.list("nodes")}
    placed: list[tuple[Any, Any]] = []
    for pod in pods:
        add(made, pod)
        made.advance(0)
        now = made.get("pods", pod["metadata"]["name"])
        where = now["spec"].get("nodeName")
        if where is not None:
            placed.append((now, stored[where]))
            continue
        for machine in stored.values():
            there = [item for item, place in placed if place is machine]
            broken = overcommitted(machine, [*there, now]) or violations(now, machine, placed, list(stored.values()))
            assert broken, machine["metadata"]["name"]
        made.delete("pods", pod["metadata"]["name"], grace=0)


@settings(max_examples=6)
@given(nodes(), workloads(), st.integers(0, 99))
def test_the_same_seed_and_input_give_the_same_log(machines: list[Object], pods: list[Object], seed: int) -> None:
    logs = []
    for _ in range(2):
        made = cluster(*machines, *pods, seed=seed, config=None)
        made.advance(30)
        logs.append(list(lines(made.changes_since(0))))
    assert logs[0] == logs[1]


@settings(max_examples=6)
@given(nodes(), workloads(), workloads(most=3))
def test_a_scheduler_restored_from_its_state_goes_on_as_the_one_that_was_saved(
    machines: list[Object], before: list[Object], after: list[Object]
) -> None:
    made = cluster(*machines, *before, config=None)
    made.advance(3)
    forked = made.fork()
    assert forked.scheduler.state() == made.scheduler.state()
    for one in (made, forked):
        for pod in after:
            add(one, {**pod, "metadata": {**pod["metadata"], "name": f"late-{pod['metadata']['name']}"}})
        one.advance(30)
    changes = [list(lines(one.changes_since(0))) for one in (made, forked)]
    assert changes[0] == changes[1]
