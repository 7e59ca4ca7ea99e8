"""Pods leave nodes that are tainted NoExecute: at once, after what they tolerate, or never."""

from typing import Any

import pytest

from playground.kube import Cluster
from playground.kube.controllers.taint_eviction import NAME, TaintEviction, tolerated_for
from playground.kube.errors import ApiError
from tests.kube import clusters

TAINT = {"key": "k", "value": "v", "effect": "NoExecute"}


def cluster(*tolerations: dict[str, Any]) -> Cluster:
    made = clusters.running(TaintEviction, nodes=1)
    spec = {"nodeName": "node-1", "containers": [{"name": "c", "image": "i"}], "tolerations": list(tolerations)}
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
    made.advance(3)
    return made


def taint(made: Cluster, *taints: dict[str, str]) -> None:
    made.patch("node", "node-1", {"spec": {"taints": list(taints) or None}})


def is_leaving(made: Cluster) -> bool:
    try:
        return "deletionTimestamp" in made.get("pod", "web")["metadata"]
    except ApiError:
        return True


def test_a_pod_that_does_not_tolerate_goes_at_once() -> None:
    made = cluster()
    taint(made, TAINT)
    made.advance(0)
    condition = made.get("pod", "web")["status"]["conditions"][-1]
    assert (condition["type"], condition["status"]) == ("DisruptionTarget", "True")
    assert condition["reason"] == "DeletionByTaintManager"
    assert condition["message"] == "Taint manager: deleting due to NoExecute taint"
    assert is_leaving(made)
    assert clusters.events(made, "web")[-1] == "TaintManagerEviction: Marking for deletion Pod default/web"


def test_a_pod_that_tolerates_for_a_while_goes_after_it() -> None:
    made = cluster({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30})
    taint(made, TAINT)
    made.advance(29)
    assert not is_leaving(made)
    made.advance(1)
    assert is_leaving(made)


def test_a_pod_that_tolerates_for_ever_stays() -> None:
    made = cluster({"key": "k", "operator": "Exists"})
    taint(made, TAINT)
    made.advance(3600)
    assert not is_leaving(made)


def test_a_taint_that_goes_cancels_the_deletion_and_says_so() -> None:
    made = cluster({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30})
    taint(made, TAINT)
    made.advance(10)
    taint(made)
    made.advance(100)
    assert not is_leaving(made)
    assert clusters.events(made, "web")[-1] == "TaintManagerEviction: Cancelling deletion of Pod default/web"


def test_another_taint_that_is_not_tolerated_ends_the_wait() -> None:
    made = cluster({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    taint(made, TAINT)
    made.advance(1)
    taint(made, TAINT, {"key": "other", "effect": "NoExecute"})
    made.advance(0)
    assert is_leaving(made)


def test_a_pod_that_comes_to_a_tainted_node_goes_too() -> None:
    made = clusters.running(TaintEviction, nodes=1)
    taint(made, TAINT)
    made.advance(0)
    spec = {"nodeName": "node-1", "containers": [{"name": "c", "image": "i"}]}
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
    made.advance(0)
    assert is_leaving(made)


def test_a_taint_that_only_keeps_new_pods_away_evicts_none() -> None:
    made = cluster()
    taint(made, {**TAINT, "effect": "NoSchedule"})
    made.advance(60)
    assert not is_leaving(made)


def test_a_restored_cluster_still_has_its_timers() -> None:
    made = cluster({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30})
    taint(made, TAINT)
    made.advance(10)
    again = clusters.again(made)
    for each in (made, again):
        each.advance(60)
    assert is_leaving(again)
    assert again.snapshot() == made.snapshot()
    assert made._loop.actors[NAME].state()["own"]["timers"] == []


@pytest.mark.parametrize(
    ("tolerations", "seconds"),
    [
        ([], 0),
        ([{"operator": "Exists"}], -1),
        ([{"key": "k", "value": "v"}], -1),
        ([{"key": "k", "value": "w"}], 0),
        ([{"key": "k", "operator": "Exists", "effect": "NoSchedule"}], 0),
        ([{"key": "k", "operator": "Exists", "tolerationSeconds": -5}], 0),
        ([{"key": "k", "operator": "Exists", "tolerationSeconds": 7}, {"operator": "Exists"}], 7),
    ],
)
def test_how_long_a_taint_is_tolerated(tolerations: list[dict[str, Any]], seconds: float) -> None:
    assert tolerated_for(tolerations, [TAINT]) == seconds


def test_of_two_taints_the_shorter_time_counts() -> None:
    tolerations = [
        {"key": "k", "operator": "Exists", "tolerationSeconds": 9},
        {"key": "m", "operator": "Exists", "tolerationSeconds": 4},
    ]
    assert tolerated_for(tolerations, [TAINT, {"key": "m", "effect": "NoExecute"}]) == 4
