"""Budgets in a cluster with ReplicaSets and the recorder's kubelet."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.client.pods import condition, is_ready
from playground.kube.cluster import Cluster
from playground.kube.controllers.disruption import DisruptionController
from playground.kube.controllers.disruption.controller import go_text
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.store import By
from tests.kube.clusters import again, events, pods, running

Json = Mapping[str, Any]
SETS = "replicaset-controller"


def budget(name: str = "pdb", **spec: Any) -> Json:
    """A budget for app=web."""
    selector = {"matchLabels": {"app": "web"}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {"selector": selector, **spec},
    }


def pod(name: str) -> Json:
    """A pod that nobody owns."""
    spec = {"containers": [{"name": "c", "image": "web:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "web"}}, "spec": spec}


def replicas(count: int) -> Json:
    """A ReplicaSet."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "web:1"}]}}
    spec = {"replicas": count, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web"}, "spec": spec}


def settled(*objects: Json) -> Cluster:
    """A cluster ten seconds after these were applied."""
    cluster = running(SETS, DisruptionController)
    cluster.apply(list(objects))
    cluster.advance(10)
    return cluster


def numbers(cluster: Cluster, name: str = "pdb") -> tuple[int, int, int, int]:
    """Allowed, healthy, wanted, expected."""
    status = cluster.get("pdb", name)["status"]
    fields = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    allowed, current, desired, total = (status[field] for field in fields)
    return allowed, current, desired, total


def targeted(cluster: Cluster, name: str) -> Json | None:
    """A pod's condition DisruptionTarget."""
    found: Map = cluster.get("pod", name)
    return condition(found, "DisruptionTarget")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (2, 4, 2, 4)),
        ({"minAvailable": "30%"}, (2, 4, 2, 4)),
        ({"maxUnavailable": "30%"}, (2, 4, 2, 4)),
        ({"maxUnavailable": 0}, (0, 4, 4, 4)),
        ({"minAvailable": 9}, (0, 4, 9, 4)),
    ],
)
def test_a_budget_says_how_many_pods_may_go(spec: Json, expected: tuple[int, int, int, int]) -> None:
    assert numbers(settled(replicas(4), budget(**spec))) == expected


def test_evictions_use_it_up_until_replacements_are_ready() -> None:
    cluster = settled(replicas(3), budget(maxUnavailable=1))
    first, second, _ = (meta.name(each) for each in pods(cluster))
    cluster.evict(first)
    with pytest.raises(ApiError, match=r"disruption budget"):
        cluster.evict(second)
    cluster.advance(10)
    assert numbers(cluster) == (1, 3, 2, 3)
    cluster.evict(second)


def test_a_budget_without_pods_says_so() -> None:
    cluster = settled(budget(maxUnavailable=1))
    assert events(cluster, "pdb") == ["NoPods: No matching pods found"]
    (found,) = cluster.get("pdb", "pdb")["status"]["conditions"]
    assert (found["status"], found["reason"], found["message"]) == ("False", "InsufficientPods", "")


def test_pods_that_nobody_owns_are_told() -> None:
    cluster = settled(pod("bare"), budget(maxUnavailable=1))
    assert numbers(cluster) == (0, 1, 0, 0)
    assert any(
        each.startswith("UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{")
        for each in events(cluster, "pdb")
    )
    cluster = settled(pod("bare"), budget(minAvailable=0))
    assert numbers(cluster) == (1, 1, 0, 1)


def test_what_cannot_be_counted_allows_nothing_and_is_told() -> None:
    cluster = running(SETS, DisruptionController)
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "job", "uid": "u1", "controller": True}
    owned = {**pod("p"), "metadata": {"name": "p", "labels": {"app": "web"}, "ownerReferences": [owner]}}
    cluster.apply([owned, budget(maxUnavailable=1)])
    cluster.advance(10)
    (found,) = cluster.get("pdb", "pdb")["status"]["conditions"]
    why = "jobs.batch does not implement the scale subresource"
    assert (found["reason"], found["message"]) == ("SyncFailed", why)
    assert f"CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: {why}" in (
        events(cluster, "pdb")
    )


