"""Views, domains and tallies: sums by domain stay right when rows change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.scheduler.topology_counts import Domains, Tally, View
from tests.kube.scheduler.topology_support import HOST, ZONE, World


def four_nodes() -> World:
    made = World()
    made.node("a1", zone="a")
    made.node("b1", zone="b")
    made.node("none")
    made.node("a2", zone="a")
    return made


@pytest.fixture
def world() -> World:
    """Rows in this order: a1 (zone a), b1 (zone b), none (no zone), a2 (zone a)."""
    made = four_nodes()
    assert [node.name for node in made.table.rows] == ["a1", "b1", "none", "a2"]
    return made


def view(world: World, *, mask: list[bool] | None = None, absent_is_empty: bool = False) -> View:
    read = None if mask is None else lambda: np.array(mask)
    return View(ZONE, read, absent_is_empty=absent_is_empty).refresh(world.table, 1)


def test_a_view_knows_the_domain_of_each_row(world: World) -> None:
    zones = view(world)
    assert zones.codes.tolist() == [0, 1, -1, 0]
    assert (zones.size, zones.eligible, zones.present) == (2, 2, None)
    assert (zones.labelled.tolist(), zones.labelled_all) == ([True, True, False, True], False)


def test_absent_can_stand_for_the_empty_value(world: World) -> None:
    zones = view(world, absent_is_empty=True)
    assert (zones.codes.tolist(), zones.size) == ([0, 1, 2, 0], 3)
    assert zones.labelled.tolist() == [True, True, False, True]


def test_a_domain_is_present_when_one_of_its_rows_counts(world: World) -> None:
    zones = view(world, mask=[False, False, True, True])
    assert zones.eligible == 1
    assert zones.present is not None
    assert zones.present.tolist() == [True, False]


def test_a_view_is_refreshed_only_for_another_version(world: World) -> None:
    zones = view(world)
    world.node("none", zone="c")
    assert zones.refresh(world.table, 1).size == 2
    assert zones.refresh(world.table, 2).size == 3


def test_domains_sum_the_rows_that_count(world: World) -> None:
    rows = np.array([1, 2, 4, 8])
    assert Domains(view(world), rows).counts.tolist() == [9, 2, 4]
    assert Domains(view(world, mask=[True, True, False, False]), rows).counts.tolist() == [1, 2, 0]


def test_the_minimum_leaves_out_domains_that_are_not_present(world: World) -> None:
    rows = np.array([3, 0, 0, 0])
    assert Domains(view(world), rows).minimum() == 0
    assert Domains(view(world, mask=[True, False, True, True]), rows).minimum() == 3


def test_rows_without_the_key_are_nobodys_domain(world: World) -> None:
    domains = Domains(view(world), np.array([0, 0, 5, 0]))
    assert not domains.any()
    assert not domains.occupied.any()


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1, -1])), max_size=20), st.booleans())
def test_a_tally_equals_one_counted_anew(changes: list[tuple[int, int]], masked: bool) -> None:
    world = four_nodes()
    zones = view(world, mask=[True, False, True, True] if masked else None)
    tally = Tally(4)
    kept = tally.over(zones)
    assert kept.occupied.tolist() == [False] * 4
    for row, sign in changes:
        tally.add(row, sign)
    anew = Domains(zones, tally.rows)
    assert tally.over(zones) is kept
    assert kept.counts.tolist() == anew.counts.tolist()
    assert kept.occupied.tolist() == anew.occupied.tolist()
    assert tally.total == sum(sign for _, sign in changes)


def test_over_hosts_a_change_of_one_row_stays_on_that_row() -> None:
    world = World()
    for name in ("n0", "n1", "n2"):
        world.node(name, host=name)
    hosts = View(HOST, None, absent_is_empty=False).refresh(world.table, 1)
    tally = Tally(3)
    occupied = tally.over(hosts).occupied
    assert not hosts.shared
    tally.add(1, 1)
    assert occupied.tolist() == [False, True, False]
    tally.add(1, -1)
    assert occupied.tolist() == [False, False, False]


def test_forgotten_domains_are_summed_anew(world: World) -> None:
    tally, zones = Tally(4), view(world)
    tally.add(0, 1)
    before = tally.over(zones)
    world.node("a1", zone="b")
    tally.forget_domains()
    zones.refresh(world.table, 2)
    after = tally.over(zones)
    assert before is not after
