"""The second half of `bench`: a whole cluster at work. Many pods from Deployment to Running; a day; nothing at all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.commands.memory import MIB, peak_memory
from playground.kube.errors import ApiError
from playground.kube.programs import LEARNER
from playground.kube.store import By

Say = Callable[[str], None]
Json = Mapping[str, Any]

BENCH: Final = By("bench")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
SLICE: Final = 5.0  # cluster seconds between looks at how far it is


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure must not exceed."""

    seconds: float
    memory: float = 2048.0  # MiB


MANY: Final = Target(60.0)
DAY_TARGET: Final = Target(60.0)
IDLE: Final = Target(0.1)


def run(say: Say, *, deployments: int = 300, replicas: int = 100, machines: int = 1000) -> bool:
    """Measure all three and print a line for each; False where a target was missed."""
    results = [many(say, deployments, replicas, machines), day(say), idle(say)]
    return all(results)


def many(say: Say, deployments: int, replicas: int, machines: int) -> bool:
    """Deployments until all of their pods are Running and the Deployments say so."""
    cluster = ready_cluster(machines)
    pods = deployments * replicas
    began, at = perf_counter(), cluster.clock.now
    gc.disable()
    try:
        for number in range(deployments):
            cluster.api.create(deployment(f"app-{number}", replicas), namespace="default", by=BENCH)
        while not _all_available(cluster, replicas):
            cluster.advance(SLICE)
            if cluster.clock.now - at > HOUR:
                say(f"the Deployments' {pods} pods were not all available within an hour of cluster time")
                return False
    finally:
        gc.enable()
    seconds, memory = perf_counter() - began, peak_memory() / MIB
    running = sum(pod["status"].get("phase") == "Running" for pod in cluster.list("pods"))
    say(
        f"{machines:>6} nodes  {deployments} Deployments, {running} of {pods} pods Running and available "
        f"after {cluster.clock.now - at:.0f} s of cluster time: {seconds:.1f} s (target {MANY.seconds:.0f} s), "
        f"peak memory {memory:.0f} MiB (target {MANY.memory:.0f} MiB), {len(cluster.changes_since(0))} changes"
    )
    return running == pods and seconds < MANY.seconds and memory < MANY.memory


def day(say: Say) -> bool:
    """A day of 20 nodes: ten probed Deployments behind Services, autoscalers, load that comes and goes, faults."""
    cluster = ready_cluster(20)
    for number in range(10):
        for obj in _application(f"app-{number}"):
            cluster.api.create(obj, namespace="default", by=BENCH)
    cluster.advance(5 * MINUTE)
    began, first, start = perf_counter(), cluster.revision, cluster.clock.now
    for hour in range(24):
        _disturb(cluster, hour)
        cluster.advance(start + (hour + 1) * HOUR - cluster.clock.now)
    seconds = perf_counter() - began
    ready = sum(obj["status"].get("readyReplicas", 0) for obj in cluster.list("deployments"))
    wanted = sum(obj["spec"]["replicas"] for obj in cluster.list("deployments"))
    say(
        f"{20:>6} nodes  a day with probes, 10 autoscalers, load and faults: {seconds:.1f} s (target "
        f"{DAY_TARGET.seconds:.0f} s), {cluster.revision - first} changes, {ready} of {wanted} pods ready at its end"
    )
    return seconds < DAY_TARGET.seconds and ready == wanted


def idle(say: Say) -> bool:
    """A day in which nothing is due."""
    cluster = ready_cluster(20)
    cluster.api.create(deployment("app", 200), namespace="default", by=BENCH)
    cluster.advance(30 * MINUTE)
    due, before = cluster.next_at(), cluster.revision
    began = perf_counter()
    cluster.advance(DAY)
    seconds = perf_counter() - began
    say(
        f"{20:>6} nodes  200 pods, a day in which nothing is due: {seconds * 1000:.1f} ms "
        f"(target {IDLE.seconds * 1000:.0f} ms), {cluster.revision - before} changes, next timer: "
        f"{'none' if due is None else f'in {due - cluster.clock.now + DAY:.0f} s'}"
    )
    return seconds < IDLE.seconds


def ready_cluster(machines: int) -> Cluster:
    """Return a whole cluster whose nodes are ready."""
    cluster = Cluster(profile=LEARNER)
    for number in range(1, machines + 1):
        settings = {"cpu": "16", "memory": "64Gi", "zone": nodes.ZONES[number % 3]}
        cluster.api.create(nodes.machine(f"node-{number}", settings), by=BENCH)
    cluster.advance(MINUTE)
    return cluster


def deployment(name: str, replicas: int, container: Json | None = None) -> Json:
    """Return a Deployment of small pods."""
    small = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    whole = {"name": "app", "image": "nginx:1.27", "resources": small, **(container or {})}
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [whole]}},
        },
    }


def _application(name: str) -> tuple[Json, ...]:
    """A probed Deployment, its Service and its autoscaler."""
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5}
    limits = {"requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"cpu": "400m", "memory": "256Mi"}}
    container = {"readinessProbe": probe, "livenessProbe": probe, "resources": limits, "ports": [{"containerPort": 80}]}
    service = {"selector": {"app": name}, "ports": [{"port": 80}]}
    target = {"type": "Utilization", "averageUtilization": 60}
    scaler = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicas": 2,
        "maxReplicas": 10,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
    head = {"metadata": {"name": name}}
    return (
        deployment(name, 2, container),
        {"apiVersion": "v1", "kind": "Service", **head, "spec": service},
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", **head, "spec": scaler},
    )


def _disturb(cluster: Cluster, hour: int) -> None:
    """What each hour brings: other load everywhere; a node that fails every third hour and is back in the next."""
    for number in range(10):
        visitors = 100.0 + 120.0 * ((hour + number) % 12)  # two pods serve some 800 a second
        cluster.traffic.set_load("default", f"app-{number}", visitors)
    node = f"node-{hour % 20 + 1}"
    if hour % 3 == 0:
        cluster.faults.stop_node(node)
    elif hour % 3 == 1:
        cluster.faults.start_node(f"node-{(hour - 1) % 20 + 1}")
        cluster.faults.cut_network(node)
    else:
        cluster.faults.mend_network(f"node-{(hour - 1) % 20 + 1}")
        _kill_one(cluster)


def _kill_one(cluster: Cluster) -> None:
    """End one container of the first running pod."""
    for pod in cluster.list("pods"):
        if pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]:
            try:
                cluster.faults.kill_container(pod["metadata"]["namespace"], pod["metadata"]["name"], "app")
            except ApiError:
                continue
            return


def _all_available(cluster: Cluster, replicas: int) -> bool:
    return all(obj["status"].get("availableReplicas", 0) == replicas for obj in cluster.api.objects("deployments.apps"))
