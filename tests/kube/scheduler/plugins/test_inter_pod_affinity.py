"""InterPodAffinity, example by example."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.kube.scheduler.framework import Code
from playground.kube.scheduler.plugins import inter_pod_affinity
from playground.kube.scheduler.plugins.inter_pod_affinity import (
    REASON_AFFINITY,
    REASON_ANTI_AFFINITY,
    REASON_EXISTING,
    InterPodAffinity,
)
from tests.kube.scheduler.topology_support import HOST, ZONE, World, apart, near, preferred, term

WEB, DB = {"app": "web"}, {"app": "db"}
NOT_NEAR = (Code.UNRESOLVABLE, (REASON_AFFINITY,))
NOT_APART = (Code.UNSCHEDULABLE, (REASON_ANTI_AFFINITY,))
MINDED = (Code.UNSCHEDULABLE, (REASON_EXISTING,))


@pytest.fixture
def world() -> World:
    """Two nodes in zone a, one in b."""
    made = World()
    made.namespace("default")
    made.namespace("shop", team="red")
    for name, zone in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        made.node(name, host=name, zone=zone)
    return made


def refused(world: World, **fields: Any) -> dict[str, tuple[Code, tuple[str, ...]]] | None:
    """Which nodes refuse the pod, and in which words; None for Skip."""
    plugin = InterPodAffinity({}, world.handle)
    want = plugin.filter_want(world.pod(**fields).shape)
    verdicts = plugin.filter_all(want)
    if verdicts is None:
        return None
    assert verdicts.tolist() == [plugin.filter_row(want, row) for row in range(len(world.table))]
    statuses = {
        node.name: plugin.explain(want, verdict)
        for node, verdict in zip(world.table.rows, verdicts.tolist(), strict=True)
        if verdict
    }
    return {name: (status.code, status.reasons) for name, status in statuses.items()}


def scores(world: World, args: dict[str, Any] | None = None, **fields: Any) -> dict[str, tuple[int, int]] | None:
    """(raw, normalised) of every node; None for Skip."""
    plugin = inter_pod_affinity.new(args or {}, world.handle)
    want = plugin.score_want(world.pod(**fields).shape)
    rows = np.arange(len(world.table), dtype=np.intp)
    raw = plugin.score_set(want, rows) if want is not None else None
    if want is None or raw is None:
        return None
    both = zip(raw.tolist(), plugin.normalize(want, raw, rows).tolist(), strict=True)
    return {node.name: pair for node, pair in zip(world.table.rows, both, strict=True)}


def test_a_plain_pod_among_plain_pods_is_skipped(world: World) -> None:
    world.place("a1", labels=WEB)
    assert refused(world, labels=WEB) is None
    assert scores(world, labels=WEB) is None


def test_a_pod_goes_only_where_the_pods_are_that_it_wants(world: World) -> None:
    world.place("a1", labels=DB)
    assert refused(world, affinity=near(term(ZONE, app="db"))) == {"b1": NOT_NEAR}
    assert refused(world, affinity=near(term(HOST, app="db"))) == {"a2": NOT_NEAR, "b1": NOT_NEAR}


def test_one_pod_has_to_match_all_terms(world: World) -> None:
    world.place("a1", labels=DB)
    world.place("a1", labels={"tier": "back"})
    both = near(term(ZONE, app="db"), {"topologyKey": ZONE, "labelSelector": {"matchLabels": {"tier": "back"}}})
    assert set(refused(world, affinity=both) or {}) == {"a1", "a2", "b1"}
    world.place("b1", labels={**DB, "tier": "back"})
    assert set(refused(world, affinity=both) or {}) == {"a1", "a2"}


def test_the_first_of_a_group_may_go_anywhere(world: World) -> None:
    assert refused(world, labels=WEB, affinity=near(term(ZONE))) == {}
    assert set(refused(world, labels=DB, affinity=near(term(ZONE))) or {}) == {"a1", "a2", "b1"}


def test_the_first_of_a_group_still_needs_the_label(world: World) -> None:
    world.node("c1", host="c1")
    assert refused(world, labels=WEB, affinity=near(term(ZONE))) == {"c1": NOT_NEAR}


def test_a_member_on_a_node_without_the_label_does_not_end_the_group_of_the_first(world: World) -> None:
    world.node("c1", host="c1")
    world.place("c1", labels=WEB)
    assert refused(world, labels=WEB, affinity=near(term(ZONE))) == {"c1": NOT_NEAR}


def test_a_pod_keeps_away_from_the_pods_it_minds(world: World) -> None:
    world.place("a1", labels=DB)
    assert refused(world, affinity=apart(term(ZONE, app="db"))) == {"a1": NOT_APART, "a2": NOT_APART}


def test_a_pod_is_kept_away_by_pods_that_mind_it(world: World) -> None:
    world.place("a1", labels=DB, affinity=apart(term(ZONE)))
    assert refused(world, labels=WEB) == {"a1": MINDED, "a2": MINDED}
    assert refused(world, labels=DB) is None


def test_a_node_without_the_label_is_in_nobodys_way(world: World) -> None:
    world.node("c1", host="c1")
    world.place("c1", labels=DB, affinity=apart(term(ZONE)))
    assert refused(world, labels=WEB) is None
    assert refused(world, labels=WEB, affinity=apart(term(ZONE, app="db"))) == {}


def test_affinity_is_told_before_anti_affinity_and_that_before_the_others(world: World) -> None:
    world.place("a1", labels=DB, affinity=apart(term(HOST)))
    mixed = {**near(term(HOST, app="none")), **apart(term(HOST, app="db"))}
    assert (refused(world, labels=WEB, affinity=mixed) or {})["a1"] == NOT_NEAR
    assert (refused(world, labels=WEB, affinity=apart(term(HOST, app="db"))) or {})["a1"] == NOT_APART
    assert (refused(world, labels=WEB) or {})["a1"] == MINDED


def test_terminating_pods_still_count(world: World) -> None:
    world.place("a1", labels=DB, terminating=True)
    assert refused(world, affinity=apart(term(HOST, app="db"))) == {"a1": NOT_APART}


def test_a_namespace_selector_chooses_by_the_labels_of_namespaces(world: World) -> None:
    red = {"namespaceSelector": {"matchLabels": {"team": "red"}}}
    world.place("a1", labels=DB, namespace="shop")
    world.place("b1", labels=DB)
    assert refused(world, affinity=apart(term(HOST, app="db", **red))) == {"a1": NOT_APART}
    world.place("a2", labels=WEB, affinity=apart(term(HOST, app="db", **red)))
    assert refused(world, labels=DB, namespace="shop") == {"a2": MINDED}


def test_preferred_terms_add_up_from_both_sides(world: World) -> None:
    world.place("a1", labels=DB, affinity=preferred("podAffinity", (20, term(ZONE))))
    world.place("b1", labels=WEB, affinity=preferred("podAntiAffinity", (30, term(HOST))))
    found = scores(world, labels=WEB, affinity=preferred("podAffinity", (50, term(HOST, app="db"))))
    assert found == {"a1": (70, 100), "a2": (20, 50), "b1": (-30, 0)}


def test_required_affinity_of_pods_there_counts_by_the_hard_weight(world: World) -> None:
    world.place("a1", labels=DB, affinity=near(term(ZONE)))
    assert scores(world, labels=WEB) == {"a1": (1, 100), "a2": (1, 100), "b1": (0, 0)}
    assert scores(world, {"hardPodAffinityWeight": 40}, labels=WEB) == {"a1": (40, 100), "a2": (40, 100), "b1": (0, 0)}
    assert scores(world, {"hardPodAffinityWeight": 0}, labels=WEB) is None


def test_terms_that_cancel_out_still_score_and_give_nothing(world: World) -> None:
    world.place("a1", labels=DB)
    both = {
        **preferred("podAffinity", (5, term(HOST, app="db"))),
        **preferred("podAntiAffinity", (5, term(HOST, app="db"))),
    }
    assert scores(world, affinity=both) == dict.fromkeys(("a1", "a2", "b1"), (0, 0))


def test_preferences_of_pods_there_can_be_ignored(world: World) -> None:
    world.place("a1", labels=DB, affinity=preferred("podAffinity", (20, term(ZONE))))
    ignoring = {"ignorePreferredTermsOfExistingPods": True}
    assert scores(world, ignoring, labels=WEB) is None
    asked = preferred("podAffinity", (50, term(HOST, app="db")))
    assert scores(world, ignoring, labels=WEB, affinity=asked) == {"a1": (70, 100), "a2": (20, 28), "b1": (0, 0)}


def test_equal_pods_want_the_same(world: World) -> None:
    plugin = InterPodAffinity({}, world.handle)
    first, second = (plugin.filter_want(world.pod(labels=WEB, cpu=cpu).shape) for cpu in ("1", "2"))
    assert first is second
