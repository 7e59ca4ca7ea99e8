"""A learner's cluster with a Deployment "web" behind a Service, for tests of traffic."""

from __future__ import annotations

from playground.kube import Cluster
from playground.kube.controllers.deployment import DeploymentController
from playground.kube.controllers.endpointslice import EndpointSliceController
from playground.kube.controllers.replicaset import ReplicaSetController
from playground.kube.kubelet.kubelets import Kubelets
from playground.kube.programs import Profile
from playground.kube.runtime.default import DefaultRuntime
from playground.kube.traffic import Report, kube_proxy

PROFILE = Profile(
    "traffic",
    {each.name: each for each in (DeploymentController, ReplicaSetController, EndpointSliceController)},
    {"kubelet": lambda context: Kubelets(context, DefaultRuntime()), "kube-proxy": kube_proxy},
)
NODES = "".join(f"---\n{{apiVersion: v1, kind: Node, metadata: {{name: node-{number}}}}}\n" for number in (1, 2))
WEB = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {drydock.dev/behaviour: "%s"}}
    spec:
      containers:
      - {name: web, image: "drydock/web", ports: [{name: http, containerPort: 8080}],
         resources: {limits: {cpu: 500m, memory: 256Mi}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, %s ports: [{port: 80, targetPort: http}]}
"""


def cluster(replicas: int = 2, behaviour: str = "cpu=10ms", service: str = "", seed: int = 1) -> Cluster:
    """A cluster whose pods are ready: two nodes, each pod serves 50 requests a second."""
    made = Cluster(seed, profile=PROFILE)
    made.apply(NODES)
    made.apply(WEB % (replicas, behaviour, service))
    made.run_until_quiet()
    return made


def report(of: Cluster) -> Report:
    """The report of the Service."""
    found = of.traffic.report("default", "web")
    assert found is not None
    return found


def names(of: Cluster) -> list[str]:
    """The pods' names."""
    return [pod["metadata"]["name"] for pod in of.list("pods")]
