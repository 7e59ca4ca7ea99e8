"""Why a pod waits, and what preemption did or could not do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.explain import Kind
from playground.kube.explain.waiting import queued
from playground.kube.programs import SCHEDULING
from tests.kube.explain.support import GPU, Json, assert_all_hold, cluster_of, explained, node, of_kind, on, pod


def high(value: int = 1000) -> Json:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "high"},
        "value": value,
    }


def text(*objects: dict[str, Any]) -> str:
    return str(explained(cluster_of(*objects)))


def test_a_refused_pod_waits_for_something_to_change() -> None:
    cluster = cluster_of(node("node-1"), pod("web", "3"))

    found = explained(cluster)

    assert found.state == "waiting"
    assert found.as_of == "2026-01-01T00:00:01Z"
    tried = "The scheduler tried it once and found no node."
    later = "It tries again when something changes that may help, at the latest at 00:05:00."
    assert found.sentences[:2] == (f"{tried} {later}", "The only node cannot take it.")


def test_a_pod_that_was_never_tried_is_told_where_it_would_go() -> None:
    cluster = cluster_of(node("node-1"))
    cluster.apply(pod("web"))

    found = explained(cluster)

    assert found.sentences[:2] == (
        "It waits for its first try.",
        "If the scheduler tried it now, node-1 would take it.",
    )
    assert found.winner is not None
    assert found.changes == ()


def test_a_pod_in_back_off_is_told_until_when() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"), wait=0)
    cluster.patch("node", "node-1", {"spec": {"taints": None}})

    said = explained(cluster).sentences

    assert said[0] == "The scheduler tried it once. It is in back-off: the next try is at 00:00:01 at the latest."
    assert said[1] == "If the scheduler tried it now, node-1 would take it."


def test_gates_hold_a_pod_back() -> None:
    gates = [{"name": "example.com/a"}, {"name": "example.com/b"}]
    said = text(node("node-1"), pod("web", schedulingGates=gates))

    assert (
        "The pod is held back by the scheduling gates example.com/a and example.com/b: "
        "the scheduler does not look at it until spec.schedulingGates is empty."
    ) in said
    assert "If the scheduler looked at it now, node-1 would take it." in said


def test_nobody_of_that_name_schedules() -> None:
    found = explained(cluster_of(node("node-1"), pod("web", schedulerName="mine")))

    assert list(found.sentences) == [
        'The pod asks for the scheduler "mine", and none of that name runs here. There is default-scheduler.'
    ]


def test_there_are_no_nodes() -> None:
    said = text(pod("web"))

    assert "There are no nodes in this cluster." in said
    assert "The smallest change: A first node (4 CPU, 8Gi memory) would take it." in said


def test_a_pod_on_its_way_out_is_not_scheduled() -> None:
    web = pod("web", "3")
    web["metadata"]["finalizers"] = ["example.com/hold"]
    cluster = cluster_of(node("node-1"), web)
    cluster.delete("pod", "web")

    found = explained(cluster)

    assert found.state == "ended"
    assert list(found.sentences) == ["The pod is being deleted, so it is not scheduled any more."]


def test_preemption_says_who_has_to_go_and_what_it_waits_for() -> None:
    cluster = cluster_of(
        high(), node("node-1"), on("node-1", pod("low", "1800m")), pod("web", priorityClassName="high")
    )

    found = explained(cluster)

    assert "It is nominated to node-1 (status.nominatedNodeName): room is being made for it there." in found.waiting
    assert "It waits for pod low to end." in found.waiting
    assert found.preemption == ("It pushes nobody else out as long as pods on node-1 are on their way out for it.",)
    assert_all_hold(cluster, found)
    assert of_kind(found, Kind.POD_GONE).sentence == "node-1 would take it if pod low were gone."


def test_preemption_is_foretold_before_the_first_try() -> None:
    cluster = cluster_of(high(), node("node-1"), on("node-1", pod("low", "1800m")))
    cluster.apply(pod("web", priorityClassName="high"))

    [said] = explained(cluster).preemption

    assert said.startswith("It may push out less important pods: its priority is 1000. ")
    assert said.endswith("On node-1 low (priority 0) would have to go for it.")


def test_what_preemption_did_is_still_told_when_the_pod_runs() -> None:
    cluster = cluster_of(
        high(), node("node-1"), on("node-1", pod("low", "1800m")), pod("web", priorityClassName="high")
    )
    cluster.delete("pod", "low", grace=0)
    cluster.advance(10)

    found = explained(cluster)

    assert found.state == "placed"
    assert found.preemption == ("At 00:00:00 there was no room for it, so low had to leave node-1.",)


def test_a_pod_may_be_forbidden_to_preempt() -> None:
    said = text(
        {**high(), "preemptionPolicy": "Never"},
        node("node-1"),
        on("node-1", pod("low", "1800m")),
        pod("web", priorityClassName="high"),
    )

    assert "It may not push other pods out: its preemptionPolicy is Never." in said


def test_nobody_there_is_less_important() -> None:
    said = text(node("node-1"), on("node-1", pod("equal", "1800m")), pod("web"))

    assert "On 1 node it can push nobody out: no pod there has a lower priority than 0." in said


def test_pushing_pods_out_would_not_take_a_taint_away() -> None:
    said = text(
        high(), node("node-1", taints=[GPU]), node("node-2", taints=[GPU]), pod("web", priorityClassName="high")
    )

    assert "On 2 nodes pushing pods out would not help: other pods are not what stands in the way." in said


def test_pushing_all_less_important_pods_out_may_not_be_enough() -> None:
    said = text(
        high(),
        node("node-1"),
        on("node-1", pod("low", "400m")),
        on("node-1", pod("equal", "1500m", priorityClassName="high")),
        pod("web", "1", priorityClassName="high"),
    )

    assert "On 1 node it would not be enough to push out all less important pods (Insufficient cpu)." in said


def test_room_kept_for_a_nominated_pod_is_told() -> None:
    cluster = cluster_of(
        high(),
        node("node-1"),
        on("node-1", pod("low", "1800m")),
        pod("first", "1500m", priorityClassName="high"),
    )
    cluster.delete("pod", "low", grace=0)
    cluster.apply(pod("web", "1"))

    found = explained(cluster)

    assert "node-1 keeps room for pod first, which is nominated to it (Insufficient cpu)." in found.sentences
    assert found.sentences[-1] == "(1 other pod without a node may take the room first.)"


def test_a_plugin_without_words_of_its_own_is_told_as_the_scheduler_does() -> None:
    claim = [{"name": "data", "persistentVolumeClaim": {"claimName": "missing"}}]
    found = explained(cluster_of(node("node-1"), pod("web", volumes=claim)))

    assert found.winner is None
    assert any("missing" in sentence for sentence in found.sentences)


def owned(what: Json, kind: str, name: str) -> Json:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "1", "controller": True}
    what["metadata"]["ownerReferences"] = [owner]
    return what


def test_who_made_the_pod_is_told_because_the_change_belongs_there() -> None:
    said = text(node("node-1", taints=[GPU]), owned(pod("web"), "ReplicaSet", "web-5d"))

    assert (
        "The pod belongs to ReplicaSet web-5d: change the template there, or its next pod will be as this one is."
    ) in said


def test_a_pod_that_would_come_back_is_told_to() -> None:
    port = [{"containerPort": 80, "hostPort": 80}]
    first = owned(pod("first", ports=port), "DaemonSet", "proxy")
    said = text(node("node-1"), first, pod("web", ports=port))

    assert "Or: node-1 would take it if pod first were gone." in said
    assert "Pod first belongs to DaemonSet proxy, which makes a new one when it goes." in said


def test_the_plugins_of_the_pods_own_profile_are_asked() -> None:
    lax = {"schedulerName": "lax", "plugins": {"multiPoint": {"disabled": [{"name": "TaintToleration"}]}}}
    config = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "profiles": [{"schedulerName": "default-scheduler"}, lax],
    }
    cluster = Cluster(profile=SCHEDULING, config=config)
    cluster.apply([node("node-1", taints=[GPU]), pod("web", "3", schedulerName="lax"), pod("other", "3")])
    cluster.advance(1)

    assert "gpu" not in str(explained(cluster))
    assert "gpu" in str(explained(cluster, "other"))


def test_a_pod_whose_volumes_are_not_ready_has_its_node_already() -> None:
    storage = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "slow"},
        "provisioner": "example.com/slow",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "slow",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    found = explained(cluster_of(storage, claim, node("node-1"), pod("web", volumes=volumes)))

    assert list(found.sentences) == [
        "The scheduler has chosen node-1 and binds the pod as soon as its volumes are ready there."
    ]


def test_a_pod_in_the_active_queue_is_about_to_be_tried_again() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"), wait=20)
    cluster.patch("node", "node-1", {"spec": {"taints": None}})

    assert explained(cluster).sentences[0] == "It stands in the active queue and was tried once."


def test_a_plugin_that_holds_a_pod_back_is_named() -> None:
    cluster = cluster_of(pod("web"))
    entry = cluster.scheduler.waiting(cluster.get("pod", "web")["metadata"]["uid"])
    assert entry is not None

    said = queued(replace(entry, gate="Example"), 0.0)

    assert said == "The plugin Example holds the pod back for now; the scheduler does not look at it until then."


def test_a_pod_that_nobody_has_seen_yet() -> None:
    assert queued(None, 0.0) == "The scheduler has not seen the pod yet."


def test_a_broken_disruption_budget_is_told() -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "keep"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "low"}}},
    }
    low = on("node-1", pod("low", "1800m", labels={"app": "low"}))
    cluster = cluster_of(high(), budget, node("node-1"), low)
    cluster.apply(pod("web", priorityClassName="high"))

    assert explained(cluster).preemption[1:] == ("That breaks a PodDisruptionBudget 1 time; no other way was better.",)


def test_a_pod_may_end_without_a_node() -> None:
    cluster = cluster_of(pod("web"))
    cluster.patch("pod", "web", {"status": {"phase": "Failed"}}, subresource="status")

    found = explained(cluster)

    assert found.state == "ended"
    assert list(found.sentences) == ["The pod has ended (Failed) without ever getting a node."]


def test_several_nodes_that_cannot_take_it_are_counted() -> None:
    assert "None of the 2 nodes can take it." in text(node("node-1"), node("node-2"), pod("web", "3"))
