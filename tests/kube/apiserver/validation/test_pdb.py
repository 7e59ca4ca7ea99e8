"""Rules of PodDisruptionBudgets."""

from typing import Any

import pytest

from .support import changed, refusals, stored


def budget(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec},
    }


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"minAvailable": 1}, []),
        ({"maxUnavailable": "30%", "unhealthyPodEvictionPolicy": "AlwaysAllow"}, []),
        ({"minAvailable": -1}, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]),
        ({"maxUnavailable": "101%"}, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']),
        (
            {"minAvailable": 1, "maxUnavailable": 1},
            [
                (
                    "spec: Invalid value: "
                    '{"MinAvailable":1,"Selector":{"matchLabels":{"app":"web"}},"MaxUnavailable":1,'
                    '"UnhealthyPodEvictionPolicy":null}: '
                    "minAvailable and maxUnavailable cannot be both set"
                )
            ],
        ),
        (
            {"unhealthyPodEvictionPolicy": "Never"},
            [
                (
                    'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": '
                    'supported values: "AlwaysAllow", "IfHealthyBudget"'
                )
            ],
        ),
        (
            {"selector": {"matchExpressions": [{"key": "app", "operator": "In"}]}},
            [
                (
                    "spec.selector.matchExpressions[0].values: Required value: "
                    "must be specified when `operator` is 'In' or 'NotIn'"
                )
            ],
        ),
    ],
)
def test_a_budget_is_well_formed(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(budget(**spec)) == told


def test_everything_may_change() -> None:
    old = stored(budget(minAvailable=1))
    assert refusals(changed(old, "spec", to={"maxUnavailable": 1}), old) == []


def test_a_status_counts_from_zero() -> None:
    old = stored(budget())
    new = changed(old, "status", to={"disruptionsAllowed": -1, "expectedPods": -2})
    assert refusals(new, old, "status") == [
        "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0",
        "status.expectedPods: Invalid value: -2: must be greater than or equal to 0",
    ]
