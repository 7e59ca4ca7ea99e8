"""Which volume is found for a claim, and why one does not suit it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.controllers.volumes import matching
from playground.kube.objects.frozen import Map, freeze

CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
VOLUME = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}


def claim(**spec: Any) -> Map:
    """A claim."""
    made: Map = freeze({"metadata": {"namespace": "default", "name": "c", "uid": "u"}, "spec": {**CLAIM, **spec}})
    return made


def volume(name: str = "v", **spec: Any) -> Map:
    """A free volume."""
    made: Map = freeze({"metadata": {"name": name}, "spec": {**VOLUME, **spec}, "status": {"phase": "Available"}})
    return made


def test_fewer_access_modes_come_before_a_better_size() -> None:
    more = volume("more", accessModes=["ReadOnlyMany", "ReadWriteOnce"])
    large = volume("large", capacity={"storage": "9Gi"})
    assert matching.find(claim(), [more, large], delayed=False) is large


def test_what_is_kept_for_a_claim_is_taken_even_if_it_is_delayed() -> None:
    kept = volume("kept", claimRef={"namespace": "default", "name": "c"})
    assert matching.find(claim(), [volume(), kept], delayed=True) is kept
    assert matching.find(claim(), [volume()], delayed=True) is None


def test_a_volume_of_an_earlier_claim_of_the_same_name_is_not_its() -> None:
    other = volume(claimRef={"namespace": "default", "name": "c", "uid": "earlier"})
    assert matching.find(claim(), [other], delayed=False) is None


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({}, ""),
        ({"capacity": {"storage": "1Mi"}}, "requested PV is too small"),
        ({"storageClassName": "x"}, "storageClassName does not match"),
        ({"volumeMode": "Block"}, "incompatible volumeMode"),
        ({"accessModes": ["ReadOnlyMany"]}, "incompatible accessMode"),
    ],
)
def test_a_volume_that_does_not_suit_says_why(spec: dict[str, Any], why: str) -> None:
    assert matching.mismatch(volume(**spec), claim()) == why
