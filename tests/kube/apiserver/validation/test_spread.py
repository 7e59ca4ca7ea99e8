"""Rules of topology spread constraints."""

from typing import Any

import pytest

from .support import NAME_PART, pod, refusals

S = "spec.topologySpreadConstraints[0]"
PLAIN = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}


def spread(*constraints: dict[str, Any]) -> list[str]:
    return refusals(pod(topologySpreadConstraints=list(constraints)))


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        ({}, []),
        ({"minDomains": 2, "nodeTaintsPolicy": "Honor"}, []),
        ({"maxSkew": -1}, [f"{S}.maxSkew: Invalid value: -1: must be greater than zero"]),
        ({"topologyKey": ""}, [f"{S}.topologyKey: Required value: can not be empty"]),
        (
            {"whenUnsatisfiable": ""},
            [f'{S}.whenUnsatisfiable: Unsupported value: "": supported values: "DoNotSchedule", "ScheduleAnyway"'],
        ),
        (
            {"minDomains": 0, "whenUnsatisfiable": "ScheduleAnyway"},
            [
                f"{S}.minDomains: Invalid value: 0: must be greater than zero",
                (
                    f"{S}.minDomains: Invalid value: 0: "
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"
                ),
            ],
        ),
        (
            {"nodeAffinityPolicy": "Maybe"},
            [f'{S}.nodeAffinityPolicy: Unsupported value: "Maybe": supported values: "Honor", "Ignore"'],
        ),
        (
            {"matchLabelKeys": ["a"]},
            [f"{S}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"],
        ),
        (
            {"labelSelector": {"matchLabels": {"a b": "c"}}},
            [f'{S}.labelSelector.matchLabels: Invalid value: "a b": {NAME_PART}'],
        ),
    ],
)
def test_what_is_wrong_with_a_constraint(constraint: dict[str, Any], told: list[str]) -> None:
    assert spread({**PLAIN, **constraint}) == told


def test_one_key_and_action_are_constrained_once() -> None:
    assert spread(PLAIN, {**PLAIN, "maxSkew": 2}) == [
        f'{S}.{{topologyKey, whenUnsatisfiable}}: Duplicate value: "{{zone, DoNotSchedule}}"'
    ]
    assert spread(PLAIN, {**PLAIN, "whenUnsatisfiable": "ScheduleAnyway"}) == []
