"""Replays recorded kubectl commands and compares exit status, standard output and standard error.

They were recorded in the namespace `validation`, in which stood a Deployment with its pod, and a pod that a Job had
left. Ages depend on when the recorder ran each command, so all ages look alike here.
"""

import functools
import re
from typing import Any

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands.differences import Comparison, Replayed, Scenario
from playground.kube.commands.golden_ground import NAMESPACE, RECORDER, ground
from playground.kube.rest import Call, Reply, handle

Json = dict[str, Any]

AGE = re.compile(r"(?<=\s)\d+[smhd](?:\d+[smhd])?(?=\s|$)")
HASH = "cbd4b7876"
CONTAINER: Json = {
    "name": "c",
    "image": "nginx:1.0",
    "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
}
RUNNING: Json = {
    "phase": "Running",
    "conditions": [{"type": "Ready", "status": "True"}],
    "containerStatuses": [
        {"name": "c", "image": "nginx:1.0", "imageID": "", "ready": True, "restartCount": 0, "state": {"running": {}}}
    ],
}
REPLICAS: Json = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "observedGeneration": 1}
LABELS = {"app": "d", "pod-template-hash": HASH}


def workload(kind: str, name: str, labels: dict[str, str]) -> Json:
    """A Deployment or ReplicaSet of one pod."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "labels": labels, "annotations": {"deployment.kubernetes.io/revision": "1"}},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}},
        },
    }


def pod(name: str, labels: dict[str, str]) -> Json:
    """A pod with its one container."""
    metadata = {"name": name, "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [CONTAINER], "nodeName": "n1"},
    }


# What stood in the namespace, each with its status; Deployment and ReplicaSet own what follows them.
OBJECTS: tuple[tuple[Json, Json], ...] = (
    (workload("Deployment", "d", {"app": "d"}), {**REPLICAS, "updatedReplicas": 1}),
    (workload("ReplicaSet", f"d-{HASH}", LABELS), REPLICAS),
    (pod(f"d-{HASH}-cjz6x", LABELS), RUNNING),
    (pod("j0-0-vghnh", {"app": "j0"}), RUNNING),
)


def replay(record: Scenario) -> Replayed:
    """Run one recorded command in a fresh cluster."""
    comparison = Comparison(record["name"], steps=1)
    recorded = record["kubectl"]
    compare(comparison, recorded, populated().fork(), recorded["args"], {})
    return comparison.done()


def compare(comparison: Comparison, recorded: Json, cluster: Cluster, args: list[str], files: dict[str, str]) -> None:
    """Run kubectl and compare what it printed with the recording."""

    def answer(call: Call) -> Reply:
        return handle(cluster.api, call, RECORDER)

    result = kubectl.run(answer, ["-n", NAMESPACE, *args], files, now=cluster.clock.now)
    comparison.equal("kubectl", "rc", recorded["rc"], result.rc)
    comparison.equal("kubectl", "stdout", ageless(recorded["stdout"]), ageless(result.stdout))
    comparison.equal("kubectl", "stderr", ageless(recorded["stderr"]), ageless(result.stderr))


def ageless(text: str) -> str:
    """The text with every age replaced, so that the time of day does not matter."""
    return AGE.sub("<age>", text)


@functools.cache
def populated() -> Cluster:
    """The ground with the objects above; forked, never written to."""
    cluster = ground().fork()
    owners: list[Json] = []
    for obj, status in OBJECTS:
        owned = {**obj, "metadata": {**obj["metadata"], "ownerReferences": owners[-1:]}}
        made = cluster.api.create(owned, namespace=NAMESPACE, by=RECORDER).object
        kind, name = made["kind"], made["metadata"]["name"]
        cluster.api.patch(
            kind.lower(), name, NAMESPACE, {"status": status}, type="merge", subresource="status", by=RECORDER
        )
        owner = {"apiVersion": made["apiVersion"], "kind": kind, "name": name, "uid": made["metadata"]["uid"]}
        owners = [] if kind == "Pod" else [{**owner, "controller": True, "blockOwnerDeletion": True}]
    cluster.advance(10.0)
    return cluster
