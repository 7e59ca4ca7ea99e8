"""PodTopologySpread, example by example."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.kube.scheduler.framework import Code
from playground.kube.scheduler.plugins import pod_topology_spread
from playground.kube.scheduler.plugins.pod_topology_spread import REASON, REASON_NO_LABEL, PodTopologySpread
from tests.kube.scheduler.topology_support import HOST, ZONE, World, spread

WEB = {"app": "web"}
SERVICE = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": WEB}}


@pytest.fixture
def world() -> World:
    """Two nodes in zone a, one in b."""
    made = World()
    for name, zone in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        made.node(name, host=name, zone=zone)
    return made


def refused(
    world: World, plugin: PodTopologySpread | None = None, **fields: Any
) -> dict[str, tuple[Code, tuple[str, ...]]]:
    """Which nodes refuse a pod with app=web, and in which words."""
    plugin = plugin or PodTopologySpread({}, world.handle)
    want = plugin.filter_want(world.pod(**{"labels": WEB, **fields}).shape)
    if want is None:
        return {}
    verdicts = plugin.filter_all(want)
    assert verdicts is not None
    statuses = {
        node.name: plugin.explain(want, verdict)
        for node, verdict in zip(world.table.rows, verdicts.tolist(), strict=True)
        if verdict
    }
    return {name: (status.code, status.reasons) for name, status in statuses.items()}


def scores(world: World, plugin: PodTopologySpread | None = None, **fields: Any) -> dict[str, tuple[int, int]] | None:
    """(raw, normalised) of every node for a pod with app=web; None for Skip."""
    plugin = plugin or PodTopologySpread({}, world.handle)
    want = plugin.score_want(world.pod(**{"labels": WEB, **fields}).shape)
    if want is None:
        return None
    rows = np.arange(len(world.table), dtype=np.intp)
    raw = plugin.score_set(want, rows)
    assert raw is not None
    both = zip(raw.tolist(), plugin.normalize(want, raw, rows).tolist(), strict=True)
    return {node.name: pair for node, pair in zip(world.table.rows, both, strict=True)}


SKEWED = (Code.UNSCHEDULABLE, (REASON,))
UNLABELLED = (Code.UNRESOLVABLE, (REASON_NO_LABEL,))


def test_a_pod_without_constraints_is_skipped(world: World) -> None:
    plugin = PodTopologySpread({}, world.handle)
    shape = world.pod(labels=WEB).shape
    assert plugin.filter_want(shape) is None
    assert plugin.score_want(shape) is None


def test_the_fuller_zone_is_refused(world: World) -> None:
    world.place("a1", labels=WEB)
    assert refused(world, topologySpreadConstraints=[spread()]) == {"a1": SKEWED, "a2": SKEWED}
    assert refused(world, topologySpreadConstraints=[spread(skew=2)]) == {}


def test_a_pod_that_its_own_constraint_does_not_match_does_not_add_to_the_skew(world: World) -> None:
    world.place("a1", labels=WEB)
    assert refused(world, labels={"app": "db"}, topologySpreadConstraints=[spread()]) == {}


def test_a_node_without_the_label_is_refused_for_good(world: World) -> None:
    world.node("c1", host="c1")
    assert refused(world, topologySpreadConstraints=[spread()]) == {"c1": UNLABELLED}


def test_the_first_constraint_that_fails_is_told(world: World) -> None:
    world.node("c1", host="c1")
    world.place("c1", labels=WEB)
    hosts, zones = spread(HOST), spread()
    assert refused(world, topologySpreadConstraints=[zones, hosts])["c1"] == UNLABELLED
    # By hosts alone c1 would be too full, but a node without a zone does not count there at all.
    assert refused(world, topologySpreadConstraints=[hosts, zones])["c1"] == UNLABELLED


def test_fewer_domains_than_min_domains_make_the_minimum_zero(world: World) -> None:
    world.place("a1", labels=WEB)
    world.place("b1", labels=WEB)
    assert refused(world, topologySpreadConstraints=[spread(minDomains=2)]) == {}
    assert set(refused(world, topologySpreadConstraints=[spread(minDomains=3)])) == {"a1", "a2", "b1"}


def test_nodes_that_the_node_selector_leaves_out_do_not_count_unless_told_so(world: World) -> None:
    world.place("a1", labels=WEB)
    only_a: dict[str, Any] = {"nodeSelector": {ZONE: "a"}}
    assert refused(world, topologySpreadConstraints=[spread()], **only_a) == {}
    ignoring = spread(nodeAffinityPolicy="Ignore")
    assert refused(world, topologySpreadConstraints=[ignoring], **only_a) == {"a1": SKEWED, "a2": SKEWED}


def test_tainted_nodes_count_unless_taints_are_honoured(world: World) -> None:
    world.node("b1", host="b1", zone="b", taints=[{"key": "gpu", "effect": "NoSchedule"}])
    world.place("a1", labels=WEB)
    honouring = spread(nodeTaintsPolicy="Honor")
    tolerating: dict[str, Any] = {"tolerations": [{"key": "gpu", "operator": "Exists"}]}
    assert set(refused(world, topologySpreadConstraints=[spread()])) == {"a1", "a2"}
    assert refused(world, topologySpreadConstraints=[honouring]) == {}
    assert set(refused(world, topologySpreadConstraints=[honouring], **tolerating)) == {"a1", "a2"}


def test_terminating_pods_do_not_count(world: World) -> None:
    world.place("a1", labels=WEB, terminating=True)
    assert refused(world, topologySpreadConstraints=[spread()]) == {}


def test_rows_can_be_asked_one_by_one(world: World) -> None:
    world.place("a1", labels=WEB)
    plugin = PodTopologySpread({}, world.handle)
    want = plugin.filter_want(world.pod(labels=WEB, topologySpreadConstraints=[spread()]).shape)
    assert want is not None
    assert [plugin.filter_row(want, world.row(name)) for name in ("a1", "a2", "b1")] == [1, 1, 0]


def test_the_emptier_zone_scores_higher(world: World) -> None:
    world.place("a1", labels=WEB)
    world.place("a2", labels=WEB)
    # Two zones: 2 x ln(2 + 2) + 0 = 2.77, rounded 3.
    found = scores(world, topologySpreadConstraints=[spread(when="ScheduleAnyway")])
    assert found == {"a1": (3, 0), "a2": (3, 0), "b1": (0, 100)}


def test_without_matching_pods_every_node_gets_the_full_score(world: World) -> None:
    found = scores(world, topologySpreadConstraints=[spread(when="ScheduleAnyway")])
    assert found is not None
    assert set(found.values()) == {(0, 100)}


def test_a_node_without_the_label_scores_nothing(world: World) -> None:
    world.node("c1", host="c1")
    world.place("a1", labels=WEB)
    found = scores(world, topologySpreadConstraints=[spread(when="ScheduleAnyway", skew=2)])
    assert found is not None
    assert found["c1"] == (0, 0)
    assert found["b1"] == (1, 100)


def test_over_hosts_each_node_counts_its_own_pods(world: World) -> None:
    world.place("a1", labels=WEB)
    # Three nodes: 1 x ln(3 + 2) = 1.61, rounded 2.
    found = scores(world, topologySpreadConstraints=[spread(HOST, when="ScheduleAnyway")])
    assert found == {"a1": (2, 0), "a2": (0, 100), "b1": (0, 100)}


def test_a_pod_of_a_service_is_spread_by_default(world: World) -> None:
    world.objects.put("services", SERVICE)
    world.place("a1", labels=WEB)
    # Hosts: ln(5) + 2 on a1 and 2 elsewhere; zones: ln(4) + 4 in a and 4 in b.
    assert scores(world) == {"a1": (9, 66), "a2": (7, 88), "b1": (6, 100)}


def test_nodes_without_a_zone_take_part_in_the_default_spreading(world: World) -> None:
    world.objects.put("services", SERVICE)
    world.node("c1", host="c1")
    found = scores(world)
    assert found is not None
    assert found["c1"] == (2, 100)


@pytest.mark.parametrize(
    ("api_version", "kind", "resource", "selector"),
    [
        ("v1", "ReplicationController", "replicationcontrollers", WEB),
        ("apps/v1", "ReplicaSet", "replicasets.apps", {"matchLabels": WEB}),
        ("apps/v1", "StatefulSet", "statefulsets.apps", {"matchLabels": WEB}),
    ],
)
def test_a_pod_of_a_controller_is_spread_by_default(
    world: World, api_version: str, kind: str, resource: str, selector: dict[str, Any]
) -> None:
    world.objects.put(resource, {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": selector}})
    owner = {"apiVersion": api_version, "kind": kind, "name": "web"}
    assert scores(world, owner=owner) is not None
    assert scores(world, owner={**owner, "name": "gone"}) is None
    assert scores(world, owner={**owner, "apiVersion": "example.com/v1"}) is None


def test_constraints_of_its_own_keep_the_defaults_away(world: World) -> None:
    world.objects.put("services", SERVICE)
    assert scores(world, topologySpreadConstraints=[spread()]) is None


def test_a_list_of_default_constraints_takes_the_place_of_the_systems(world: World) -> None:
    world.objects.put("services", SERVICE)
    world.node("c1", host="c1")
    world.place("a1", labels=WEB)
    hard = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
    soft = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}
    args = {"defaultingType": "List", "defaultConstraints": [hard, soft]}
    plugin = pod_topology_spread.new(args, world.handle)
    assert refused(world, plugin) == {"a1": SKEWED, "a2": SKEWED, "c1": UNLABELLED}
    found = scores(world, plugin)
    assert found is not None
    assert found["c1"] == (0, 0)


def test_an_empty_list_of_default_constraints_means_none(world: World) -> None:
    world.objects.put("services", SERVICE)
    plugin = pod_topology_spread.new({"defaultingType": "List"}, world.handle)
    assert scores(world, plugin) is None


def test_equal_pods_want_the_same(world: World) -> None:
    plugin = PodTopologySpread({}, world.handle)
    first = plugin.filter_want(world.pod(labels=WEB, topologySpreadConstraints=[spread()]).shape)
    second = plugin.filter_want(world.pod(labels={**WEB, "x": "y"}, topologySpreadConstraints=[spread()]).shape)
    assert first is second
