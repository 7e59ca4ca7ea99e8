"""Sentences about everything else, and that no change is left without one."""

from __future__ import annotations

from playground.kube.store import By, Change
from tests.kube.narration.support import Stage, node, template, workload


def test_a_deployment_and_its_replicasets() -> None:
    stage = Stage()
    owner = stage.create("kubectl", workload("Deployment", replicas=4))
    stage.create("deployment-controller", workload("ReplicaSet", "web-1", replicas=4), owner)
    stage.patch("kubectl", "deployments.apps", "web", {"spec": {"template": template("nginx:1.27")}})
    stage.create("deployment-controller", workload("ReplicaSet", "web-2", replicas=1), owner)
    stage.patch("deployment-controller", "replicasets.apps", "web-1", {"spec": {"replicas": 3}})
    stage.patch("kubectl", "deployments.apps", "web", {"spec": {"paused": True}})
    stage.patch("kubectl", "deployments.apps", "web", {"spec": {"replicas": 6}})
    stage.status("deployment-controller", "deployments.apps", "web", replicas=5, readyReplicas=4, updatedReplicas=2)
    assert stage.said() == [
        "You created Deployment web.",
        "Deployment web created ReplicaSet web-1 for its template, with 4 pods to begin with.",
        "You changed the template of Deployment web: web from nginx:1.26 to nginx:1.27.",
        "Deployment web created ReplicaSet web-2 for its template, with 1 pod to begin with.",
        "Deployment web scaled ReplicaSet web-1 from 4 to 3 (4 wanted; at most 25% more and 25% fewer on the way).",
        "You paused Deployment web.",
        "You scaled Deployment web from 4 to 6.",
        "Deployment web has 5 pods, 4 ready, and wants 6; 2 of them of its newest template.",
    ]


def test_a_node_that_falls_silent() -> None:
    stage = Stage()
    stage.create("kubectl", node("node-1"))
    stage.status(
        "kubelet", "nodes", "node-1", conditions=[{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
    )
    stage.status("node-controller", "nodes", "node-1",
                 conditions=[{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}])  # fmt: skip
    taint = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
    stage.patch("node-controller", "nodes", "node-1", {"spec": {"taints": [taint]}})
    assert stage.said() == [
        "You created node-1.",
        "node-1 is ready for pods.",
        "The node controller has not heard of node-1 for too long and marked it as not ready.",
        "The node controller tainted node-1 with node.kubernetes.io/unreachable:NoExecute.",
    ]


def test_who_a_service_sends_to() -> None:
    stage = Stage()
    head = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4"}
    metadata = {"name": "web-x", "labels": {"kubernetes.io/service-name": "web"}}

    def endpoints(**ready: bool) -> list[dict[str, object]]:
        return [
            {"addresses": [f"10.0.0.{number}"], "conditions": {"ready": is_ready}, "targetRef": {"name": name}}
            for number, (name, is_ready) in enumerate(ready.items(), 1)
        ]

    made = stage.create(
        "endpointslice-controller", {**head, "metadata": metadata, "endpoints": endpoints(a=True, b=False)}
    )
    stage.cluster.api.update({**made, "endpoints": endpoints(a=False, b=True)}, by=By("endpointslice-controller"))
    assert stage.said() == [
        "Service web now sends to 1 pod; new: a.",
        "Service web now sends to 1 pod; new: b; no longer: a.",
    ]


def test_what_has_no_words_of_its_own_is_told_field_by_field() -> None:
    stage = Stage()
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"colour": "red"}}
    made = stage.create("kubectl", config)
    stage.cluster.api.update({**made, "data": {"colour": "blue", "size": "4"}}, by=By("kubectl"))
    stage.cluster.delete("configmaps", "settings")
    assert stage.said() == [
        "You created ConfigMap settings.",
        "You changed ConfigMap settings: data.colour from red to blue and data.size is now 4.",
        "You removed ConfigMap settings.",
    ]


def test_a_sentence_names_actor_cause_and_command_of_its_change() -> None:
    stage = Stage()
    stage.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    change: Change = stage.cluster.changes_since(0)[-1]
    sentence = stage.cluster.narrate(change.revision - 1)[0]
    assert (sentence.revision, sentence.actor, sentence.command) == (change.revision, "kubectl", change.command)
    assert sentence.text == "You created namespace team."
