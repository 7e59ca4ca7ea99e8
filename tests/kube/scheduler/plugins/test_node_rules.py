"""The rules about one node: names, taints, selectors, ports, resources, images."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.scheduler.config import read
from playground.kube.scheduler.trace import Details
from tests.kube.scheduler.support import Bench, node, pod

Object = dict[str, Any]
FLAVOURS = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def details(bench: Bench, obj: Object) -> Details:
    found = bench.decide(obj).details
    assert found is not None
    return found


def refusals(bench: Bench, obj: Object) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    failed = details(bench, obj).failed
    return {name: (status.plugin, str(status.code), status.reasons) for name, status in failed.items()}


def bench_with(plugin: str, args: Object, *nodes: Object) -> Bench:
    config = read({**FLAVOURS, "profiles": [{"pluginConfig": [{"name": plugin, "args": args}]}]})
    return Bench(*nodes, profile=config.profiles[0])


def test_a_cordoned_node_takes_only_pods_that_tolerate_it() -> None:
    bench = Bench(node("n1", unschedulable=True))
    assert refusals(bench, pod("web"))["n1"] == (
        "NodeUnschedulable",
        "UnschedulableAndUnresolvable",
        ("node(s) were unschedulable",),
    )
    tolerating = [{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}]
    assert bench.decide(pod("daemon", tolerations=tolerating)).node == "n1"


@pytest.mark.parametrize(
    ("toleration", "fits"),
    [
        ({"key": "gpu", "operator": "Equal", "value": "true"}, True),
        ({"key": "gpu", "value": "true", "effect": "NoSchedule"}, True),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "gpu", "value": "false"}, False),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "cpu", "operator": "Exists"}, False),
    ],
)
def test_a_toleration_fits_by_key_value_and_effect(toleration: Object, fits: bool) -> None:
    bench = Bench(node("n1", taints=[{"key": "gpu", "value": "true", "effect": "NoSchedule"}]))
    assert (bench.decide(pod("web", tolerations=[toleration])).node == "n1") is fits


def test_soft_taints_cost_points_by_their_number() -> None:
    soft = [{"key": key, "effect": "PreferNoSchedule"} for key in "ab"]
    found = details(Bench(node("n1", taints=soft), node("n2", taints=soft[:1]), node("n3")), pod("web"))
    assert {name: scores["TaintToleration"] for name, scores in found.scores.items()} == {"n1": 0, "n2": 150, "n3": 300}


def test_the_affinity_that_a_profile_adds_has_words_of_its_own() -> None:
    terms = [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]
    added = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    bench = bench_with("NodeAffinity", {"addedAffinity": added}, node("n1"), node("n2", labels={"disk": "ssd"}))
    assert refusals(bench, pod("web"))["n1"][2] == ("node(s) didn't match scheduler-enforced node affinity",)


def test_a_port_on_every_address_conflicts_with_the_same_on_one() -> None:
    def with_port(name: str, address: str) -> Object:
        made = pod(name)
        made["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": 80, "hostIP": address}]
        return made

    bench = Bench(node("n1"))
    bench.place(with_port("first", "10.0.0.1"), "n1")
    assert bench.decide(with_port("second", "10.0.0.2")).node == "n1"
    assert refusals(bench, with_port("third", ""))["n1"][0] == "NodePorts"


def test_all_that_is_short_is_named_and_more_than_the_whole_node_has_is_hopeless() -> None:
    bench = Bench(node("n1", cpu="2", memory="1Gi", pods="1"))
    bench.place(pod("there", cpu="1500m"), "n1")
    assert refusals(bench, pod("web", cpu="1"))["n1"][1:] == ("Unschedulable", ("Too many pods", "Insufficient cpu"))
    assert refusals(bench, pod("big", cpu="1", memory="2Gi"))["n1"][1:] == (
        "UnschedulableAndUnresolvable",
        ("Too many pods", "Insufficient cpu", "Insufficient memory"),
    )


def test_the_node_that_stays_emptier_scores_higher() -> None:
    found = details(
        Bench(node("n1", cpu="4", memory="8Gi"), node("n2", cpu="2", memory="8Gi")), pod("web", cpu="1", memory="2Gi")
    )
    assert found.raw["NodeResourcesFit"] == {"n1": 75, "n2": 62}


def test_a_broken_line_can_say_what_a_use_is_worth() -> None:
    line = [{"utilization": 0, "score": 0}, {"utilization": 50, "score": 10}, {"utilization": 100, "score": 0}]
    strategy = {
        "type": "RequestedToCapacityRatio",
        "resources": [{"name": "cpu", "weight": 1}],
        "requestedToCapacityRatio": {"shape": line},
    }
    bench = bench_with("NodeResourcesFit", {"scoringStrategy": strategy}, node("n1", cpu="2"), node("n2", cpu="4"))
    assert details(bench, pod("web", cpu="1")).raw["NodeResourcesFit"] == {"n1": 100, "n2": 50}


def test_a_balance_that_stays_as_it_is_scores_75_and_pods_without_requests_are_not_scored() -> None:
    bench = Bench(node("n1", cpu="4", memory="8Gi"), node("n2", cpu="4", memory="8Gi"))
    assert details(bench, pod("even", cpu="1", memory="2Gi")).raw["NodeResourcesBalancedAllocation"] == {
        "n1": 75,
        "n2": 75,
    }
    assert "NodeResourcesBalancedAllocation" in details(bench, pod("none")).skipped_score


def test_an_image_counts_by_its_size_and_by_how_many_nodes_have_it() -> None:
    images = [{"names": ["example/app:v1"], "sizeBytes": 1023 * 1024 * 1024}]
    found = details(Bench(node("n1", images=images), node("n2")), pod("web"))
    assert found.raw["ImageLocality"] == {"n1": 50, "n2": 0}
