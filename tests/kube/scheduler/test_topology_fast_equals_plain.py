"""The counted columns of PodTopologySpread and InterPodAffinity equal the plain rules, whatever happened before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.scheduler.framework import Handle
from playground.kube.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from playground.kube.scheduler.plugins.pod_topology_spread import PodTopologySpread
from playground.kube.scheduler.pods import Pod
from tests.kube.scheduler import plain_topology as plain
from tests.kube.scheduler.topology_support import HOST, ZONE, World, pod_object

Object = Mapping[str, Any]
NODES = [f"n{number}" for number in range(5)]

NOT_BLUE = {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["blue"]}]}

selectors = st.sampled_from(
    [
        None,
        {},
        {"matchLabels": {"app": "a"}},
        {"matchLabels": {"app": "b"}},
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]},
        {"matchExpressions": [{"key": "tier", "operator": "Exists"}]},
    ]
)
keys = st.sampled_from([HOST, ZONE, "rack"])
labels = st.fixed_dictionaries({}, optional={"app": st.sampled_from("ab"), "tier": st.just("front")})
spaces = st.sampled_from(["red", "red", "red", "blue"])
terms = st.fixed_dictionaries(
    {"topologyKey": keys, "labelSelector": selectors},
    optional={
        "namespaces": st.lists(spaces, max_size=2),
        "namespaceSelector": st.sampled_from([{}, {"matchLabels": {"team": "blue"}}, NOT_BLUE]),
    },
)
weighted = st.fixed_dictionaries({"weight": st.integers(1, 100), "podAffinityTerm": terms})
rules = st.fixed_dictionaries(
    {}, optional={plain.REQUIRED: st.lists(terms, max_size=2), plain.PREFERRED: st.lists(weighted, max_size=2)}
)
affinities = st.fixed_dictionaries({}, optional={"podAffinity": rules, "podAntiAffinity": rules})
constraints = st.fixed_dictionaries(
    {
        "topologyKey": keys,
        "maxSkew": st.integers(1, 3),
        "whenUnsatisfiable": st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
        "labelSelector": selectors,
    },
    optional={
        "minDomains": st.integers(1, 4),
        "nodeAffinityPolicy": st.sampled_from(["Honor", "Ignore"]),
        "nodeTaintsPolicy": st.sampled_from(["Honor", "Ignore"]),
    },
)
pods = st.fixed_dictionaries(
    {"labels": labels, "namespace": spaces, "terminating": st.booleans()},
    optional={
        "affinity": affinities,
        "topologySpreadConstraints": st.lists(constraints, max_size=2),
        "nodeSelector": st.sampled_from([{}, {"disk": "ssd"}]),
    },
)
node_labels = st.fixed_dictionaries(
    {"host": st.sampled_from(["h0", "h1", "h2"])},
    optional={"zone": st.sampled_from(["z0", "z1"]), "rack": st.sampled_from(["", "r0"]), "disk": st.just("ssd")},
)
taints = st.sampled_from(
    [[], [{"key": "gpu", "effect": "NoSchedule"}], [{"key": "slow", "effect": "PreferNoSchedule"}]]
)
steps = st.one_of(
    st.tuples(st.just("place"), st.sampled_from(NODES), pods),
    st.tuples(st.just("remove"), st.integers(0, 50), st.none()),
    st.tuples(st.just("node"), st.sampled_from(NODES), st.tuples(node_labels, taints)),
    st.tuples(st.just("relabel"), st.sampled_from(NODES), st.tuples(node_labels, taints)),
    st.tuples(st.just("gone"), st.sampled_from(NODES), st.none()),
    st.tuples(st.just("ask"), st.none(), pods),
)


class Story:
    """A cluster that things happen to, and plugins that live through all of it."""

    def __init__(self) -> None:
        self.world = World()
        self.world.namespace("red")
        self.world.namespace("blue", team="blue")
        self.spread = PodTopologySpread({}, self.world.handle)
        self.affinity = InterPodAffinity({}, self.world.handle)
        self._names = 0

    def happen(self, what: str, where: Any, with_what: Any) -> None:
        table = self.world.table
        if what == "place" and table.find(where):
            self.world.place(where, self._manifest(with_what))
        elif what == "remove" and (uids := [pod.uid for _, pod in table.pods()]):
            table.remove_pod(uids[where % len(uids)])
        elif what == "node":
            self.world.node(where, taints=with_what[1], **with_what[0])
        elif what == "relabel" and (node := table.find(where)):
            labels, has = with_what
            zone = {"zone": node.labels[ZONE]} if ZONE in node.labels else {}
            self.world.node(where, taints=has, **_without_zone(labels), **zone)
        elif what == "gone" and table.find(where):
            table.remove_node(where)
        elif what == "ask":
            self.compare(self._manifest(with_what))

    def compare(self, manifest: Object) -> None:
        """Every node's verdict and score, from the old plugins, from new ones, and from the plain rules."""
        cluster, pod = self.cluster(), self.world.pod(manifest)
        rows = np.arange(len(self.world.table), dtype=np.intp)
        names = [node.name for node in self.world.table.rows]
        refusals = plain.spread_refusals(cluster, manifest), plain.affinity_refusals(cluster, manifest)
        scores = plain.spread_scores(cluster, manifest, names), plain.affinity_scores(cluster, manifest, names)
        fresh = Handle(self.world.table, self.world.objects)
        plugins: list[tuple[Any, Any]] = [
            (self.spread, self.affinity),
            (PodTopologySpread({}, fresh), InterPodAffinity({}, fresh)),
        ]
        for pair in plugins:
            for plugin, refused, scored in zip(pair, refusals, scores, strict=True):
                assert _refusals(plugin, pod, names) == refused
                assert _scores(plugin, pod, names, rows) == (scored if names else None)

    def cluster(self) -> plain.PlainCluster:
        """The table as plain values."""
        nodes = tuple(
            plain.PlainNode(node.object, tuple(pod.object for pod in node.pods.values()))
            for node in self.world.table.rows
        )
        return plain.PlainCluster(nodes, {"red": {}, "blue": {"team": "blue"}})

    def _manifest(self, fields: Mapping[str, Any]) -> Object:
        self._names += 1
        return pod_object(f"made-{self._names}", **fields)


