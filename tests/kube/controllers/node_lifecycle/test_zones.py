"""Zones decide how fast nodes may be tainted, and stop it where everything is down."""

from typing import Any

import pytest

from playground.kube.controllers.node_lifecycle.zones import Zones, key_of


def zones(*readiness: bool, now: float = 0.0) -> Zones:
    made = Zones(0.1)
    made.counted({"a": readiness}, now)
    return made


@pytest.mark.parametrize(
    ("ready", "state"),
    [
        ([True, True, True], "Normal"),
        ([True, False, False], "Normal"),  # two may be down whatever the part
        ([True, True, False, False, False], "PartialDisruption"),
        ([True, True, True, False, False, False], "Normal"),  # half is less than 55 %
        ([False], "FullDisruption"),
    ],
)
def test_a_zone_is_as_bad_as_what_is_down_of_it(ready: list[bool], state: str) -> None:
    made = Zones(0.1)
    made.counted({"a": ready, "b": [True]}, 0.0)
    assert made.by_key["a"].state == state


def test_one_node_is_tainted_every_ten_seconds() -> None:
    zone = zones(True).by_key["a"]
    assert [zone.accept(now) for now in (0.0, 9.9, 10.0, 15.0, 20.0)] == [True, False, True, False, True]


def test_a_small_zone_that_is_half_down_is_left_alone_and_a_large_one_slowed() -> None:
    small, large = [False] * 6 + [True] * 4, [False] * 60 + [True] * 40
    made = Zones(0.1)
    made.counted({"small": small, "large": large}, 0.0)
    assert (made.by_key["small"].rate, made.by_key["large"].rate) == (0.0, 0.01)


def test_when_all_zones_are_down_nothing_is_tainted_until_one_comes_back() -> None:
    made = zones(True, True)
    assert made.counted({"a": [False, False]}, 1.0) == "entered"
    assert made.by_key["a"].rate == 0.0
    assert made.counted({"a": [False, False]}, 2.0) == "none"
    assert made.counted({"a": [True, False]}, 3.0) == "left"
    assert made.by_key["a"].rate == 0.1
    assert not made.by_key["a"].accept(12.9)  # whoever waited waits the new time
    assert made.by_key["a"].accept(13.0)


def test_one_zone_wholly_down_is_tainted_at_the_usual_rate_while_another_stands() -> None:
    made = Zones(0.1)
    made.counted({"a": [False, False, False], "b": [True]}, 0.0)
    assert (made.by_key["a"].state, made.by_key["a"].rate) == ("FullDisruption", 0.1)


def test_a_zone_without_nodes_is_forgotten() -> None:
    made = zones(True)
    made.counted({"b": [True]}, 1.0)
    assert list(made.by_key) == ["b"]


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        ({}, ""),
        ({"topology.kubernetes.io/zone": "z"}, "/z"),
        ({"topology.kubernetes.io/region": "r", "topology.kubernetes.io/zone": "z"}, "r/z"),
    ],
)
def test_a_zone_goes_by_region_and_zone(labels: dict[str, Any], key: str) -> None:
    assert key_of({"metadata": {"labels": labels}}) == key


def test_the_state_brings_limits_and_waiting_nodes_back() -> None:
    made = zones(True)
    made.by_key["a"].accept(0.0)
    made.by_key["a"].waiting["n1"] = 4
    again = Zones(0.1)
    again.restore(made.state())
    assert again.by_key == made.by_key
