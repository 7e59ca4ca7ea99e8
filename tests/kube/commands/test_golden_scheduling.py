"""Replaying recorded scheduling: no difference, and one for every field where a recording says otherwise."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from playground.kube.commands.golden import known_exceptions
from playground.kube.commands.golden_scheduling import replay

RECORDINGS = Path(__file__).parents[2] / "golden" / "scheduling"


def scenarios(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gzip.decompress((RECORDINGS / name).read_bytes()))
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDINGS.glob("*.json.gz")))
def test_every_recorded_decision_is_ours_too(name: str) -> None:
    known = known_exceptions()
    left = [
        str(difference)
        for scenario in scenarios(name)
        for difference in replay(scenario).differences
        if not any(each.covers(difference, scenario["seed"]) for each in known)
    ]
    assert left == []


def test_a_recording_that_says_otherwise_is_told_field_by_field() -> None:
    scenario = scenarios("taint_toleration.json.gz")[0]
    placed = next(step for step in scenario["steps"] if step["result"].get("totals"))
    node = next(iter(placed["result"]["totals"]))
    placed["result"]["totals"][node] += 1
    (difference,) = replay(scenario).differences
    assert (difference.step, difference.what) == (placed["pod"]["metadata"]["name"], "totals")
