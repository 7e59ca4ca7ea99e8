"""Pods in kubectl's table, as real kubelets and not made-up statuses bring them there."""

import shlex

from playground.kube.cluster import Cluster
from playground.kube.kubectl import run as kubectl_run
from tests.kube.kubelet.support import cluster, container, pod


def table(made: Cluster) -> dict[str, list[str]]:
    """READY, STATUS and RESTARTS of each pod."""
    found = kubectl_run(made.handle, shlex.split("get pods"), {}, namespace="default", now=made.clock.now)
    rows = [line.split() for line in found.stdout.splitlines()[1:]]
    return {row[0]: row[1:4] for row in rows}


def test_every_kind_of_pod_reads_as_it_does_on_a_real_cluster() -> None:
    made = cluster(nodes=2)
    sidecar = container("s", does="crashes=10s", restartPolicy="Always")
    made.apply(
        [
            pod("ok", container(does="serve")),
            pod("crash", container(does="crashes=1s")),
            pod("bad", container(image="nginx:nope")),
            pod("init", initContainers=[container("a", does="works=1s"), container("b", does="works=5m")]),
            pod("initcrash", initContainers=[container("i", does="crashes=1s")]),
            pod("done", container(does="works=1s"), restartPolicy="Never"),
            pod("failed", container(does="crashes=1s"), restartPolicy="Never"),
            pod("half", container("a", does="works=1s"), container("b", does="crashes=1s"), restartPolicy="Never"),
            pod("config", container(envFrom=[{"secretRef": {"name": "x"}}])),
            pod("side", container("main"), initContainers=[sidecar]),
            pod("term"),
            pod("two", container("a"), container("b", image="nginx:nope")),
        ]
    )
    made.advance(25)
    made.delete("pod", "term")
    made.advance(1)
    assert table(made) == {
        "bad": ["0/1", "ImagePullBackOff", "0"],
        "config": ["0/1", "CreateContainerConfigError", "0"],
        "crash": ["0/1", "CrashLoopBackOff", "2"],
        "done": ["0/1", "Completed", "0"],
        "failed": ["0/1", "Error", "0"],
        "half": ["0/2", "Error", "0"],
        "init": ["0/1", "Init:1/2", "0"],
        "initcrash": ["0/1", "Init:CrashLoopBackOff", "2"],
        "ok": ["1/1", "Running", "0"],
        "side": ["1/2", "Init:CrashLoopBackOff", "1"],
        "term": ["1/1", "Terminating", "0"],
        "two": ["1/2", "ImagePullBackOff", "0"],
    }
