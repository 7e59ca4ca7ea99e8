"""Who is spared, whose budget breaks, and which node is chosen for preemption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.clock import seconds_of
from playground.kube.scheduler.framework import Candidate
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.preemption import (
    by_importance,
    candidates_wanted,
    choose,
    more_important,
    split_by_budgets,
    terminating_by_preemption,
)
from tests.kube.scheduler.topology_support import World, pod_object

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"


def victim(name: str, priority: int = 0, start: str | None = EARLY, **fields: Any) -> Pod:
    status = {"startTime": start} if start else {}
    return World().pod(pod_object(name, priority=priority, status=status, **fields))


def names(pods: Sequence[Pod]) -> list[str]:
    return [pod.name for pod in pods]


def budget(allowed: int, *, app: str = "web", disrupted: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    status = {"disruptionsAllowed": allowed, "disruptedPods": dict.fromkeys(disrupted, EARLY)}
    spec = {"selector": {"matchLabels": {"app": app}}}
    return {"metadata": {"name": "pdb", "namespace": "default"}, "spec": spec, "status": status, **more}


def candidate(node: str, *victims: Pod, violations: int = 0) -> Candidate:
    return Candidate(node, victims, violations)


def test_a_higher_priority_is_more_important_than_an_earlier_start() -> None:
    assert more_important(victim("a", 2, LATE), victim("b", 1, EARLY))
    assert not more_important(victim("a", 1, EARLY), victim("b", 2, LATE))


def test_of_equal_priorities_the_earlier_start_is_more_important() -> None:
    assert more_important(victim("a", start=EARLY), victim("b", start=LATE))
    assert not more_important(victim("a"), victim("b"))


def test_a_pod_that_has_not_started_is_less_important_than_one_that_has() -> None:
    assert more_important(victim("a", start=LATE), victim("b", start=None))
    assert not more_important(victim("a", start=None), victim("b", start=LATE))


def test_pods_that_have_not_started_come_in_reverse_order() -> None:
    waiting = [victim(name, start=None) for name in "abcd"]
    assert names(by_importance(waiting)) == list("dcba")


def test_the_order_of_a_tie_is_kept() -> None:
    assert names(by_importance([victim("a"), victim("b"), victim("c", 1)])) == list("cab")


@given(st.lists(st.tuples(st.integers(-5, 5), st.sampled_from([EARLY, LATE])), max_size=30))
def test_pods_are_ordered_by_priority_and_then_by_start(facts: list[tuple[int, str]]) -> None:
    pods = [victim(f"p{number}", *fact) for number, fact in enumerate(facts)]
    found = [(-pod.priority, pod.start) for pod in by_importance(pods)]
    assert found == sorted((-priority, seconds_of(start)) for priority, start in facts)


def test_a_budget_breaks_with_the_pod_after_the_last_allowed() -> None:
    pods = [victim(name, labels={"app": "web"}) for name in "abc"]
    breaking, others = split_by_budgets(pods, [budget(2)])
    assert (names(breaking), names(others)) == (["c"], ["a", "b"])


def test_every_budget_of_a_pod_is_used_up_even_when_one_broke() -> None:
    pods = [victim("a", labels={"app": "web", "tier": "x"}), victim("b", labels={"tier": "x"})]
    tier = {**budget(1), "spec": {"selector": {"matchLabels": {"tier": "x"}}}}
    breaking, others = split_by_budgets(pods, [budget(0), tier])
    assert (names(breaking), names(others)) == (["a", "b"], [])


def test_a_pod_listed_as_disrupted_does_not_use_the_budget() -> None:
    pods = [victim(name, labels={"app": "web"}) for name in "ab"]
    breaking, others = split_by_budgets(pods, [budget(1, disrupted=["a"])])
    assert (names(breaking), names(others)) == ([], ["a", "b"])


@pytest.mark.parametrize("spec", [{}, {"selector": {}}, {"selector": {"matchLabels": {}}}])
def test_a_budget_without_a_selector_protects_nobody(spec: dict[str, Any]) -> None:
    breaking, others = split_by_budgets([victim("a", labels={"app": "web"})], [{**budget(0), "spec": spec}])
    assert (names(breaking), names(others)) == ([], ["a"])


def test_a_budget_protects_no_pod_of_another_namespace_or_without_labels() -> None:
    pods = [victim("a", labels={"app": "web"}, namespace="other"), victim("b")]
    breaking, others = split_by_budgets(pods, [budget(0)])
    assert (names(breaking), names(others)) == ([], ["a", "b"])


@pytest.mark.parametrize(
    ("nodes", "percentage", "absolute", "wanted"),
    [(5, 10, 100, 5), (1000, 10, 100, 100), (5000, 10, 100, 500), (10, 0, 3, 3), (10, 100, 0, 10)],
)
def test_so_many_candidates_are_enough(nodes: int, percentage: int, absolute: int, wanted: int) -> None:
    assert candidates_wanted(nodes, percentage, absolute) == wanted


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ((1, [victim("a", -5)]), (0, [victim("b", 9)])),
        ((0, [victim("a", 2)]), (0, [victim("b", 1), victim("c", 1), victim("d", 1)])),
        ((0, [victim("a", 2), victim("b", 1)]), (0, [victim("c", 2), victim("d", 0)])),
        ((0, [victim("a", 2), victim("b", -(2**31))]), (0, [victim("c", 2)])),
        ((0, [victim("a", 2, EARLY)]), (0, [victim("b", 2, LATE)])),
        ((0, [victim("a", 2, LATE), victim("b", 2, EARLY)]), (0, [victim("c", 2, LATE), victim("d", 2, LATE)])),
        ((0, [victim("a", 2, LATE), victim("b", 1, LATE)]), (0, [victim("c", 2, None), victim("d", 1, EARLY)])),
    ],
    ids=["budgets", "highest priority", "sum", "number", "start", "earliest start of the highest", "not started"],
)
def test_the_better_node_is_chosen(worse: tuple[int, list[Pod]], better: tuple[int, list[Pod]]) -> None:
    bad = candidate("bad", *worse[1], violations=worse[0])
    good = candidate("good", *better[1], violations=better[0])
    assert choose([bad, good]) is good
    assert choose([good, bad]) is good


def test_of_equal_nodes_the_first_is_chosen() -> None:
    first, second = candidate("first", victim("a")), candidate("second", victim("b"))
    assert choose([first, second]) is first


def disrupted(**condition: str) -> dict[str, Any]:
    return {"conditions": [{"type": "Ready", "status": "True"}, {"type": "DisruptionTarget", **condition}]}


def test_a_victim_on_its_way_out_is_known_by_its_condition() -> None:
    by_scheduler = {"status": "True", "reason": "PreemptionByScheduler"}
    made = World()
    leaving = made.pod(labels={}, terminating=True, status=disrupted(**by_scheduler))
    evicted = made.pod(labels={}, terminating=True, status=disrupted(status="True", reason="EvictionByEvictionAPI"))
    staying = made.pod(labels={}, status=disrupted(**by_scheduler))
    deleted = made.pod(labels={}, terminating=True)
    assert [terminating_by_preemption(pod) for pod in (leaving, evicted, staying, deleted)] == [
        True,
        False,
        False,
        False,
    ]
