"""The index of pods: one pod or node more changes the counts that it should, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from playground.kube.scheduler import topology_index
from playground.kube.scheduler.logs import KEPT
from playground.kube.scheduler.topology_index import Near, Spread, TopologyIndex
from playground.kube.scheduler.topology_masks import Eligible
from playground.kube.scheduler.topology_terms import Labels, affinity_terms, spread_constraints
from tests.kube.scheduler.topology_support import HOST, ZONE, World, apart, preferred, spread, term

WEB = {"app": "web"}


@pytest.fixture
def world() -> World:
    """Three nodes in two zones."""
    made = World()
    made.namespace("default")
    for name, zone in (("n0", "a"), ("n1", "b"), ("n2", "a")):
        made.node(name, host=name, zone=zone)
    return made


def question(**more: Any) -> Spread:
    (constraint,) = spread_constraints([spread(**more)], {}, "DoNotSchedule")
    return Spread("default", constraint.selector)


def by_zone(world: World, asked: Spread | Near) -> dict[str, int]:
    """The counts of a question, by zone."""
    index = TopologyIndex.of(world.table)
    index.sync()
    view = index.view(ZONE)
    counts = index.tally(asked).over(view).counts
    return dict(zip(world.table.label(ZONE).values, counts.tolist(), strict=False))


@dataclass(frozen=True)
class Incoming:
    """A pod as other pods' terms see it."""

    namespace: str = "default"
    labels: Labels = field(default_factory=lambda: dict(WEB), hash=False)
    namespace_labels: Labels = field(default_factory=dict, hash=False)


def test_one_table_has_one_index(world: World) -> None:
    assert TopologyIndex.of(world.table) is TopologyIndex.of(world.table)


def test_counts_follow_pods_that_come_and_go(world: World) -> None:
    assert by_zone(world, question()) == {"a": 0, "b": 0}
    first = world.place("n0", labels=WEB)
    world.place("n2", labels=WEB)
    world.place("n1", labels={"app": "db"})
    assert by_zone(world, question()) == {"a": 2, "b": 0}
    world.table.remove_pod(first.uid)
    assert by_zone(world, question()) == {"a": 1, "b": 0}


def test_pods_of_another_namespace_do_not_count(world: World) -> None:
    world.place("n0", labels=WEB, namespace="other")
    assert by_zone(world, question()) == {"a": 0, "b": 0}


def test_a_pod_that_terminates_stops_counting_for_spreading_but_not_for_affinity(world: World) -> None:
    (wanted,) = affinity_terms({"affinity": apart(term(ZONE))}, "default").anti_affinity
    world.place("n0", labels=WEB)
    world.place("n1", labels=WEB, terminating=True)
    assert by_zone(world, question()) == {"a": 1, "b": 0}
    assert by_zone(world, Near((wanted,))) == {"a": 1, "b": 1}


def test_a_relabelled_node_takes_its_pods_to_another_domain(world: World) -> None:
    world.place("n0", labels=WEB)
    index = TopologyIndex.of(world.table)
    index.sync()
    tally, view = index.tally(question()), index.view("rack")
    assert tally.over(view).counts.tolist() == [1]  # only the place of nodes without the label
    world.node("n0", host="n0", zone="a", rack="r1")
    index.sync()
    counts = index.tally(question()).over(index.view("rack")).counts
    assert counts.tolist() == [1, 0]


def test_a_heartbeat_leaves_the_sums_alone_and_new_taints_do_not(world: World) -> None:
    index = TopologyIndex.of(world.table)
    index.sync()
    before = index.tally(question()).over(index.view(ZONE))
    world.node("n0", host="n0", zone="a", cpu="8")
    index.sync()
    assert index.tally(question()).over(index.view(ZONE)) is before
    world.node("n0", host="n0", zone="a", taints=[{"key": "gpu", "effect": "NoSchedule"}])
    index.sync()
    assert index.tally(question()).over(index.view(ZONE)) is not before


def test_a_new_node_is_counted_with_the_pods_that_waited_for_it(world: World) -> None:
    world.place("n9", labels=WEB)
    assert by_zone(world, question()) == {"a": 0, "b": 0}
    world.node("n9", host="n9", zone="b")
    assert by_zone(world, question()) == {"a": 0, "b": 1}


def test_counts_are_made_anew_when_the_log_was_too_short(world: World) -> None:
    assert by_zone(world, question()) == {"a": 0, "b": 0}
    pod = world.place("n0", labels=WEB)
    for _ in range(KEPT):
        world.table.remove_pod(pod.uid)
        world.table.add_pod(pod, "n1")
    assert by_zone(world, question()) == {"a": 0, "b": 1}


