"""DefaultPreemption, with a runner that knows nothing but how many pods a node can hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.scheduler.framework import Code, CycleState, Handle, PostFilterResult, Status
from playground.kube.scheduler.plugins import default_preemption
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.table import Table
from tests.kube.scheduler.topology_support import World

FULL = Status(Code.UNSCHEDULABLE, ("Insufficient cpu",), "NodeResourcesFit")
HOPELESS = Status(Code.UNRESOLVABLE, ("node(s) had untolerated taint(s)",), "TaintToleration")
EARLY, LATE = {"startTime": "2026-01-01T00:00:00Z"}, {"startTime": "2026-01-01T01:00:00Z"}
PDB = "poddisruptionbudgets.policy"


class Room:
    """A runner: a node takes the pod while it has less than `most` pods."""

    def __init__(self, table: Table, most: int) -> None:
        self._table = table
        self._most = most
        self.asked: list[str] = []

    def check(self, row: int) -> Status | None:
        node = self._table.rows[row]
        self.asked.append(node.name)
        return FULL if len(node.pods) >= self._most else None


class Cpu:
    """A runner: a node takes the pod while the requests of all fit into its CPU."""

    def __init__(self, table: Table, pod: Pod) -> None:
        self._table = table
        self._asked = pod.shape.requests["cpu"]

    def check(self, row: int) -> Status | None:
        used, there = self._table.requested("cpu")[row], self._table.allocatable("cpu")[row]
        return FULL if used + self._asked > there else None


@pytest.fixture
def world() -> World:
    """Three nodes, each for two pods."""
    made = World()
    for name in ("n0", "n1", "n2"):
        made.node(name, host=name)
    return made


def preempt(
    world: World,
    pod: Pod,
    *,
    most: int = 2,
    failed: Mapping[str, Status] | None = None,
    args: Mapping[str, Any] | None = None,
    below: Any = None,
) -> PostFilterResult:
    """Ask for room for a pod on nodes that hold `most` pods each; `failed`: why they refused it."""
    before = {node.name: set(node.pods) for node in world.table.rows}
    statuses = failed if failed is not None else {node.name: FULL for node in world.table.rows}
    handle = Handle(world.table, world.objects, below)
    cycle = CycleState(pod, world.table, Room(world.table, most), statuses)
    result = default_preemption.new(args or {}, handle).post_filter(cycle)
    assert {node.name: set(node.pods) for node in world.table.rows} == before
    return result


def victims(result: PostFilterResult) -> dict[str, list[str]]:
    return {candidate.node: [pod.name for pod in candidate.victims] for candidate in result.candidates}


def test_only_as_many_pods_go_as_have_to(world: World) -> None:
    world.place("n0", labels={"a": "b"}, priority=1, status=EARLY)
    young = world.place("n0", priority=1, status=LATE)
    result = preempt(world, world.pod(priority=10))
    assert victims(result) == {"n0": [young.name]}
    assert result.chosen is not None
    assert result.status.code is Code.SUCCESS


def test_pods_of_equal_priority_are_no_victims(world: World) -> None:
    for _ in range(2):
        world.place("n0", priority=10)
    result = preempt(world, world.pod(priority=10))
    assert result.chosen is None
    assert result.status.reasons == (
        "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    )


def test_the_reasons_of_tried_and_untried_nodes_are_counted(world: World) -> None:
    for node in ("n0", "n1"):
        world.place(node, priority=10)
        world.place(node, priority=10)
    world.place("n1", priority=1)
    failed = {"n0": FULL, "n1": FULL, "n2": HOPELESS}
    result = preempt(world, world.pod(priority=10), failed=failed)
    assert result.status.message == (
        "preemption: 0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, "
        "1 Preemption is not helpful for scheduling."
    )
    assert result.clear_nomination


def test_without_any_node_worth_a_try_preemption_is_not_helpful(world: World) -> None:
    result = preempt(world, world.pod(priority=10), failed=dict.fromkeys(("n0", "n1", "n2"), HOPELESS))
    assert result.status.reasons == (
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    )


def test_pods_whose_budget_would_break_are_spared_first(world: World) -> None:
    status = {"disruptionsAllowed": 0}
    pdb = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}
    world.objects.put(PDB, {**pdb, "status": status})
    world.place("n0", labels={"app": "web"}, priority=1, status=LATE)
    other = world.place("n0", priority=5, status=EARLY)
    result = preempt(world, world.pod(priority=10))
    assert victims(result) == {"n0": [other.name]}
    assert result.candidates[0].pdb_violations == 0


def test_broken_budgets_are_counted_and_victims_told_by_importance(world: World) -> None:
    pdb = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}
    world.objects.put(PDB, {**pdb, "status": {"disruptionsAllowed": 0}})
    guarded = world.place("n0", labels={"app": "web"}, priority=1, status=EARLY)
    other = world.place("n0", priority=5, status=EARLY)
    result = preempt(world, world.pod(priority=10), most=1)
    assert victims(result) == {"n0": [other.name, guarded.name]}
    assert result.candidates[0].pdb_violations == 1


def test_candidates_without_a_broken_budget_come_first(world: World) -> None:
    pdb = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}
    world.objects.put(PDB, {**pdb, "status": {"disruptionsAllowed": 0}})
    world.place("n0", labels={"app": "web"}, priority=1)
    world.place("n1", priority=9)
    result = preempt(world, world.pod(priority=10), most=1)
    assert [(one.node, one.pdb_violations) for one in result.candidates] == [("n1", 0), ("n0", 1)]
    assert result.chosen is result.candidates[0]


def test_the_search_starts_where_chance_says_and_ends_with_enough_candidates(world: World) -> None:
    for node in ("n0", "n1", "n2"):
        world.place(node, priority=1)
    asked: list[int] = []

    def below(number: int) -> int:
        asked.append(number)
        return 2

    args = {"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 2}
    result = preempt(world, world.pod(priority=10), most=1, args=args, below=below)
    assert [one.node for one in result.candidates] == ["n2", "n0"]
    assert asked == [3]


def test_a_pod_that_may_never_preempt_keeps_its_nomination(world: World) -> None:
    world.place("n0", priority=1)
    result = preempt(world, world.pod(priority=10, preemptionPolicy="Never"), most=1)
    assert result.status == Status(
        Code.UNSCHEDULABLE, ("preemption: not eligible due to preemptionPolicy=Never.",), "DefaultPreemption"
    )
    assert not result.clear_nomination


def leaving(world: World, node: str, priority: int) -> Pod:
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}
    return world.place(node, priority=priority, terminating=True, status={"conditions": [condition]})


def test_a_pod_waits_while_its_victims_terminate_on_its_node(world: World) -> None:
    leaving(world, "n0", 1)
    pod = world.pod(priority=10, status={"nominatedNodeName": "n0"})
    result = preempt(world, pod, most=1)
    assert result.status.reasons == ("preemption: not eligible due to a terminating pod on the nominated node.",)
    assert not result.clear_nomination


def test_a_pod_preempts_again_when_its_node_has_become_of_no_use(world: World) -> None:
    leaving(world, "n0", 1)
    world.place("n1", priority=1)
    pod = world.pod(priority=10, status={"nominatedNodeName": "n0"})
    result = preempt(world, pod, most=1, failed={"n0": HOPELESS, "n1": FULL, "n2": FULL})
    assert list(victims(result)) == ["n1"]


def test_pods_of_its_own_priority_that_terminate_do_not_make_it_wait(world: World) -> None:
    leaving(world, "n0", 10)
    world.place("n1", priority=1)
    pod = world.pod(priority=10, status={"nominatedNodeName": "n0"})
    assert list(victims(preempt(world, pod, most=1))) == ["n1"]


def test_a_node_that_takes_the_pod_with_all_others_is_a_fault(world: World) -> None:
    world.place("n0", priority=1)
    result = preempt(world, world.pod(priority=10), most=5)
    assert result.status.code is Code.ERROR
    assert result.status.reasons == ('preemption: expected at least one victim pod on node "n0"',)
    assert not result.clear_nomination


@given(
    st.lists(st.tuples(st.sampled_from(["n0", "n1"]), st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=10),
    st.integers(1, 4),
)
def test_every_victim_is_needed_and_less_important_and_the_pod_then_fits(
    placed: list[tuple[str, int, int]], asked: int
) -> None:
    world = World()
    for name in ("n0", "n1"):
        world.node(name, host=name, cpu="6")
    for node, priority, cpu in placed:
        if world.table.requested("cpu")[world.row(node)] + 1000 * cpu <= 6000:
            world.place(node, priority=priority, cpu=str(cpu))
    pod = world.pod(priority=4, cpu=str(asked))
    runner = Cpu(world.table, pod)
    failed = {node.name: FULL for node in world.table.rows if runner.check(node.row)}
    cycle = CycleState(pod, world.table, runner, failed)
    for candidate in default_preemption.new({}, world.handle).post_filter(cycle).candidates:
        row = world.row(candidate.node)
        assert all(victim.priority < pod.priority for victim in candidate.victims)
        for victim in candidate.victims:
            world.table.remove_pod(victim.uid)
        assert runner.check(row) is None
        for victim in candidate.victims:
            world.table.add_pod(victim, candidate.node)
            assert runner.check(row) is not None
            world.table.remove_pod(victim.uid)
        for victim in candidate.victims:
            world.table.add_pod(victim, candidate.node)
