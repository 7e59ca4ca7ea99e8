"""Conditions: what changes moves to the end, what does not stays untouched."""

from __future__ import annotations

from typing import Any

from playground.kube.controllers.deployment import conditions
from playground.kube.controllers.deployment.conditions import AVAILABLE, PROGRESSING, condition

FIRST, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"


def status() -> dict[str, Any]:
    found: dict[str, Any] = {}
    conditions.put(found, condition(AVAILABLE, "False", "No", "no", FIRST))
    conditions.put(found, condition(PROGRESSING, "True", "Going", "it goes", FIRST))
    return found


def test_a_condition_that_says_the_same_is_not_touched() -> None:
    found = status()
    conditions.put(found, condition(AVAILABLE, "False", "No", "other words", LATER))
    assert found == status()


def test_another_reason_moves_the_condition_to_the_end_and_keeps_its_transition() -> None:
    found = status()
    conditions.put(found, condition(AVAILABLE, "False", "Never", "never", LATER))
    assert [item["type"] for item in found["conditions"]] == [PROGRESSING, AVAILABLE]
    assert (found["conditions"][1]["lastTransitionTime"], found["conditions"][1]["lastUpdateTime"]) == (FIRST, LATER)


def test_another_status_is_a_transition() -> None:
    found = status()
    conditions.put(found, condition(AVAILABLE, "True", "Yes", "yes", LATER))
    assert conditions.find(found, AVAILABLE) == condition(AVAILABLE, "True", "Yes", "yes", LATER)


def test_a_condition_is_taken_away_and_the_last_one_with_the_list() -> None:
    found = status()
    conditions.drop(found, AVAILABLE)
    assert conditions.find(found, AVAILABLE) is None
    conditions.drop(found, PROGRESSING)
    assert found == {}
    conditions.drop(found, PROGRESSING)


def test_the_longest_deadline_is_none() -> None:
    assert conditions.has_deadline({"spec": {"progressDeadlineSeconds": 600}})
    assert not conditions.has_deadline({"spec": {"progressDeadlineSeconds": 2**31 - 1}})
    assert not conditions.has_deadline({"spec": {}})
