"""Replaying recorded controllers: no difference but the known ones, and one for every aspect that is told otherwise."""

from __future__ import annotations

import copy
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from playground.kube.commands.golden import known_exceptions
from playground.kube.commands.golden_controllers import replay, trace
from playground.kube.commands.golden_controllers_actions import ACTIONS

RECORDINGS = Path(__file__).parents[2] / "golden" / "controllers"
AREAS = sorted(path.name.removesuffix(".json.gz") for path in RECORDINGS.glob("*.json.gz"))

Json = dict[str, Any]


@cache
def scenarios(area: str) -> list[Json]:
    found: list[Json] = json.loads(gzip.decompress((RECORDINGS / f"{area}.json.gz").read_bytes()))
    return found


def scenario(name: str) -> Json:
    """A copy that a test may change."""
    return copy.deepcopy(next(each for each in scenarios(name.partition("/")[0]) if each["name"] == name))


@pytest.mark.parametrize("area", AREAS)
def test_every_recorded_scenario_is_ours_too(area: str) -> None:
    known = known_exceptions()
    left = [
        str(difference)
        for each in scenarios(area)
        for difference in replay(each).differences
        if not any(exception.covers(difference, each.get("seed")) for exception in known)
    ]
    assert left == []


def test_all_recorded_kinds_of_action_are_known() -> None:
    words = {action["op"].partition(" ")[0] for area in AREAS for each in scenarios(area) for action in each["actions"]}
    assert words <= ACTIONS.keys()


@pytest.mark.parametrize("aspect", ["podsCreated", "podsDeletionMarked", "podsRemoved", "scaleHistory"])
def test_an_aspect_that_is_told_otherwise_is_a_difference(aspect: str) -> None:
    told = scenario("replicaset/scale_down_unready_first")
    if isinstance(told["invariants"][aspect], list):
        told["invariants"][aspect].append("rs-<p9>")
    else:
        told["invariants"][aspect]["ReplicaSet/rs"].append(9)
    (difference,) = replay(told).differences
    assert difference.step == aspect


def test_a_status_a_final_object_an_event_and_an_answer_are_compared() -> None:
    told = scenario("replicaset/scale_down_unready_first")
    told["invariants"]["statusHistory"]["ReplicaSet/rs"][1]["replicas"] = 7
    told["final"]["ReplicaSet"][0]["spec"]["replicas"] = 7
    told["k8sEvents"][0]["reason"] = "Guessed"
    told["actions"][0]["response"]["code"] = 418
    told["invariants"]["segments"][0]["max"]["total"] += 1
    differing = {difference.step for difference in replay(told).differences}
    assert differing >= {"statusHistory", "finalObjects", "eventReasons", "responses", "segmentsMaxMin"}


def test_what_two_recordings_did_not_agree_on_has_to_be_within_bounds_only() -> None:
    told = scenario("replicaset/scale_down_unready_first")
    told["invariants"]["podsDeletionMarked"] = ["rs-<p1>"]
    told["stable"]["podsDeletionMarked"] = False
    assert replay(told).differences == ()
    told["invariants"]["podsDeletionMarked"] = ["rs-<p1>", "rs-<p2>"]
    assert [difference.what for difference in replay(told).differences] == ["owners"]


def test_where_pods_are_is_not_compared() -> None:
    told = json.loads(json.dumps(scenario("replicaset/min_ready_seconds")).replace('"n1"', '"n2"'))
    assert replay(told).differences == ()


def test_the_timeline_shows_both_sides() -> None:
    lines = list(trace(scenario("replicaset/min_ready_seconds")))
    assert lines[0].lstrip().startswith("0.00 create")
    both = [line for line in lines if line.count("+ ReplicaSet/rs") == 2]
    assert len(both) == 1