def test_a_pod_that_two_budgets_select_is_told_and_counts_for_the_first() -> None:
    cluster = settled(budget("a", minAvailable=1), budget("b", minAvailable=1), replicas(2))
    assert (numbers(cluster, "a"), numbers(cluster, "b")) == ((1, 2, 1, 2), (0, 0, 1, 2))
    name = meta.name(pods(cluster)[0])
    told = f'Pod "default"/"{name}" matches multiple PodDisruptionBudgets.  Chose "a" arbitrarily.'
    assert f"MultiplePodDisruptionBudgets: {told}" in events(cluster, name)


def test_an_eviction_that_came_to_nothing_is_forgotten_after_two_minutes() -> None:
    cluster = settled(replicas(3), budget(maxUnavailable=1))
    name = meta.name(pods(cluster)[0])
    status = {**cluster.get("pdb", "pdb")["status"], "disruptedPods": {name: cluster.clock.stamp()}}
    cluster.api.set_status("poddisruptionbudgets.policy", "default", "pdb", status, by=By("test"))
    cluster.advance(119)
    assert numbers(cluster) == (0, 2, 2, 3)
    cluster.advance(2)
    assert numbers(cluster) == (1, 3, 2, 3)
    assert "disruptedPods" not in cluster.get("pdb", "pdb")["status"]
    told = "NotDeleted: Pod was expected by PDB default/default to be deleted but it wasn't"
    assert told in events(cluster, name)


def test_a_pod_that_was_not_disrupted_after_all_says_so_after_two_minutes() -> None:
    cluster = settled(pod("bare"))
    told = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": "m"}
    cluster.api.set_pod_condition("default", "bare", told, by=By("test"))
    cluster.advance(119)
    found = targeted(cluster, "bare")
    assert found is not None
    assert found["status"] == "True"
    cluster.advance(1)
    assert targeted(cluster, "bare") == {
        "type": "DisruptionTarget",
        "observedGeneration": 1,
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": cluster.clock.stamp(),
    }


def test_what_the_kubelet_says_of_its_own_doing_stands() -> None:
    cluster = settled(pod("bare"))
    told = {"type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet"}
    cluster.api.set_pod_condition("default", "bare", told, by=By("kubelet"))
    cluster.advance(600)
    found = targeted(cluster, "bare")
    assert found is not None
    assert found["status"] == "True"


def test_a_restored_cluster_looks_again_when_the_one_that_was_saved_would() -> None:
    cluster = settled(replicas(3), budget(maxUnavailable=1))
    name = meta.name(pods(cluster)[0])
    status = {**cluster.get("pdb", "pdb")["status"], "disruptedPods": {name: cluster.clock.stamp()}}
    cluster.api.set_status("poddisruptionbudgets.policy", "default", "pdb", status, by=By("test"))
    cluster.advance(30)
    other = again(cluster)
    for each in (cluster, other):
        each.advance(100)
    assert other.changes_since(0)[-1] == cluster.changes_since(0)[-1]
    assert numbers(other) == (1, 3, 2, 3)


def test_a_selector_is_shown_as_go_shows_it() -> None:
    rule = {"key": "tier", "operator": "In", "values": ["a", "b"]}
    assert go_text({"matchLabels": {"app": "web"}, "matchExpressions": [rule]}) == (
        "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{"
        "LabelSelectorRequirement{Key:tier,Operator:In,Values:[a b],},},}"
    )


STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.3, 2.0]), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 4), STEPS)
def test_no_evictions_break_a_budget(least: int, steps: list[tuple[float, int]]) -> None:
    cluster = settled(replicas(4), budget(minAvailable=least))
    for seconds, which in steps:
        cluster.advance(seconds)
        there = pods(cluster)
        with suppress(ApiError):
            cluster.evict(meta.name(there[which % len(there)]))
        healthy = [each for each in pods(cluster) if is_ready(each) and not meta.deleting(each)]
        assert len(healthy) >= least
    cluster.advance(60)
    assert numbers(cluster) == (4 - least, 4, least, 4)
