"""How fast replicas may go: the worked examples of Kubernetes' documentation and of KEP-853."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from playground.kube.controllers.horizontal_pod_autoscaler.history import History
from playground.kube.controllers.horizontal_pod_autoscaler.limits import MATCHES, Limits, limited, longest

Json = Mapping[str, Any]
UP = {
    "policies": [
        {"type": "Percent", "value": 100, "periodSeconds": 15},
        {"type": "Pods", "value": 4, "periodSeconds": 15},
    ]
}
DOWN = {"policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
INSTANT = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max"}


def behavior(up: Json = UP, down: Json = DOWN) -> Json:
    """Rules without stabilisation unless they have some."""
    return {"scaleUp": {**INSTANT, **up}, "scaleDown": {**INSTANT, **down}}


def limits(current: int, rules: Json | None = None, *, least: int = 1, most: int = 1000, now: float = 1000.0) -> Limits:
    """Limits with much room."""
    return Limits(least, most, rules, current, now)


@pytest.mark.parametrize(
    ("current", "desired", "replicas", "reason"),
    [
        (1, 10, 4, "ScaleUpLimit"),
        (5, 20, 10, "ScaleUpLimit"),
        (5, 9, 9, "DesiredWithinRange"),
        (5, 0, 1, "TooFewReplicas"),
    ],
)
def test_without_rules_replicas_at_most_double(current: int, desired: int, replicas: int, reason: str) -> None:
    found = limited(desired, limits(current), History())
    assert (found.replicas, found.limit[0], found.is_limited) == (replicas, reason, replicas != desired)


def test_the_most_and_the_least_hold() -> None:
    assert limited(9, limits(6, most=8), History()).limit[0] == "TooManyReplicas"
    assert limited(9, limits(6, most=8), History()).replicas == 8
    assert limited(1, limits(6, behavior(), least=3), History()).limit[0] == "TooFewReplicas"


def test_without_rules_fewer_replicas_wait_for_the_highest_of_five_minutes() -> None:
    history = History([(10, 700.0), (3, 699.9)])
    found = limited(4, limits(10), history)
    assert (found.replicas, found.able[0]) == (10, "ScaleDownStabilized")
    assert limited(4, limits(10, now=1000.1), history).replicas == 4
    assert history.recommendations == [(4, 1000.0), (4, 1000.1)]


def test_with_rules_replicas_go_up_as_fast_as_the_livelier_policy_lets_them() -> None:
    """From the documentation: 100 % or 4 pods every 15 s, whatever is more."""
    history, sizes, now = History(), [1], 1000.0
    for _ in range(5):
        found = limited(100, limits(sizes[-1], behavior(), now=now), history)
        history.scaled(sizes[-1], found.replicas, longest(behavior()), now)
        sizes.append(found.replicas)
        now += 15.0
    assert sizes == [1, 5, 10, 20, 40, 80]


def test_what_was_added_in_the_period_counts() -> None:
    rules = behavior(up={"policies": [{"type": "Pods", "value": 4, "periodSeconds": 60}]})
    history = History()
    history.scaled(5, 9, longest(rules), 980.0)
    found = limited(20, limits(9, rules), history)
    assert (found.replicas, found.limit[0]) == (9, "ScaleUpLimit")
    assert limited(20, limits(9, rules, now=1040.1), history).replicas == 13


@pytest.mark.parametrize(
    ("select", "replicas"),
    [("Max", 36), ("Min", 37), ("Disabled", 40)],
)
def test_a_policy_is_chosen(select: str, replicas: int) -> None:
    """From the documentation: 40 replicas, 4 pods or 10 % at a time; here 3 pods, to tell them apart."""
    policies = [
        {"type": "Pods", "value": 3, "periodSeconds": 60},
        {"type": "Percent", "value": 10, "periodSeconds": 60},
    ]
    found = limited(10, limits(40, behavior(down={"policies": policies, "selectPolicy": select})), History())
    assert (found.replicas, found.limit[0]) == (replicas, "ScaleDownLimit")


def test_a_percentage_down_keeps_the_smaller_rest_and_one_up_the_larger() -> None:
    tenth = {"policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}]}
    assert limited(1, limits(72, behavior(down=tenth)), History()).replicas == 64
    assert limited(9, limits(5, behavior(up=tenth)), History()).replicas == 6


def test_a_window_for_going_up_takes_the_lowest_recent_recommendation() -> None:
    rules = behavior(up={**UP, "stabilizationWindowSeconds": 60})
    history = History([(3, 950.0), (5, 990.0)])
    found = limited(8, limits(4, rules), history)
    assert (found.replicas, found.able[0]) == (4, "ScaleUpStabilized")
    assert limited(8, limits(4, rules, now=1020.0), history).replicas == 5


def test_a_window_for_going_down_of_its_own_replaces_the_five_minutes() -> None:
    rules = behavior(down={**DOWN, "stabilizationWindowSeconds": 30})
    history = History([(9, 975.0)])
    assert limited(2, limits(9, rules), history).able[0] == "ScaleDownStabilized"
    late = limited(2, limits(9, rules, now=1005.0), history)
    assert (late.replicas, late.able) == (2, MATCHES)


def test_without_a_window_for_going_down_there_are_five_minutes() -> None:
    rules = {"scaleUp": {**INSTANT, **UP}, "scaleDown": {"selectPolicy": "Max", **DOWN}}
    assert limited(2, limits(9, rules), History([(9, 701.0)])).replicas == 9
