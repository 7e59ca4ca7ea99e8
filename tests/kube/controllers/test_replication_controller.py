"""A ReplicationController does what a ReplicaSet does, with its own selector and status."""

from __future__ import annotations

from tests.kube import clusters
from tests.kube.controllers.workloads import bare_pod, scaled, template


def test_a_replication_controller_keeps_its_number_of_pods() -> None:
    cluster = clusters.running("replication-controller")
    cluster.apply(bare_pod("mine"))
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ReplicationController",
            "metadata": {"name": "rc"},
            "spec": {"replicas": 3, "selector": {"app": "web"}, "template": template()},
        }
    )
    cluster.run_until_quiet()
    owner = cluster.get("pod", "mine")["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("ReplicationController", "rc", True)
    assert cluster.get("rc", "rc")["status"] == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
    }
    scaled(cluster, 1, "rc", "rc")
    cluster.run_until_quiet()
    assert len(clusters.pods(cluster)) == 1
    told = [event["source"]["component"] for event in cluster.list("events", fields="reason=SuccessfulDelete")]
    assert told == ["replication-controller"] * 2
