"""Rules of status conditions."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.conditions import is_false, is_true, validate_conditions
from playground.kube.apiserver.validation.field import Path

from .support import told

GOOD = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z", "reason": "Works"}


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({}, []),
        ({"status": "Yes"}, ['c[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"']),
        (
            {"observedGeneration": -1},
            ["c[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero"],
        ),
        (
            {"lastTransitionTime": None, "reason": ""},
            ["c[0].lastTransitionTime: Required value", "c[0].reason: Required value"],
        ),
        ({"message": "m" * 40_000}, ["c[0].message: Too long: may not be more than 32768 bytes"]),
    ],
)
def test_a_condition_is_well_formed(condition: dict[str, Any], says: list[str]) -> None:
    assert told(validate_conditions(Path("c"), [{**GOOD, **condition}])) == says


def test_a_reason_is_one_word() -> None:
    (says,) = told(validate_conditions(Path("c"), [{**GOOD, "reason": "two words"}]))
    assert says.startswith('c[0].reason: Invalid value: "two words": a condition reason must start with alphabetic')


def test_a_type_is_there_once() -> None:
    assert told(validate_conditions(Path("c"), [GOOD, GOOD])) == ['c[1].type: Duplicate value: "Ready"']


def test_a_condition_is_true_false_or_neither() -> None:
    status = {"conditions": [{"type": "A", "status": "True"}, {"type": "B", "status": "False"}]}
    assert (is_true(status, "A"), is_false(status, "A")) == (True, False)
    assert (is_true(status, "B"), is_false(status, "B")) == (False, True)
    assert (is_true({}, "C"), is_false({}, "C")) == (False, False)