def test_only_eligible_nodes_count_in_a_masked_view(world: World) -> None:
    world.node("n2", host="n2", zone="a", rack="r1")
    world.place("n0", labels=WEB)
    world.place("n2", labels=WEB)
    index = TopologyIndex.of(world.table)
    index.sync()
    view = index.view(ZONE, Eligible(keys=("rack",)))
    assert index.tally(question()).over(view).counts[:-1].tolist() == [1, 0]
    assert (view.eligible, view.present is not None) == (1, True)


def test_a_trial_takes_terminating_pods_away_as_if_they_had_counted(world: World) -> None:
    world.place("n0", labels=WEB)
    leaving = world.place("n0", labels=WEB, terminating=True)
    assert by_zone(world, question()) == {"a": 1, "b": 0}
    with TopologyIndex.of(world.table).trial():
        world.table.remove_pod(leaving.uid)
        assert by_zone(world, question()) == {"a": 0, "b": 0}
        world.table.add_pod(leaving, "n0")
    assert by_zone(world, question()) == {"a": 1, "b": 0}


def test_a_trial_counts_pods_for_an_empty_selector(world: World) -> None:
    everything = question(labelSelector={})
    pod = world.place("n0", labels=WEB)
    assert by_zone(world, everything) == {"a": 0, "b": 0}
    with TopologyIndex.of(world.table).trial():
        world.table.remove_pod(pod.uid)
        assert by_zone(world, everything) == {"a": -1, "b": 0}
        world.table.add_pod(pod, "n0")
    assert by_zone(world, everything) == {"a": 0, "b": 0}


def test_after_a_trial_that_was_counted_anew_in_its_middle_the_counts_are_right(world: World) -> None:
    leaving = world.place("n0", labels=WEB, terminating=True)
    assert by_zone(world, question()) == {"a": 0, "b": 0}
    with TopologyIndex.of(world.table).trial():
        for _ in range(KEPT):
            world.table.remove_pod(leaving.uid)
            world.table.add_pod(leaving, "n0")
        world.table.remove_pod(leaving.uid)
        by_zone(world, question())
        world.table.add_pod(leaving, "n0")
    assert by_zone(world, question()) == {"a": 0, "b": 0}


def test_terms_of_pods_are_found_by_the_pod_they_speak_of(world: World) -> None:
    index, who = TopologyIndex.of(world.table), Incoming()
    index.sync()
    assert index.speaking_of("anti_affinity", who) == []
    world.place("n0", affinity=apart(term(HOST), term(ZONE, app="db")))
    world.place("n1", affinity=apart(term(HOST)))
    index.sync()
    (holder,) = index.speaking_of("anti_affinity", who)
    assert holder.tally.rows.tolist() == [int(node.name != "n2") for node in world.table.rows]
    assert index.speaking_of("affinity", who) == []


def test_preferred_terms_are_told_apart_by_weight(world: World) -> None:
    index = TopologyIndex.of(world.table)
    world.place("n0", affinity=preferred("podAffinity", (10, term(ZONE))))
    world.place("n1", affinity=preferred("podAntiAffinity", (10, term(ZONE))))
    index.sync()
    assert sorted(holder.weight for holder in index.speaking_of("preferred", Incoming())) == [-10, 10]


def test_terms_that_no_pod_holds_any_more_are_forgotten(world: World) -> None:
    index = TopologyIndex.of(world.table)
    for number in range(200):
        pod = world.place("n0", affinity=apart(term(HOST, app=f"app-{number}")))
        index.sync()
        world.table.remove_pod(pod.uid)
    world.place("n1", affinity=apart(term(HOST)))
    index.sync()
    assert [holder.tally.total for holder in index.speaking_of("anti_affinity", Incoming())] == [1]
    assert len(index._known) <= 130


def test_many_questions_do_not_pile_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology_index, "MOST_TALLIES", 4)
    monkeypatch.setattr(topology_index, "MOST_VIEWS", 4)
    world.place("n0", labels={"app": "app-7"})
    index = TopologyIndex.of(world.table)
    for number in range(10):
        asked = question(labelSelector={"matchLabels": {"app": f"app-{number}"}})
        index.sync()
        view = index.view(f"rack-{number}")
        assert index.tally(asked).total == (number == 7)
        assert np.all(view.codes == -1)
    assert len(index._tallies) <= 4
    assert len(index._views) <= 4


def test_a_shape_is_forgotten_with_its_last_pod(world: World) -> None:
    index = TopologyIndex.of(world.table)
    pod = world.place("n0", labels=WEB)
    index.sync()
    assert len(index._groups) == 1
    world.table.remove_pod(pod.uid)
    index.sync()
    assert not index._groups
