"""Random stories of whole clusters: what people and machines might do, as data that Hypothesis draws and shrinks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from playground.kube import ApiError, Cluster
from playground.kube.apiserver import DeleteOptions
from playground.kube.faults import BadFault
from playground.kube.programs import LEARNER
from playground.kube.store import By
from tests.kube.whole import manifests

Action = tuple[Any, ...]

NAMESPACES = ("default", "x")
APPS = ("web", "db")
ENOUGH = 2400.0  # seconds: longer than all deadlines and back-offs of the story's objects one after the other
NODES = ("n1", "n2", "n3")
SETS = ("deployments", "statefulsets", "daemonsets")
OWNED = (*SETS, "jobs", "cronjobs", "services", "horizontalpodautoscalers", "poddisruptionbudgets")
CHILDREN = ("pods", "pods", "replicasets", "controllerrevisions", "endpointslices", "persistentvolumeclaims")
PROGRAMS = (
    "scheduler", "kubelet", "kube-proxy", "deployment-controller", "replicaset-controller", "statefulset-controller",
    "daemonset-controller", "job-controller", "garbage-collector-controller", "endpointslice-controller",
    "node-controller", "taint-eviction-controller", "disruption-controller", "namespace-controller",
)  # fmt: skip

namespaces, apps, nodes = st.sampled_from(NAMESPACES), st.sampled_from(APPS), st.sampled_from(NODES)
images = st.sampled_from(["nginx:1.26", "nginx:1.27", "nginx:1.27", "nginx:does-not-exist"])
places = st.integers(0, 11)
times = st.sampled_from([0.0, 0.3, 1.0, 4.0, 15.0, 61.0, 400.0])
flavours = st.sampled_from(["", "", "probed", "big", "init", "crashes", "recreate", "claims", "parallel"])
scripts = st.sampled_from(["sleep 3", "exit 0", "exit 1", "sleep 70"])

makes = st.one_of(
    st.tuples(
        st.just("workload"), st.sampled_from(SETS), apps, namespaces, st.integers(0, 4),
        images, flavours,
    ),
    st.tuples(st.just("job"), apps, namespaces, st.integers(1, 3), scripts, st.sampled_from([None, 0, 30])),
    st.tuples(st.just("cronjob"), apps, namespaces, st.sampled_from(["Allow", "Forbid", "Replace"]), scripts),
    st.tuples(st.sampled_from(["service", "autoscaler", "budget"]), apps, namespaces),
)  # fmt: skip
edits = st.one_of(
    st.tuples(st.just("scale"), st.sampled_from(SETS[:2]), apps, namespaces, st.integers(0, 5)),
    st.tuples(st.just("image"), st.sampled_from(SETS), apps, namespaces, images),
    st.tuples(st.just("load"), apps, namespaces, st.sampled_from([0.0, 30.0, 500.0])),
    st.tuples(
        st.just("delete"), st.sampled_from(OWNED), apps, namespaces,
        st.sampled_from(["Background", "Foreground", "Orphan"]),
    ),
    st.tuples(st.just("remove"), st.sampled_from(CHILDREN), places, st.sampled_from([None, 0])),
    st.tuples(st.just("relabel"), places, st.sampled_from(APPS)),
    st.tuples(st.just("evict"), places),
    st.tuples(st.just("namespace"), st.booleans()),
    st.tuples(st.just("cordon"), nodes, st.booleans()),
    st.tuples(st.just("drain"), nodes),
    st.tuples(st.just("node"), nodes, st.booleans()),
)  # fmt: skip
faults = st.one_of(
    st.tuples(st.just("fault"), st.sampled_from(["stop_node", "cut_network", "start_node", "mend_network"]), nodes),
    st.tuples(st.just("memory"), nodes, st.sampled_from(["50%", "99%"])),
    st.tuples(st.just("fault"), st.sampled_from(["break_registry", "cut_watch"])),
    st.tuples(st.just("fault"), st.just("stop"), st.sampled_from(PROGRAMS)),
    st.tuples(st.just("pod fault"), st.sampled_from(["kill_container", "fail_probes"]), places),
    st.just(("mend",)),
)
waits = st.tuples(st.just("advance"), times) | st.tuples(st.just("steps"), st.integers(1, 20))
ACTIONS: st.SearchStrategy[Action] = st.one_of(makes, edits, faults, waits, waits)


def of(least: int, most: int) -> st.SearchStrategy[list[Action]]:
    """Stories of so many actions."""
    return st.lists(ACTIONS, min_size=least, max_size=most)


@cache
def beginning() -> Cluster:
    """Three nodes, two namespaces, a set of each kind, a Service and a budget. Take a fork of it."""
    cluster = Cluster(seed=5, profile=LEARNER)
    cluster.apply([manifests.node(name) for name in NODES])
    _make_namespace(cluster)
    cluster.apply([
        manifests.workload("deployments", "web", "default", 2, "nginx:1.26", "probed"),
        manifests.workload("deployments", "db", "x", 2, "nginx:1.26", ""),
        manifests.workload("statefulsets", "db", "default", 2, "nginx:1.26", "claims"),
        manifests.workload("daemonsets", "web", "x", 0, "nginx:1.26", ""),
        manifests.service("web", "default"),
        manifests.budget("db", "x"),
    ])  # fmt: skip
    assert cluster.run_until_quiet()
    return cluster


def play(cluster: Cluster, story: list[Action]) -> None:
    """Do what the story says; what is refused is part of the story."""
    for action in story:
        act(cluster, action)


def act(cluster: Cluster, action: Action) -> None:
    """Do one thing."""
    try:
        PLAYS[action[0]](cluster, *action[1:])
    except BadFault:
        pass  # it is so already
    except ApiError as refusal:
        if refusal.code not in {403, 404, 409, 422, 429}:
            raise


def mend_all(cluster: Cluster) -> None:
    """Mend whatever is broken."""
    while broken := cluster.faults.now():
        getattr(cluster.faults, broken[0].mend)(*broken[0].subject)


def settle(cluster: Cluster) -> None:
    """Mend everything, give all nodes back, let no CronJob begin anything new, and wait for long enough."""
    mend_all(cluster)
    for name in NODES:
        act(cluster, ("node", name, True))
        act(cluster, ("cordon", name, False))
    for found in cluster.list("cronjobs"):
        cluster.delete("cronjobs", found["metadata"]["name"], namespace=found["metadata"]["namespace"])
    cluster.advance(ENOUGH)


def _chosen(cluster: Cluster, kind: str, place: int) -> Any:
    found = cluster.list(kind)
    return found[place % len(found)] if found else None


def _workload(cluster: Cluster, kind: str, name: str, namespace: str, *rest: Any) -> None:
    cluster.apply([manifests.workload(kind, name, namespace, *rest)])


def _delete(cluster: Cluster, kind: str, name: str, namespace: str, propagation: str) -> None:
    options = DeleteOptions(propagation=propagation)
    cluster.api.delete(kind, name, namespace, by=By("kubectl"), options=options)


def _remove(cluster: Cluster, kind: str, place: int, grace: int | None) -> None:
    found = _chosen(cluster, kind, place)
    if found is not None:
        cluster.delete(kind, found["metadata"]["name"], namespace=found["metadata"]["namespace"], grace=grace)


def _relabel(cluster: Cluster, place: int, app: str) -> None:
    found = _chosen(cluster, "pods", place)
    if found is not None:
        body = {"metadata": {"labels": {"app": app}}}
        cluster.patch("pods", found["metadata"]["name"], body, namespace=found["metadata"]["namespace"])


def _evict(cluster: Cluster, place: int) -> None:
    found = _chosen(cluster, "pods", place)
    if found is not None:
        cluster.evict(found["metadata"]["name"], namespace=found["metadata"]["namespace"])


def _make_namespace(cluster: Cluster) -> None:
    cluster.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}])


def _namespace(cluster: Cluster, there: bool) -> None:
    if there:
        _make_namespace(cluster)
    else:
        cluster.delete("namespaces", "x")


def _drain(cluster: Cluster, name: str) -> None:
    act(cluster, ("cordon", name, True))
    for found in cluster.list("pods", fields=f"spec.nodeName={name}"):
        owner = (found["metadata"].get("ownerReferences") or [{}])[0]
        if owner.get("kind") != "DaemonSet":
            try:
                cluster.evict(found["metadata"]["name"], namespace=found["metadata"]["namespace"])
            except ApiError as refusal:
                if refusal.code != 429:
                    raise


def _node(cluster: Cluster, name: str, there: bool) -> None:
    if there:
        cluster.apply([manifests.node(name)])
    else:
        cluster.delete("nodes", name)


def _pod_fault(cluster: Cluster, what: str, place: int) -> None:
    found = _chosen(cluster, "pods", place)
    if found is None:
        return
    words = ("c",) if what == "kill_container" else ()
    getattr(cluster.faults, what)(found["metadata"]["name"], *words, namespace=found["metadata"]["namespace"])


def _mend(cluster: Cluster) -> None:
    broken = cluster.faults.now()
    if broken:
        getattr(cluster.faults, broken[0].mend)(*broken[0].subject)


def _steps(cluster: Cluster, number: int) -> None:
    for _ in range(number):
        cluster.step()


PLAYS: dict[str, Callable[..., object]] = {
    "workload": _workload,
    "job": lambda cluster, *words: cluster.apply([manifests.job(*words)]),
    "cronjob": lambda cluster, *words: cluster.apply([manifests.cronjob(*words)]),
    "service": lambda cluster, *words: cluster.apply([manifests.service(*words)]),
    "autoscaler": lambda cluster, *words: cluster.apply([manifests.autoscaler(*words)]),
    "budget": lambda cluster, *words: cluster.apply([manifests.budget(*words)]),
    "scale": lambda cluster, kind, name, namespace, replicas: cluster.patch(
        kind, name, {"spec": {"replicas": replicas}}, namespace=namespace, subresource="scale", how="merge"
    ),
    "image": lambda cluster, kind, name, namespace, image: cluster.patch(
        kind, name, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}},
        namespace=namespace,
    ),
    "load": lambda cluster, name, namespace, requests: cluster.load(name, requests, namespace=namespace),
    "delete": _delete,
    "remove": _remove,
    "relabel": _relabel,
    "evict": _evict,
    "namespace": _namespace,
    "cordon": lambda cluster, name, on: cluster.patch("nodes", name, {"spec": {"unschedulable": on or None}}),
    "drain": _drain,
    "node": _node,
    "fault": lambda cluster, what, *words: getattr(cluster.faults, what)(*words),
    "memory": lambda cluster, name, amount: cluster.faults.fill_memory(name, amount),
    "pod fault": _pod_fault,
    "mend": _mend,
    "advance": lambda cluster, seconds: cluster.advance(seconds),
    "steps": _steps,
}  # fmt: skip
