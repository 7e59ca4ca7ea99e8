"""Random stories: what people might do to a cluster, as data that Hypothesis draws and shrinks."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from playground.kube import ApiError, Cluster
from playground.kube.commands.nodes import node
from playground.kube.programs import SCHEDULING

Action = tuple[Any, ...]

ZONES = ("a", "b")
APPS = ("web", "db")


def pod(name: str, cpu: int, app: str, rule: str, priority: str) -> dict[str, Any]:
    """A pod of an app with one rule of placement."""
    spec: dict[str, Any] = {
        "containers": [{"name": "c", "image": "nginx:1.27", "resources": {"requests": {"cpu": f"{cpu}m"}}}]
    }
    if priority:
        spec["priorityClassName"] = priority
    selector = {"matchLabels": {"app": app}}
    if rule == "apart":
        term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": selector}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    elif rule == "spread":
        spec["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": selector,
            }
        ]
    elif rule == "zone-a":
        spec["nodeSelector"] = {"topology.kubernetes.io/zone": "a"}
    elif rule == "gated":
        spec["schedulingGates"] = [{"name": "example.com/wait"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": app}}, "spec": spec}


POD_NAMES = st.sampled_from([f"p{number}" for number in range(6)])
NODE_NAMES = st.sampled_from(["n0", "n1", "n2"])
GRACES = st.sampled_from([0, None])
RULES = st.sampled_from(["", "", "apart", "spread", "zone-a", "gated"])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.tuples(
        st.just("pod"), POD_NAMES, st.sampled_from([100, 400, 900]), st.sampled_from(APPS), RULES,
        st.sampled_from(["", "", "high"]),
    ),
    st.tuples(st.just("node"), NODE_NAMES, st.sampled_from(["1", "2"]), st.sampled_from(ZONES)),
    st.tuples(st.just("delete"), st.sampled_from(["pods", "nodes"]), POD_NAMES | NODE_NAMES, GRACES),
    st.tuples(st.just("cordon"), NODE_NAMES, st.booleans()),
    st.tuples(st.just("ungate"), POD_NAMES),
    st.tuples(st.just("label"), POD_NAMES, st.sampled_from(APPS)),
    st.tuples(st.just("advance"), st.sampled_from([0.0, 0.5, 2.0, 30.0, 400.0])),
    st.tuples(st.just("step")),
)  # fmt: skip
STORIES = st.lists(ACTIONS, max_size=14)
PRIORITY_CLASS = {
    "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000,
}  # fmt: skip


def beginning(seed: int = 0) -> Cluster:
    """Two nodes in two zones and a class of high priority."""
    cluster = Cluster(profile=SCHEDULING, seed=seed)
    cluster.apply([PRIORITY_CLASS, node("n0", {"cpu": "1", "zone": "a"}), node("n1", {"cpu": "1", "zone": "b"})])
    return cluster


def play(cluster: Cluster, story: list[Action]) -> None:
    """Do what the story says; what the API server refuses is part of the story."""
    for action in story:
        try:
            PLAYS[action[0]](cluster, *action[1:])
        except ApiError as refusal:
            if refusal.code not in {404, 409, 422}:
                raise


def _cordon(cluster: Cluster, name: str, on: bool) -> None:
    cluster.patch("nodes", name, {"spec": {"unschedulable": on or None}})


def _add_pod(cluster: Cluster, name: str, cpu: int, app: str, *rest: str) -> None:
    cluster.apply(pod(name, cpu, app, *rest))


PLAYS: dict[str, Callable[..., object]] = {
    "pod": _add_pod,
    "node": lambda cluster, name, cpu, zone: cluster.apply(node(name, {"cpu": cpu, "zone": zone})),
    "delete": lambda cluster, kind, name, grace: cluster.delete(kind, name, grace=grace),
    "cordon": _cordon,
    "ungate": lambda cluster, name: cluster.patch("pods", name, {"spec": {"schedulingGates": []}}, how="merge"),
    "label": lambda cluster, name, app: cluster.patch("pods", name, {"metadata": {"labels": {"app": app}}}),
    "advance": lambda cluster, seconds: cluster.advance(seconds),
    "step": lambda cluster: cluster.step(),
}
