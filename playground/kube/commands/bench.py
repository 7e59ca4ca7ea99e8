"""`bench`: how many pods a second a cluster binds, how fast it explains, and how fast a whole cluster lives.

The first counts from the queue to the binding in the store, scoring every node. Pods and nodes are made through the
API server beforehand and are not counted; what is counted is the whole loop: watch, queue, decision with its summary,
binding, event.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from playground.kube import Cluster
from playground.kube.commands import bench_cluster, bench_explain
from playground.kube.commands.memory import MIB, peak_memory
from playground.kube.programs import SCHEDULING
from playground.kube.store import By

Say = Callable[[str], None]
Json = Mapping[str, Any]

CONFIG: Final[Json] = {
    "apiVersion": "kubescheduler.config.k8s.io/v1",
    "kind": "KubeSchedulerConfiguration",
    "percentageOfNodesToScore": 100,
}
PARTS: Final = ("cluster", "binding", "explain")  # in this order: the first one's memory is the process' alone
ZONES: Final = 3
APPS: Final = 10  # pods belong to so many applications in turn; rules are among pods of one application
BENCH: Final = By("bench")


@dataclass(frozen=True, slots=True)
class Result:
    """One workload on one cluster: pods bound, and the seconds of the fastest run."""

    workload: str
    nodes: int
    bound: int
    seconds: float

    @property
    def rate(self) -> float:
        """Pods bound per second."""
        return self.bound / self.seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--nodes", type=int, nargs="+", default=[100, 1000, 5000], metavar="N", help="cluster sizes")
    parser.add_argument("--pods", type=int, default=1000, metavar="N", help="pods of a run (1000)")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs, of which the fastest counts (3)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS), metavar="PART",
                        help=f"some of: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS), metavar="NAME",
                        help=f"some of: {', '.join(WORKLOADS)}")  # fmt: skip


def run(args: argparse.Namespace, say: Say) -> int:
    """Measure and print; the exit status is 1 where pods stayed pending or a target of a whole cluster was missed."""
    fine = bench_cluster.run(say) if "cluster" in args.only else True
    if "binding" in args.only:
        fine &= _binding(args, say)
    if "explain" in args.only:
        bench_explain.run(say)
    return 0 if fine else 1


def _binding(args: argparse.Namespace, say: Say) -> bool:
    """Print one line for each cluster size and workload; False where pods stayed pending."""
    say(
        "every node is scored, decisions keep their summaries; the fastest run counts, with the cycle collector at rest"
    )
    all_bound = True
    for size in args.nodes:
        empty = cluster_of(size)
        for workload in args.workloads:
            result = measure(empty, size, workload, args.pods, args.runs)
            all_bound &= result.bound == args.pods
            say(f"{size:>6} nodes  {workload:<22} {result.bound:>6} pods {result.rate:>8.0f} pods/s")
        say(f"{size:>6} nodes  peak memory so far {peak_memory() / MIB:.0f} MiB")
    return all_bound


def cluster_of(size: int) -> Cluster:
    """Return a cluster of ready nodes in three zones."""
    cluster = Cluster(profile=SCHEDULING, config=CONFIG)
    for index in range(size):
        created = cluster.api.create(_node(index), by=BENCH).object
        # A new node is tainted until it is ready.
        cluster.api.update({**created, "spec": {}}, by=BENCH)
    cluster.advance(0)
    return cluster


def measure(empty: Cluster, size: int, workload: str, pods: int, runs: int) -> Result:
    """Bind `pods` pods on forks of an empty cluster and return the fastest run."""
    best = Result(workload, size, 0, float("inf"))
    for _ in range(runs):
        cluster = empty.fork()
        for index in range(pods):
            cluster.api.create(_pod(index, WORKLOADS[workload]), by=BENCH)
        seconds = _timed(lambda at=cluster: at.advance(0))  # type: ignore[misc]
        bound = sum("nodeName" in pod["spec"] for pod in cluster.list("pods"))
        if seconds < best.seconds:
            best = Result(workload, size, bound, seconds)
    return best


def _timed(work: Callable[[], None]) -> float:
    """Return how long it takes. The collector of reference cycles rests meanwhile: it would walk all of the past."""
    gc.collect()
    gc.disable()
    try:
        begin = perf_counter()
        work()
        return perf_counter() - begin
    finally:
        gc.enable()


def _node(index: int) -> Json:
    name = f"node-{index}"
    offered = {"cpu": "32", "memory": "128Gi", "ephemeral-storage": "100Gi", "pods": "110"}
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{index % ZONES}"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"capacity": offered, "allocatable": offered},
    }


def _pod(index: int, rules: Callable[[Json], Json]) -> Json:
    labels = {"app": f"app-{index % APPS}"}
    container = {
        "name": "app",
        "image": "registry.example/app:v1",
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"pod-{index}", "namespace": "default", "labels": labels},
        "spec": {"containers": [container], **rules({"matchLabels": labels})},
    }


def _plain(_selector: Json) -> Json:
    return {}


def _anti_affinity(selector: Json) -> Json:
    term = {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _spread(when: str) -> Callable[[Json], Json]:
    def rules(selector: Json) -> Json:
        constraint = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": when}
        return {"topologySpreadConstraints": [{**constraint, "labelSelector": selector}]}

    return rules


WORKLOADS: Final[dict[str, Callable[[Json], Json]]] = {
    "plain": _plain,
    "anti-affinity": _anti_affinity,
    "spread": _spread("DoNotSchedule"),
    "spread-anyway": _spread("ScheduleAnyway"),
}