def _without_zone(labels: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in labels.items() if key != "zone"}


def _refusals(plugin: Any, pod: Pod, names: list[str]) -> dict[str, str]:
    want = plugin.filter_want(pod.shape)
    verdicts = None if want is None else plugin.filter_all(want)
    if verdicts is None:
        return {}
    assert verdicts.tolist() == [plugin.filter_row(want, row) for row in range(len(names))]
    return {
        name: plugin.explain(want, verdict).reasons[0]
        for name, verdict in zip(names, verdicts.tolist(), strict=True)
        if verdict
    }


def _scores(plugin: Any, pod: Pod, names: list[str], rows: Any) -> Any:
    want = plugin.score_want(pod.shape)
    raw = plugin.score_set(want, rows) if want is not None and names else None
    if raw is None:
        return None
    normalized = plugin.normalize(want, raw.copy(), rows)
    return dict(zip(names, raw.tolist(), strict=True)), dict(zip(names, normalized.tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NODES[:3]), pods), min_size=3, max_size=8),
    st.lists(steps, max_size=15),
    st.lists(pods, min_size=1, max_size=3),
)
def test_after_any_story_columns_and_scores_equal_the_plain_rules(
    before: list[tuple[str, Object]], story: list[tuple[str, Any, Any]], asked: list[Object]
) -> None:
    told = Story()
    for number, name in enumerate(NODES[:3]):
        told.happen("node", name, ({"host": name, "zone": f"z{number % 2}", "rack": "r0"}, []))
    for name, fields in before:
        told.happen("place", name, fields)
    told.happen("ask", None, asked[0])
    for what, where, with_what in story:
        told.happen(what, where, with_what)
    for number, fields in enumerate(asked):
        told.compare(pod_object(f"asked-{number}", **fields))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NODES), pods), max_size=12))
def test_no_placement_that_the_filters_allow_breaks_a_required_rule(arrivals: list[tuple[str, Object]]) -> None:
    told = Story()
    for number, name in enumerate(NODES):
        told.happen("node", name, ({"host": name, "zone": f"z{number % 2}"}, []))
    for number, (wish, fields) in enumerate(arrivals):
        manifest = pod_object(f"arriving-{number}", **{**fields, "terminating": False})
        pod = told.world.pod(manifest)
        names = [node.name for node in told.world.table.rows]
        refused = _refusals(told.spread, pod, names) | _refusals(told.affinity, pod, names)
        if wish not in refused:
            told.world.table.add_pod(pod, wish)
            _assert_kept_apart(told.cluster())
            _assert_even(told.cluster(), manifest)


def _assert_kept_apart(cluster: plain.PlainCluster) -> None:
    """No pod has in its domain another pod that its required anti-affinity speaks of."""
    for node in cluster.nodes:
        for pod in node.pods:
            for term in plain.terms_of(pod, "podAntiAffinity", plain.REQUIRED):
                mates = [mate for mate in plain.domain_mates(cluster, node, term["topologyKey"]) if mate is not pod]
                assert not any(plain.term_matches(cluster, term, pod, mate, incoming=False) for mate in mates)


def _assert_even(cluster: plain.PlainCluster, pod: Object) -> None:
    """The domains of the pod's constraints that it counts for differ by no more than maxSkew from its own domain."""
    for constraint in pod["spec"].get("topologySpreadConstraints") or ():
        selector = constraint["labelSelector"] or {}
        simple = {"nodeAffinityPolicy", "nodeTaintsPolicy", "minDomains"}.isdisjoint(constraint) and selector
        if constraint["whenUnsatisfiable"] != "DoNotSchedule" or not simple or pod["spec"].get("nodeSelector"):
            continue
        key = constraint["topologyKey"]
        counts: dict[str, int] = {}
        mine = ""
        for node in cluster.nodes:
            counts[node.labels[key]] = counts.get(node.labels[key], 0) + plain._matching(node, pod, constraint)
            if any(other["metadata"]["uid"] == pod["metadata"]["uid"] for other in node.pods):
                mine = node.labels[key]
        itself = plain._labels_match(selector, pod)
        others = [count - (itself and domain == mine) for domain, count in counts.items()]
        assert counts[mine] - min(others) <= constraint["maxSkew"]
