"""The smallest change, one test for each kind: found, told, and carried out on a fork, where the pod is then placed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from playground.kube.cluster import Cluster
from playground.kube.explain import Change, Kind
from playground.kube.programs import SCHEDULING
from tests.kube.explain.support import (
    GPU,
    HOSTNAME,
    ZONE,
    assert_all_hold,
    cluster_of,
    explained,
    node,
    of_kind,
    on,
    placed_by,
    pod,
)

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
APP = {"labelSelector": {"matchLabels": {"app": "web"}}}


def proved(cluster: Cluster, *kinds: Kind) -> Change:
    """The change of these kinds; all that was claimed is tried on forks."""
    found = explained(cluster)
    assert_all_hold(cluster, found)
    return of_kind(found, *kinds)


def test_the_largest_request_that_fits_is_named() -> None:
    cluster = cluster_of(
        node("node-1"), node("node-2"), on("node-1", pod("a", "1800m")), on("node-2", pod("b", "1700m")), pod("web")
    )

    change = proved(cluster, Kind.REQUEST)

    assert change.sentence == "node-2 would take it if it asked for 300m CPU instead of 500m."
    assert change.node == "node-2"
    [step] = change.steps
    assert (step.field, step.old, step.new) == ("spec.containers[0].resources.requests[cpu]", "500m", "300m")


def test_a_request_is_rounded_to_a_pleasant_amount() -> None:
    cluster = cluster_of(node("node-1"), on("node-1", pod("a", "1663m")), pod("web"))

    assert proved(cluster, Kind.REQUEST).sentence == "node-1 would take it if it asked for 330m CPU instead of 500m."


def test_a_toleration_lets_it_onto_a_tainted_node() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"))

    change = proved(cluster, Kind.TOLERATION)

    assert change.sentence == "node-1 would take it with a toleration for gpu=true:NoSchedule."
    assert [call.verb for call in change.operations] == ["patch"]


def test_a_taint_may_be_taken_off_the_node() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"))

    assert proved(cluster, Kind.TAINT).sentence == "node-1 would take it without the taint gpu=true:NoSchedule."


def test_a_label_of_the_node_selector_may_go() -> None:
    cluster = cluster_of(node("node-1"), pod("web", nodeSelector={"disktype": "ssd"}))

    change = proved(cluster, Kind.NODE_SELECTOR)

    assert change.sentence == "node-1 would take it without disktype=ssd in its nodeSelector."


def test_the_node_may_get_the_label() -> None:
    cluster = cluster_of(node("node-1"), pod("web", nodeSelector={"disktype": "ssd"}))

    change = proved(cluster, Kind.LABEL)

    assert change.sentence == "node-1 would take it if that node had the label disktype=ssd."
    [call] = change.operations
    assert call.body == {"metadata": {"labels": {"disktype": "ssd"}}}


def affinity(*terms: Sequence[object]) -> dict[str, Any]:
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}}}


@pytest.mark.parametrize(
    ("expression", "labels", "said"),
    [
        ({"key": "disk", "operator": "In", "values": ["ssd"]}, {}, "had the label disk=ssd"),
        ({"key": "disk", "operator": "NotIn", "values": ["hdd"]}, {"disk": "hdd"}, "had no label disk=hdd"),
        ({"key": "disk", "operator": "Exists"}, {}, "had the label disk=true"),
        ({"key": "disk", "operator": "DoesNotExist"}, {"disk": "hdd"}, "had no label disk=hdd"),
        ({"key": "cores", "operator": "Gt", "values": ["8"]}, {"cores": "4"}, "had the label cores=9"),
        ({"key": "cores", "operator": "Lt", "values": ["8"]}, {"cores": "9"}, "had the label cores=7"),
    ],
)
def test_a_label_for_each_operator_of_node_affinity(
    expression: dict[str, Any], labels: dict[str, str], said: str
) -> None:
    cluster = cluster_of(node("node-1", labels=labels), pod("web", affinity=affinity([expression])))

    assert said in proved(cluster, Kind.LABEL).sentence


def test_the_term_that_comes_closest_is_mended() -> None:
    far = [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}]
    near = [{"key": "os", "operator": "Exists"}, {"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}]
    cluster = cluster_of(node("node-1", labels={"os": "x"}), pod("web", affinity=affinity(far, near)))

    change = proved(cluster, Kind.NODE_AFFINITY)

    assert change.sentence == 'node-1 would take it without "disk In (ssd, nvme)" in its node affinity.'


def test_a_lone_condition_takes_the_whole_requirement_with_it() -> None:
    cluster = cluster_of(node("node-1"), pod("web", affinity=affinity([{"key": "disk", "operator": "Exists"}])))

    change = proved(cluster, Kind.NODE_AFFINITY)

    assert change.sentence == "node-1 would take it without its required node affinity."


def test_a_pod_that_names_a_node_may_stop_to() -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": ["node-9"]}]
    terms = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchFields": fields}]}}}
    cluster = cluster_of(node("node-1"), pod("web", affinity=terms))

    assert proved(cluster, Kind.NODE_AFFINITY).node == "node-1"


def test_a_host_port_may_go() -> None:
    port = [{"containerPort": 80, "hostPort": 80}]
    cluster = cluster_of(node("node-1"), pod("first", ports=port), pod("web", ports=port))

    assert proved(cluster, Kind.HOST_PORT).sentence == "node-1 would take it without the hostPort 80."


def spread(skew: int = 1, key: str = ZONE) -> list[dict[str, Any]]:
    return [{"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule", **APP}]


def crowded() -> Cluster:
    """Two zones; the pod has to go to b by its constraint, and b is full."""
    a, b = ({ZONE: zone} for zone in "ab")
    web = {"app": "web"}
    return cluster_of(
        node("node-1", labels=a),
        node("node-2", "1", labels=b),
        on("node-1", pod("web-1", labels=web)),
        on("node-2", pod("other", "900m")),
        pod("web", labels=web, topologySpreadConstraints=spread()),
    )


def test_a_larger_skew_may_be_allowed() -> None:
    change = proved(crowded(), Kind.SPREAD)

    assert change.sentence == f"node-1 would take it with maxSkew 2 instead of 1 for {ZONE}."


def test_a_constraint_may_become_soft() -> None:
    change = proved(crowded(), Kind.SPREAD_SOFT)

    assert change.sentence == f"node-1 would take it if its spread constraint for {ZONE} said ScheduleAnyway."


def test_a_node_without_the_key_may_get_it() -> None:
    web = {"app": "web"}
    cluster = cluster_of(node("node-1"), pod("web", labels=web, topologySpreadConstraints=spread()))

    assert "if that node had the label topology.kubernetes.io/zone=" in proved(cluster, Kind.LABEL).sentence


def apart(name: str = "podAntiAffinity") -> dict[str, Any]:
    return {name: {REQUIRED: [{"topologyKey": HOSTNAME, **APP}]}}


def test_anti_affinity_may_become_a_preference() -> None:
    web = {"app": "web"}
    cluster = cluster_of(node("node-1"), pod("first", labels=web), pod("web", labels=web, affinity=apart()))

    change = proved(cluster, Kind.POD_ANTI_AFFINITY)

    assert change.sentence == "node-1 would take it if its pod anti-affinity were preferred, not required."


def test_affinity_may_become_a_preference() -> None:
    cluster = cluster_of(node("node-1"), pod("web", affinity=apart("podAffinity")))

    change = proved(cluster, Kind.POD_AFFINITY)

    assert change.sentence == "node-1 would take it if its pod affinity were preferred, not required."


def test_a_pod_that_minds_may_go() -> None:
    web = {"app": "web"}
    cluster = cluster_of(node("node-1"), pod("first", affinity=apart()), pod("web", labels=web))

    assert proved(cluster, Kind.POD_GONE).sentence == "node-1 would take it if pod first were gone."


def test_a_cordoned_node_may_be_uncordoned() -> None:
    cluster = cluster_of(node("node-1", unschedulable=True), pod("web"))

    assert proved(cluster, Kind.UNCORDON).sentence == "node-1 would take it if that node were uncordoned."


def test_a_cordon_and_its_taint_are_lifted_together() -> None:
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    cluster = cluster_of(node("node-1", unschedulable=True, taints=[taint]), pod("web"))

    change = proved(cluster, Kind.UNCORDON)

    assert [call.body for call in change.operations] == [{"spec": {"taints": None, "unschedulable": None}}]


def test_a_node_may_be_larger() -> None:
    cluster = cluster_of(node("node-1"), pod("web", "2500m"))

    change = proved(cluster, Kind.SIZE)

    assert change.sentence == "node-1 would take it if that node had 2500m CPU instead of 2."
    assert [call.subresource for call in change.operations] == ["status"]


def test_a_node_may_take_more_pods() -> None:
    cluster = cluster_of(node("node-1", pods="1"), pod("first"), pod("web"))

    assert proved(cluster, Kind.SIZE).sentence == "node-1 would take it if that node had 2 pods instead of 1."


def test_a_first_node_helps_where_there_is_none() -> None:
    cluster = cluster_of(pod("web", "6", nodeSelector={"disktype": "ssd"}))

    assert proved(cluster, Kind.NEW_NODE).sentence == "A first node (6 CPU, 8Gi memory) would take it."


def test_one_more_node_may_help() -> None:
    cluster = cluster_of(node("node-1"), pod("first", "1800m"), pod("web"))

    change = proved(cluster, Kind.NEW_NODE)

    assert change.sentence == "One more node like node-1 would take it."
    assert change.node == "node-2"
    [call] = change.operations
    assert (call.verb, call.resource, call.name) == ("create", "nodes", "node-2")


def test_the_smallest_pod_in_the_way_is_named() -> None:
    cluster = cluster_of(node("node-1"), pod("large", "1"), pod("middle", "600m"), pod("small", "300m"), pod("web"))

    assert proved(cluster, Kind.POD_GONE).sentence == "node-1 would take it if pod middle were gone."


def test_scheduling_gates_may_be_taken_away() -> None:
    cluster = cluster_of(node("node-1"), pod("web", schedulingGates=[{"name": "example.com/wait"}]))

    change = proved(cluster, Kind.GATE)

    assert change.sentence == "node-1 would take it without the scheduling gate example.com/wait."
    assert explained(cluster).tried == 1


def test_a_gated_pod_may_need_more_than_its_gate_removed() -> None:
    gates = [{"name": "example.com/wait"}]
    cluster = cluster_of(node("node-1"), pod("web", nodeSelector={"disktype": "ssd"}, schedulingGates=gates))

    change = proved(cluster, Kind.GATE, Kind.NODE_SELECTOR)

    assert "without the scheduling gate example.com/wait and without disktype=ssd" in change.sentence


def test_two_changes_are_tried_where_no_single_one_helps() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web", nodeSelector={"disktype": "ssd"}))

    change = proved(cluster, Kind.TOLERATION, Kind.NODE_SELECTOR)

    assert change == explained(cluster).changes[0]
    assert change.sentence == (
        "node-1 would take it with a toleration for gpu=true:NoSchedule and without disktype=ssd in its nodeSelector."
    )


def test_cpu_and_memory_may_both_be_too_much() -> None:
    cluster = cluster_of(node("node-1"), pod("web", "3", memory="5Gi"))

    change = proved(cluster, Kind.REQUEST, Kind.REQUEST)

    assert "2 CPU instead of 3" in change.sentence
    assert "4Gi memory instead of 5Gi" in change.sentence


def test_two_pods_that_mind_may_have_to_go() -> None:
    web = {"app": "web"}
    zone = {ZONE: "a"}
    minding = {"podAntiAffinity": {REQUIRED: [{"topologyKey": ZONE, **APP}]}}
    cluster = cluster_of(
        node("node-1", labels=zone), pod("one", affinity=minding), pod("two", affinity=minding), pod("web", labels=web)
    )

    change = proved(cluster, Kind.POD_GONE, Kind.POD_GONE)

    assert change.sentence == "node-1 would take it if pod one were gone and if pod two were gone."


def test_one_removal_may_undo_two_obstacles() -> None:
    port = [{"containerPort": 80, "hostPort": 80}]
    cluster = cluster_of(node("node-1"), pod("first", "1800m", ports=port), pod("web", ports=port))

    change = proved(cluster, Kind.POD_GONE)

    assert change.sentence == "node-1 would take it if pod first were gone."


def test_a_new_pod_keeps_its_merged_label_keys_once() -> None:
    key = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["app"]}
    cluster = cluster_of(
        node("node-1"),
        pod("web", "3", labels={"app": "web"}, topologySpreadConstraints=[{**key, "labelSelector": {}}]),
    )

    assert_all_hold(cluster, explained(cluster))


def test_changes_come_with_the_cheapest_first() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"))

    found = explained(cluster)

    assert [change.steps[0].kind for change in found.changes] == [Kind.TOLERATION, Kind.TAINT]
    assert [change.cost for change in found.changes] == sorted(change.cost for change in found.changes)


def test_a_change_that_does_not_name_a_node_lists_all_that_would_do() -> None:
    cluster = cluster_of(node("node-1"), node("node-2"), pod("web", nodeSelector={"disktype": "ssd"}))

    change = proved(cluster, Kind.NODE_SELECTOR)

    assert change.node is None
    assert sorted(change.nodes) == ["node-1", "node-2"]
    assert change.sentence == "node-1 or node-2 would take it without disktype=ssd in its nodeSelector."
    assert placed_by(cluster, change) in {"node-1", "node-2"}


def test_it_says_how_many_changes_were_tried_in_vain() -> None:
    taints = [{**GPU, "key": f"t{number}"} for number in range(3)]
    cluster = cluster_of(node("node-1", taints=taints), pod("web", "3"))

    found = explained(cluster)

    assert found.changes == ()
    assert found.tried == 3
    assert found.sentences[-1] == "None of 3 changes tried helps: nothing small would place the pod."


def test_no_node_is_named_where_the_scheduler_may_not_look_at_all_of_them() -> None:
    nodes = [node(f"node-{number}", "8" if number == 7 else "2") for number in range(130)]
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply([*nodes, pod("web", nodeSelector={"disktype": "ssd"})])
    cluster.advance(1)

    change = of_kind(explained(cluster), Kind.NODE_SELECTOR)

    assert change.node is None
    assert len(change.nodes) == 130
    assert change.nodes[0] == "node-7"
    assert placed_by(cluster, change) in change.nodes
