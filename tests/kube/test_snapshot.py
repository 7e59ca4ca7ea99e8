"""A snapshot is JSON of its own with a version, and only what is one is taken up."""

import json
from typing import Any

import pytest

from playground.kube import snapshot
from playground.kube.snapshot import PARTS, BadSnapshot

GOOD: dict[str, Any] = {part: {"a": [1]} for part in sorted(PARTS)}


def test_a_snapshot_says_what_it_is_and_survives_json() -> None:
    saved = snapshot.wrap(GOOD)
    assert (saved["kind"], saved["schema"]) == ("ClusterSnapshot", snapshot.SCHEMA)
    assert snapshot.unwrap(json.loads(json.dumps(saved))) == GOOD


def test_what_happens_later_does_not_change_it() -> None:
    parts = {**GOOD, "actors": {"queue": [1]}}
    saved = snapshot.wrap(parts)
    parts["actors"]["queue"].append(2)
    assert saved["actors"] == {"queue": [1]}


@pytest.mark.parametrize(
    ("saved", "why"),
    [
        ({}, "no snapshot of a cluster"),
        ({**snapshot.wrap(GOOD), "schema": 99}, "has schema 99; this version reads schema 3"),
        ({key: part for key, part in snapshot.wrap(GOOD).items() if key != "store"}, "lacks store"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(saved: dict[str, Any], why: str) -> None:
    with pytest.raises(BadSnapshot, match=why):
        snapshot.unwrap(saved)
