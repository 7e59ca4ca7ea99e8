"""kubectl drain while time passes: it waits for pods to go, and asks again where a budget says no."""

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.kubectl.program import Result
from tests.kube import clusters

PODS = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {nodeName: node-1, containers: [{name: c, image: i}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb}
spec: {selector: {matchLabels: {app: web}}, minAvailable: MIN}
"""


def cluster(least: int) -> Cluster:
    made = clusters.running("replicaset-controller", "disruption-controller", nodes=2)
    made.apply(PODS.replace("MIN", str(least)))
    made.advance(5)
    made.faults.stop("replicaset-controller")  # nobody brings them back
    return made


def drain(made: Cluster, *words: str) -> Result:
    args = ("drain", "node-1", *words)
    return kubectl.run(made.handle, args, {}, now=made.clock.now, sleep=made.advance)


def test_it_waits_until_the_pods_are_gone() -> None:
    made = cluster(0)
    begun = made.clock.now
    result = drain(made)
    assert (result.rc, made.list("pods")) == (0, [])
    lines = result.stdout.splitlines()
    assert sum(line.startswith("evicting pod default/web-") for line in lines) == 2
    assert sum(line.startswith("pod/web-") and line.endswith(" evicted") for line in lines) == 2
    assert lines[-1] == "node/node-1 drained"
    assert made.clock.now == begun + 1  # looked for after a second


def test_a_budget_that_says_no_is_asked_every_five_seconds_until_the_time_is_up() -> None:
    made = cluster(2)
    begun = made.clock.now
    result = drain(made, "--timeout=8s")
    assert (result.rc, made.clock.now - begun) == (1, 10.0)
    assert result.stderr.count("(will retry after 5s): Cannot evict pod as it would violate") == 4
    assert result.stderr.count(": global timeout reached: 8s\n") == 2
    assert 'There are pending pods in node "node-1" when an error occurred: [error when evicting' in result.stderr


def test_a_budget_that_says_yes_later_lets_the_drain_end() -> None:
    made = cluster(1)
    result = drain(made, "--timeout=60s")
    assert result.rc == 1  # one may go; the other stays, for nobody replaces the first
    assert len(made.list("pods")) == 1
