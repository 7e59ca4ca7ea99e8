"""What an explanation of a waiting pod costs: a hundred nodes of several sorts, nearly full, and pods without a place.

Part of `bench`; the cases are data, so that a test can hold a bound on them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import process_time
from typing import Any, Final

from playground.kube import Cluster
from playground.kube.programs import SCHEDULING

Say = Callable[[str], None]
Json = Mapping[str, Any]

NODES: Final = 100
PODS: Final = 500
RUNS: Final = 5
ZONE: Final = "topology.kubernetes.io/zone"
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_SPREAD: Final = {
    "maxSkew": 1,
    "topologyKey": ZONE,
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "a1"}},
}
_NEAR_NOBODY: Final = {
    "podAffinity": {REQUIRED: [{"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "nobody"}}}]}
}


def pod(name: str, cpu: str, app: str = "web", **spec: Any) -> Json:
    """A pod of one container that asks for CPU."""
    container = {"name": "app", "image": "registry.example/app:v1", "resources": {"requests": {"cpu": cpu}}}
    metadata = {"name": name, "namespace": "default", "labels": {"app": app}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], **spec}}


CASES: Final[Mapping[str, Json]] = {
    "too much CPU": pod("web", "1"),
    "no such label": pod("web", "100m", nodeSelector={"gen": "9"}),
    "two things": pod("web", "1", nodeSelector={"gen": "9"}),
    "spread": pod("web", "1", "a1", topologySpreadConstraints=[_SPREAD]),
    "nothing helps": pod("web", "1", nodeSelector={"a": "1", "b": "2", "c": "3"}, affinity=_NEAR_NOBODY),
}


def crowded() -> Cluster:
    """A cluster whose nodes have little room left; every fourth wants a toleration."""
    cluster = Cluster(profile=SCHEDULING)
    offered = {"cpu": "4", "memory": "16Gi", "pods": "110"}
    for number in range(NODES):
        name = f"node-{number}"
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, ZONE: f"z{number % 3}"}}
        taints = [{"key": "gpu", "value": "true", "effect": "NoSchedule"}] if number % 4 == 1 else []
        status = {"capacity": offered, "allocatable": offered}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": taints}, "status": status}
        cluster.apply(node)
    for number in range(PODS):
        cluster.apply(pod(f"old-{number}", "780m", f"a{number % 5}", nodeName=f"node-{number % NODES}"))
    cluster.advance(1)
    return cluster


def measure(large: Cluster, case: str) -> tuple[float, int]:
    """Seconds of processor time of the fastest explanation, and how many changes were tried."""
    cluster = large.fork()
    cluster.apply(CASES[case])
    cluster.advance(1)
    seconds, tried = [], 0
    gc.collect()
    for _ in range(RUNS):
        begin = process_time()
        tried = cluster.explain("web").tried
        seconds.append(process_time() - begin)
    return min(seconds), tried


def run(say: Say) -> None:
    """Print one line for each case."""
    large = crowded()
    for case in CASES:
        seconds, tried = measure(large, case)
        say(f"{NODES:>6} nodes  explain: {case:<15} {seconds * 1000:>6.0f} ms, {tried} changes tried")
