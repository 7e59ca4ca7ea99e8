"""Whatever is broken and mended again, the cluster comes to be what it would be had nothing happened.

Compared is what was wanted: which objects there are and what their specs and phases say, up to names, uids, times,
placement and restarts. Pods that ended in failure stay as witnesses, and are not wanted.
"""

import json
from collections import Counter
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.kube import Cluster
from playground.kube.faults import BadFault
from playground.kube.programs import LEARNER

WORLD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: "nginx:1.27"
        resources: {requests: {cpu: 100m, memory: 64Mi}}
        readinessProbe: {httpGet: {port: 80}}
        livenessProbe: {httpGet: {port: 80}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "redis:7"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "busybox:1.36", command: [sleep, infinity]}]}
"""
NODES = ("n1", "n2", "n3")
PROGRAMS = (
    "scheduler",
    "kubelet",
    "deployment-controller",
    "replicaset-controller",
    "statefulset-controller",
    "daemonset-controller",
    "endpointslice-controller",
    "node-controller",
    "taint-eviction-controller",
)

on_node = st.tuples(st.sampled_from(["stop_node", "cut_network"]), st.tuples(st.sampled_from(NODES)))
memory = st.tuples(st.just("fill_memory"), st.tuples(st.sampled_from(NODES), st.sampled_from(["50%", "99%"])))
registry = st.sampled_from([("break_registry", ()), ("slow_registry", (20.0,))])
program = st.tuples(st.just("stop"), st.tuples(st.sampled_from(PROGRAMS)))
pod = st.tuples(st.sampled_from(["kill_container", "fail_probes", "delete"]), st.tuples(st.integers(0, 7)))
fault = st.one_of(on_node, on_node, memory, registry, program, pod, st.just(("cut_watch", ())))
# A fault, or (None) the mending of the oldest one, and how long things then go on.
steps = st.lists(st.tuples(st.none() | fault, st.sampled_from([0.0, 1.0, 7.0, 61.0, 400.0])), min_size=1, max_size=7)


@cache
def base() -> Cluster:
    cluster = Cluster(seed=3, profile=LEARNER)
    for name in NODES:
        cluster.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}})
    cluster.advance(1)
    cluster.apply(WORLD)
    assert cluster.run_until_quiet()
    return cluster


def wanted(cluster: Cluster) -> Counter[str]:
    """What there is, as far as somebody wanted it."""
    found: Counter[str] = Counter()
    for kind in ("pods", "deployments", "replicasets", "statefulsets", "daemonsets", "services", "nodes"):
        for obj in cluster.list(kind):
            if kind == "pods" and obj["status"]["phase"] == "Failed":
                continue
            found[json.dumps(shape(kind, obj), sort_keys=True)] += 1
    return found


def shape(kind: str, obj: Any) -> Any:
    metadata, status = obj["metadata"], obj.get("status") or {}
    owner = next((each["name"] for each in metadata.get("ownerReferences") or ()), metadata["name"])
    ready = [each["status"] for each in status.get("conditions") or () if each["type"] in {"Ready", "Available"}]
    counts = {key: value for key, value in status.items() if key.lower().endswith(("replicas", "ready", "scheduled"))}
    spec = {key: value for key, value in obj["spec"].items() if key not in {"nodeName", "affinity"}}
    labels = metadata.get("labels") or {}
    return [kind, owner, labels, spec, status.get("phase"), ready, counts, bool(metadata.get("deletionTimestamp"))]


def break_it(cluster: Cluster, what: str, words: tuple[Any, ...]) -> None:
    if what in {"kill_container", "fail_probes", "delete"}:
        pods = cluster.list("pods")
        target = pods[words[0] % len(pods)]
        name = target["metadata"]["name"]
        if what == "delete":
            cluster.delete("pods", name)
            return
        words = (name, "c") if what == "kill_container" else (name,)
    getattr(cluster.faults, what)(*words)


def mend_all(cluster: Cluster) -> None:
    while broken := cluster.faults.now():
        getattr(cluster.faults, broken[0].mend)(*broken[0].subject)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps)
def test_what_is_mended_comes_to_what_it_would_have_been(
    story: list[tuple[tuple[str, tuple[Any, ...]] | None, float]],
) -> None:
    cluster = base().fork()
    for step, seconds in story:
        try:
            if step is not None:
                break_it(cluster, *step)
            elif broken := cluster.faults.now():
                getattr(cluster.faults, broken[0].mend)(*broken[0].subject)
        except BadFault:
            pass  # broken already
        cluster.advance(seconds)
    mend_all(cluster)
    cluster.advance(1500)
    assert not cluster.faults.now()
    assert wanted(cluster) == wanted(base())


def test_what_is_not_mended_shows() -> None:
    cluster = base().fork()
    cluster.faults.stop_node("n1")
    cluster.advance(600)
    assert wanted(cluster) != wanted(base())
