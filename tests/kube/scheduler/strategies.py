"""Hypothesis strategies: small clusters and pods with all kinds of rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.kube.scheduler.support import HOST, ZONE, node, pod

Object = dict[str, Any]
APPS = ("a", "b")
SELECTORS = st.sampled_from(APPS).map(lambda app: {"matchLabels": {"app": app}})

taints = st.sampled_from(
    [
        {"key": "gpu", "value": "true", "effect": "NoSchedule"},
        {"key": "old", "value": "", "effect": "PreferNoSchedule"},
        {"key": "going", "value": "", "effect": "NoExecute"},
    ]
)
tolerations = st.sampled_from(
    [
        {"key": "gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
        {"key": "old", "operator": "Exists"},
        {"operator": "Exists"},
    ]
)
terms = st.builds(
    lambda selector, key: {"labelSelector": selector, "topologyKey": key}, SELECTORS, st.sampled_from([HOST, ZONE])
)
constraints = st.builds(
    lambda selector, key, when, skew: {
        "labelSelector": selector,
        "topologyKey": key,
        "whenUnsatisfiable": when,
        "maxSkew": skew,
    },
    SELECTORS,
    st.sampled_from([HOST, ZONE]),
    st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
    st.integers(1, 2),
)


@st.composite
def machines(draw: st.DrawFn, name: str) -> Object:
    """Return a node."""
    return node(
        name,
        cpu=draw(st.sampled_from(["1", "2", "3500m"])),
        memory=draw(st.sampled_from(["1Gi", "4Gi"])),
        pods=draw(st.sampled_from(["2", "110"])),
        zone=draw(st.sampled_from(["", "z1", "z2"])),
        taints=draw(st.lists(taints, max_size=2, unique_by=lambda item: item["key"])),
        labels=draw(st.sampled_from([{}, {"disk": "ssd"}, {"disk": "hdd"}])),
        unschedulable=draw(st.sampled_from([False, False, False, True])),
        images=draw(st.sampled_from([[], [{"names": ["example/app:v1"], "sizeBytes": 400_000_000}]])),
    )


@st.composite
def nodes(draw: st.DrawFn) -> list[Object]:
    """Return one to six nodes."""
    return [draw(machines(f"n{index}")) for index in range(draw(st.integers(1, 6)))]


def _affinity(required: list[Object], anti: list[Object], node_affinity: Object | None) -> Object:
    found: Object = {}
    if required:
        found["podAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": required}
    if anti:
        found["podAntiAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": anti}
    if node_affinity:
        found["nodeAffinity"] = node_affinity
    return found


node_affinities = st.sampled_from(
    [
        None,
        None,
        {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 5, "preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}}
            ]
        },
        {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]
            }
        },
    ]
)


@st.composite
def pods(draw: st.DrawFn, name: str) -> Object:
    """Return a pod with some rules."""
    spec: Object = {}
    affinity = _affinity(draw(st.lists(terms, max_size=1)), draw(st.lists(terms, max_size=1)), draw(node_affinities))
    if affinity:
        spec["affinity"] = affinity
    if given_tolerations := draw(st.lists(tolerations, max_size=2)):
        spec["tolerations"] = given_tolerations
    if spread := draw(st.lists(constraints, max_size=1)):
        spec["topologySpreadConstraints"] = spread
    if draw(st.sampled_from([False, False, False, True])):
        spec["nodeSelector"] = {"disk": draw(st.sampled_from(["ssd", "hdd"]))}
    found = pod(
        name,
        cpu=draw(st.sampled_from(["", "100m", "700m", "1500m"])),
        memory=draw(st.sampled_from(["", "100Mi", "1Gi"])),
        labels={"app": draw(st.sampled_from(APPS))},
        **spec,
    )
    if draw(st.sampled_from([False, False, True])):
        found["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": draw(st.sampled_from([80, 81]))}]
    return found


@st.composite
def workloads(draw: st.DrawFn, most: int = 8) -> list[Object]:
    """Return some pods."""
    return [draw(pods(f"p{index}")) for index in range(draw(st.integers(1, most)))]
