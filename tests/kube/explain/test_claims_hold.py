"""Every claimed change, carried out through the API on a fork, places the pod, whatever the cluster looks like."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.kube.cluster import Cluster
from playground.kube.programs import SCHEDULING
from tests.kube.explain.support import GPU, HOSTNAME, ZONE, Json, assert_all_hold, explained, node, on, pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
CPU = st.sampled_from(["100m", "250m", "337m", "500m", "1", "1500m", "3"])
LABELS = st.fixed_dictionaries({}, optional={"app": st.sampled_from(["web", "db"]), "tier": st.just("front")})
PORTS = st.sampled_from([None, [{"containerPort": 80, "hostPort": 80}]])
TAINTS = st.lists(st.sampled_from([GPU, {"key": "old", "effect": "NoExecute"}]), max_size=2, unique_by=str)
NODE_LABELS = st.fixed_dictionaries(
    {},
    optional={
        ZONE: st.sampled_from(["a", "b"]),
        "disktype": st.sampled_from(["ssd", "hdd"]),
        "cores": st.sampled_from(["4", "16"]),
    },
)


@st.composite
def nodes(draw: st.DrawFn) -> list[Json]:
    return [
        node(
            f"node-{number}",
            draw(st.sampled_from(["1", "2"])),
            labels=draw(NODE_LABELS),
            pods=draw(st.sampled_from(["1", "2", "110"])),
            **({"taints": taints} if (taints := draw(TAINTS)) else {}),
            **({"unschedulable": True} if draw(st.integers(0, 4)) == 0 else {}),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def terms(key: str) -> list[Json]:
    return [{"topologyKey": key, "labelSelector": {"matchLabels": {"app": "web"}}}]


@st.composite
def affinities(draw: st.DrawFn) -> Json:
    expressions = [
        {"key": "disktype", "operator": "In", "values": ["ssd"]},
        {"key": "disktype", "operator": "NotIn", "values": ["hdd"]},
        {"key": ZONE, "operator": "Exists"},
        {"key": "cores", "operator": "Gt", "values": ["8"]},
        {"key": "spot", "operator": "Exists"},
    ]
    wanted = st.lists(st.sampled_from(expressions), min_size=1, max_size=2, unique_by=str)
    node_terms = [{"matchExpressions": term} for term in draw(st.lists(wanted, min_size=1, max_size=2))]
    keys = st.sampled_from([HOSTNAME, ZONE])
    everything = {
        "nodeAffinity": {REQUIRED: {"nodeSelectorTerms": node_terms}},
        "podAffinity": {REQUIRED: terms(draw(keys))},
        "podAntiAffinity": {REQUIRED: terms(draw(keys))},
    }
    chosen = draw(st.sets(st.sampled_from(sorted(everything)), max_size=2))
    return {name: everything[name] for name in sorted(chosen)}


@st.composite
def waiting_pods(draw: st.DrawFn) -> Json:
    constraint = {
        "maxSkew": draw(st.integers(1, 2)),
        "topologyKey": draw(st.sampled_from([ZONE, HOSTNAME])),
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
    }
    return pod(
        "web",
        draw(CPU),
        memory=draw(st.sampled_from([None, "1Gi", "5Gi"])),
        labels=draw(LABELS),
        ports=draw(PORTS),
        affinity=draw(affinities()),
        **({"nodeSelector": {"disktype": "ssd"}} if draw(st.booleans()) else {}),
        **({"topologySpreadConstraints": [constraint]} if draw(st.booleans()) else {}),
        **({"schedulingGates": [{"name": "example.com/wait"}]} if draw(st.integers(0, 5)) == 0 else {}),
    )


@st.composite
def there_already(draw: st.DrawFn, number: int) -> list[Json]:
    """Pods on nodes, as they may have got there before the nodes were changed."""
    found = []
    for index in range(draw(st.integers(0, 4)) if number else 0):
        apart = draw(st.booleans())
        there = pod(f"old-{index}", draw(CPU), labels=draw(LABELS), ports=draw(PORTS))
        if apart:
            there["spec"]["affinity"] = {"podAntiAffinity": {REQUIRED: terms(draw(st.sampled_from([HOSTNAME, ZONE])))}}
        found.append(on(f"node-{draw(st.integers(0, number - 1))}", there))
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_claimed_change_places_the_pod(data: st.DataObject) -> None:
    machines = data.draw(nodes())
    cluster = Cluster(profile=SCHEDULING)
    for obj in (*machines, *data.draw(there_already(len(machines))), data.draw(waiting_pods())):
        cluster.apply(obj)
        cluster.advance(0)

    found = explained(cluster)

    assert found.sentences
    if found.state == "waiting":
        assert_all_hold(cluster, found)
    else:
        assert found.winner is not None
        assert found.winner.node == cluster.get("pod", "web")["spec"]["nodeName"]
