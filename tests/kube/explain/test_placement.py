"""Why a node won and why the others lost, told as it was when the scheduler decided."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.programs import SCHEDULING
from tests.kube.explain.support import GPU, HOSTNAME, ZONE, cluster_of, explained, node, on, pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def text(*objects: dict[str, Any]) -> str:
    return str(explained(cluster_of(*objects)))


def test_the_only_node_that_fits_wins_without_points() -> None:
    found = explained(cluster_of(node("node-1"), node("node-2", taints=[GPU]), pod("web")))

    assert found.state == "placed"
    assert found.winner is not None
    assert (found.winner.node, found.winner.points, found.winner.runner_up) == ("node-1", None, None)
    assert list(found.sentences) == [
        "As it was at 00:00:00, when the scheduler decided:",
        "node-1 got the pod because it was the only one of 2 nodes that fitted; no points were counted.",
        "node-2 has the taint gpu=true:NoSchedule, which the pod does not tolerate.",
    ]


def test_the_plugins_that_made_the_difference_are_told_with_their_points() -> None:
    found = explained(cluster_of(node("node-1"), node("node-2"), on("node-1", pod("a", "1")), pod("web")))

    assert found.winner is not None
    assert found.winner.node == "node-2"
    assert found.winner.runner_up == "node-1"
    assert found.winner.differences is not None
    best, other = found.winner.differences["NodeResourcesFit"]
    assert best > other
    said = f"NodeResourcesFit (how much room is left) made the difference: node-2 got {best} points, node-1 {other}."
    assert said in found.sentences
    [loser] = found.losers
    assert (loser.node, loser.plugin) == ("node-1", "")
    assert loser.sentence == f"node-1 would do too, but got only {loser.points} points."
    assert f"node-2 got the most points: {found.winner.points}. node-1 came second with {loser.points}." in str(found)


def test_the_differences_add_up_to_the_gap() -> None:
    zone = {ZONE: "a"}
    prefer = {
        "nodeAffinity": {
            PREFERRED: [{"weight": 5, "preference": {"matchExpressions": [{"key": "x", "operator": "Exists"}]}}]
        }
    }
    found = explained(
        cluster_of(
            node("node-1", labels=zone),
            node("node-2", labels={"x": "y"}),
            on("node-2", pod("a", "1")),
            pod("web", affinity=prefer),
        )
    )

    assert found.winner is not None
    assert found.winner.points is not None
    assert found.winner.differences
    gap = sum(best - other for best, other in found.winner.differences.values())
    assert found.winner.points - gap == found.losers[0].points
    assert "NodeResourcesFit (how much room is left) spoke for node-1" in str(found)


def test_a_tie_is_decided_by_the_heap() -> None:
    found = explained(cluster_of(node("node-1"), node("node-2"), node("node-3"), pod("web")))

    assert found.winner is not None
    assert "node-1, node-2 and node-3 got" in found.sentences[1]
    assert "it takes the node that stands at the top of its heap" in found.sentences[2]
    assert found.sentences[2].endswith(f"and that was {found.winner.node}.")
    assert "with as many points" in found.losers[0].sentence


def test_a_full_node_is_told_with_its_numbers() -> None:
    said = text(node("node-1"), node("node-2"), on("node-2", pod("a", "1700m")), pod("web"))

    assert "node-2 has 300m CPU left of 2; the pod asks for 500m." in said


def test_a_node_that_is_too_small_even_when_empty() -> None:
    said = text(node("node-1", "4"), node("node-2"), pod("web", "3"))

    assert "node-2 has 2 CPU in all, even when it is empty; the pod asks for 3." in said


def test_a_node_with_nothing_left_and_one_without_the_resource() -> None:
    gpu = {"name": "app", "image": "x", "resources": {"limits": {"example.com/gpu": "1"}}}
    wanting = pod("web")
    wanting["spec"]["containers"] = [gpu]
    said = text(node("node-1"), wanting)
    full = text(node("node-1"), node("node-2"), on("node-1", pod("a", "2")), pod("web"))

    assert "node-1 has no example.com/gpu; the pod asks for 1." in said
    assert "node-1 has no CPU left of 2; the pod asks for 500m." in full


def test_several_things_that_are_short_are_all_told() -> None:
    said = text(node("node-1", "4"), node("node-2", pods="1"), on("node-2", pod("a", "1")), pod("web", "1500m"))

    assert "node-2 runs 1 pod already, as many as it may (1). It has 1 CPU left of 2; the pod asks for 1500m." in said


def test_nodes_that_lost_alike_share_a_sentence() -> None:
    said = text(*(node(f"node-{number}", taints=[GPU]) for number in range(1, 7)), node("node-7"), pod("web"))

    assert "Each of node-1, node-2, node-3 and 3 others has the taint gpu=true:NoSchedule" in said


def test_labels_cordons_and_ports_are_told() -> None:
    port = [{"containerPort": 80, "hostPort": 80}]
    said = text(
        node("node-1", labels={"disktype": "hdd"}),
        node("node-2", unschedulable=True, labels={"disktype": "ssd"}),
        node("node-3", labels={"disktype": "ssd"}),
        node("node-4", labels={"disktype": "ssd"}),
        on("node-3", pod("first", ports=port)),
        pod("web", nodeSelector={"disktype": "ssd"}, ports=port),
    )

    assert "node-1 has disktype=hdd; the pod's nodeSelector asks for disktype=ssd." in said
    assert "node-2 is cordoned (spec.unschedulable), so it takes no new pods." in said
    assert "node-3 has its port 80/TCP taken by pod first; the pod asks for the same hostPort." in said


def test_spread_constraints_are_told_with_the_skew() -> None:
    web = {"app": "web"}
    constraint = {
        "maxSkew": 1,
        "topologyKey": ZONE,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": web},
    }
    said = text(
        node("node-1", labels={ZONE: "a"}),
        node("node-2", labels={ZONE: "b"}),
        node("node-3"),
        on("node-1", pod("one", labels=web)),
        pod("web", labels=web, topologySpreadConstraints=[constraint]),
    )

    assert (
        f"node-1 is in {ZONE}=a, which has 1 pod of this kind while the least is 0; "
        "one more would make the skew 2, and maxSkew is 1."
    ) in said
    assert f"node-3 has no label {ZONE}, by which the pod is to be spread." in said


def test_affinity_between_pods_is_told_from_all_sides() -> None:
    db, web = {"app": "db"}, {"app": "web"}
    near = {"podAffinity": {REQUIRED: [{"topologyKey": HOSTNAME, "labelSelector": {"matchLabels": db}}]}}
    apart = {"podAntiAffinity": {REQUIRED: [{"topologyKey": HOSTNAME, "labelSelector": {"matchLabels": web}}]}}
    said = text(
        *(node(f"node-{number}") for number in range(1, 5)),
        on("node-1", pod("db-1", labels=db)),
        on("node-2", pod("db-2", labels=db)),
        on("node-2", pod("enemy", affinity=apart)),
        on("node-3", pod("db-3", labels=db)),
        on("node-3", pod("rival", labels=web)),
        pod("web", labels=web, affinity={**near, **apart}),
    )

    assert "node-2 has pod enemy on it, whose anti-affinity keeps this pod away." in said
    assert "node-3 has pod rival on it; the pod's anti-affinity keeps it away from app=web." in said
    assert "node-4 has no pod with app=db on it, and the pod's affinity asks for one" in said


def test_it_is_told_as_it_was_then_not_as_it_is_now() -> None:
    cluster = cluster_of(node("node-1"), node("node-2", taints=[GPU]), pod("web"))
    cluster.patch("node", "node-2", {"spec": {"taints": None}})
    cluster.apply(node("node-3"))
    cluster.delete("node", "node-1")
    cluster.advance(100)

    found = explained(cluster)

    assert found.as_of == "2026-01-01T00:00:00Z"
    assert [loser.sentence for loser in found.losers] == [
        "node-2 has the taint gpu=true:NoSchedule, which the pod does not tolerate."
    ]


def test_what_the_scheduler_noted_is_told_when_the_log_is_gone() -> None:
    cluster = cluster_of(node("node-1"), node("node-2", taints=[GPU]), node("node-3"), pod("web"))
    cluster.compact(cluster.revision)

    found = explained(cluster)

    assert found.sentences[0] == "The log does not reach back to the decision any more."
    assert found.sentences[1].startswith("What the scheduler noted at 00:00:00: it chose node-")
    assert "The best of 2 nodes that fitted, by points: " in found.sentences[2]
    assert found.sentences[3] == "The others were refused for these reasons: 1 × node(s) had untolerated taint(s)."


def test_nothing_is_made_up_when_nothing_is_known() -> None:
    cluster = cluster_of(node("node-1"), pod("web"))
    cluster.compact(cluster.revision)
    cluster.scheduler.decisions.clear()

    assert list(explained(cluster).sentences) == [
        "The log does not reach back to the decision any more.",
        "The pod is on node-1; nothing else is recorded about the choice.",
    ]


def test_a_pod_that_chose_its_node_itself_was_not_scheduled() -> None:
    cluster = cluster_of(node("node-1"), on("node-1", pod("web")))

    assert list(explained(cluster).sentences) == [
        "The pod was created with spec.nodeName node-1; no scheduler chose it."
    ]


def test_a_pod_may_have_been_bound_by_somebody_else() -> None:
    cluster = cluster_of(node("node-1"), pod("web", schedulerName="mine"))
    cluster.api.bind("default", "web", "node-1", by=cluster._by("kubectl"))

    assert list(explained(cluster).sentences) == ["The pod was bound to node-1 by kubectl, not by the scheduler here."]


def test_many_nodes_make_few_sentences() -> None:
    nodes = [node(f"node-{number}", f"{number}") for number in range(1, 15)]
    found = explained(cluster_of(*nodes, node("big", "20"), pod("web", "16")))

    assert len(found.losers) == 14
    assert "6 more nodes lost in the same way with other numbers: 6 by NodeResourcesFit." in found.sentences


def test_a_tie_is_told_rightly_by_a_scheduler_started_anew() -> None:
    named = [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]
    only = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchFields": named}]}}}
    cluster = cluster_of(node("node-1"), node("node-2"), node("node-3"), pod("first", cpu=None, affinity=only))
    cluster.delete("pod", "first", grace=0)
    cluster.apply(pod("web"))
    cluster.advance(1)
    taken = cluster.get("pod", "web")["spec"]["nodeName"]

    found = explained(Cluster.restore(cluster.snapshot()))

    assert taken != "node-1"
    assert found.winner is not None
    assert found.winner.node == taken
    assert found.sentences[2].endswith(f"and that was {taken}.")


def test_a_scheduler_that_stops_early_says_so() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply([*(node(f"node-{number}") for number in range(130)), pod("web")])
    cluster.advance(1)

    found = explained(cluster)

    looked = "The scheduler looked at 100 of 130 nodes and stopped as soon as enough of them fitted"
    assert any(sentence.startswith(looked) for sentence in found.sentences)
    assert sum(loser.sentence.endswith("was not looked at.") for loser in found.losers) == 30


def test_a_decision_that_cannot_be_repeated_is_admitted() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply([*(node(f"node-{number}", f"{200 - number}") for number in range(130)), pod("first"), pod("web")])
    cluster.advance(1)
    cluster.scheduler.decisions.clear()

    found = explained(cluster)

    assert found.sentences[0].startswith("Deciding again on 130 nodes as of revision ")
    assert found.sentences[0].endswith("is chosen: so that moment cannot be told exactly any more.")


def test_a_node_may_offer_no_room_for_pods() -> None:
    assert "node-1 offers no room for pods." in text(node("node-1", pods="0"), pod("web"))


def test_too_few_domains_are_told() -> None:
    web = {"app": "web"}
    constraint = {
        "maxSkew": 1,
        "minDomains": 2,
        "topologyKey": HOSTNAME,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": web},
    }
    said = text(
        node("node-1"),
        on("node-1", pod("one", labels=web)),
        pod("web", labels=web, topologySpreadConstraints=[constraint]),
    )

    assert "(1 domain, fewer than minDomains 2)" in said


def test_a_node_without_the_topology_key_of_an_affinity() -> None:
    near = {"podAffinity": {REQUIRED: [{"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "db"}}}]}}

    assert f"node-1 has no label {ZONE}, which the pod's affinity speaks of." in text(
        node("node-1"), pod("web", affinity=near)
    )


def test_a_named_node_that_is_not_this_one() -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]
    only = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchFields": fields}]}}}
    said = text(node("node-1"), node("node-2"), pod("web", affinity=only))

    assert "node-1 is not the node that the pod's node affinity names (metadata.name In (node-2))." in said


def test_an_empty_term_matches_no_node() -> None:
    nothing: dict[str, Any] = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{}]}}}

    assert "node-1 matches none of the pod's node affinity terms." in text(node("node-1"), pod("web", affinity=nothing))


def test_affinity_that_the_configuration_adds_is_not_the_pods() -> None:
    terms = [{"matchExpressions": [{"key": "pool", "operator": "In", "values": ["web"]}]}]
    added = {"addedAffinity": {REQUIRED: {"nodeSelectorTerms": terms}}}
    cluster = Cluster(
        profile=SCHEDULING,
        config={
            "apiVersion": "kubescheduler.config.k8s.io/v1",
            "kind": "KubeSchedulerConfiguration",
            "profiles": [{"pluginConfig": [{"name": "NodeAffinity", "args": added}]}],
        },
    )
    cluster.apply([node("node-1"), pod("web")])
    cluster.advance(1)

    said = "node-1 does not match the node affinity that the scheduler's configuration adds."
    assert said in explained(cluster).sentences
