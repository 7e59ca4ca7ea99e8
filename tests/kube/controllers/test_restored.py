"""A cluster that is saved in the middle of a story and restored tells the story to its end in the same words."""

from __future__ import annotations

import pytest

from playground.kube import log
from playground.kube.cluster import Cluster
from playground.kube.controllers.volumes.provisioner import NAME
from tests.kube.clusters import again, running

CONTROLLERS = (
    "endpointslice-controller",
    "endpoint-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "pod-garbage-collector-controller",
    "resourcequota-controller",
    "persistentvolume-controller",
    NAME,
    "persistentvolumeclaim-protection-controller",
    "persistentvolume-protection-controller",
    "serviceaccount-controller",
    "root-ca-certificate-publisher-controller",
)
WORLD = f"""
{{apiVersion: v1, kind: Namespace, metadata: {{name: x}}}}
---
{{apiVersion: v1, kind: ResourceQuota, metadata: {{name: q, namespace: x}}, spec: {{hard: {{pods: "5"}}}}}}
---
{{apiVersion: v1, kind: Service, metadata: {{name: web, namespace: x}},
  spec: {{selector: {{a: b}}, ports: [{{port: 80}}]}}}}
---
{{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {{name: s}}, provisioner: {NAME},
  volumeBindingMode: WaitForFirstConsumer}}
---
{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: c, namespace: x}},
  spec: {{accessModes: [ReadWriteOnce], storageClassName: s, resources: {{requests: {{storage: 1Gi}}}}}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: x, labels: {{a: b}}, finalizers: [example.com/hold]}},
  spec: {{volumes: [{{name: v, persistentVolumeClaim: {{claimName: c}}}}],
    containers: [{{name: c, image: "nginx:1"}}]}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: q, namespace: x, labels: {{a: b}}}},
  spec: {{containers: [{{name: c, image: "nginx:1"}}]}}}}
"""


def begun() -> Cluster:
    """Two pods of a Service, one with a volume; one's node is gone, and then the namespace is to go, too."""
    cluster = running(*CONTROLLERS, nodes=2)
    cluster.apply(WORLD)
    cluster.advance(3)
    cluster.delete("node", cluster.get("pod", "p", namespace="x")["spec"]["nodeName"])
    cluster.delete("pod", "q", namespace="x")
    cluster.advance(0.2)
    cluster.delete("namespace", "x")
    return cluster


@pytest.mark.parametrize("turns", [0, 1, 2, 5, 9, 14, 20, 30, 45, 60])
def test_it_goes_on_as_it_would_have(turns: int) -> None:
    one = begun()
    for _ in range(turns):
        one.step()
    other = again(one)
    for cluster in (one, other):
        cluster.advance(100)
    assert list(log.lines(one.changes_since(0))) == list(log.lines(other.changes_since(0)))
