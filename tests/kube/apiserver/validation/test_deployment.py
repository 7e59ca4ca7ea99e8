"""Rules of a Deployment."""

import pytest

from .support import changed, refusals, stored, without
from .workloads import MISMATCH, NEGATIVE, PERCENT, deployment

ROLLING = ("spec", "strategy", "rollingUpdate")
PLACE = "spec.strategy.rollingUpdate"


def test_a_plain_deployment_is_fine() -> None:
    assert refusals(deployment()) == []


@pytest.mark.parametrize(
    ("surge", "unavailable", "told"),
    [
        ("200%", "100%", []),
        (1, "25%", []),
        ("101%", "101%", [f'{PLACE}.maxUnavailable: Invalid value: "101%": must not be greater than 100%']),
        (-1, 1, [f"{PLACE}.maxSurge: Invalid value: -1: {NEGATIVE}"]),
        (0, "0%", [f'{PLACE}.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0']),
        ("25", 1, [f'{PLACE}.maxSurge: Invalid value: "25": {PERCENT}']),
        (
            0,
            "two",
            [
                f'{PLACE}.maxUnavailable: Invalid value: "two": {PERCENT}',
                f'{PLACE}.maxUnavailable: Invalid value: "two": may not be 0 when `maxSurge` is 0',
            ],
        ),
    ],
)
def test_a_rolling_update_leaves_room_to_move(surge: int | str, unavailable: int | str, told: list[str]) -> None:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    assert refusals(changed(deployment(), *ROLLING, to=rolling)) == told


def test_an_unknown_strategy_is_shown_as_go_has_it() -> None:
    assert refusals(deployment(strategy={"type": "Rolling"})) == [
        (
            'spec.strategy: Unsupported value: {"Type":"Rolling","RollingUpdate":null}: '
            'supported values: "Recreate", "RollingUpdate"'
        )
    ]


def test_recreate_has_no_rolling_update() -> None:
    spoiled = deployment(strategy={"type": "Recreate", "rollingUpdate": {}})
    told = "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"
    assert refusals(spoiled) == [told]
    assert refusals(deployment(strategy={"type": "Recreate"})) == []


def test_the_deadline_is_longer_than_the_readiness_wait() -> None:
    assert refusals(deployment(progressDeadlineSeconds=5, minReadySeconds=5)) == [
        "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"
    ]
    assert refusals(deployment(progressDeadlineSeconds=-1, minReadySeconds=-2, revisionHistoryLimit=-3)) == [
        f"spec.minReadySeconds: Invalid value: -2: {NEGATIVE}",
        f"spec.revisionHistoryLimit: Invalid value: -3: {NEGATIVE}",
        f"spec.progressDeadlineSeconds: Invalid value: -1: {NEGATIVE}",
    ]


def test_a_selector_is_needed_and_picks_the_template() -> None:
    assert refusals(without(deployment(), "spec", "selector")) == [
        "spec.selector: Required value",
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
    ]
    assert refusals(deployment(selector={})) == [
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment"
    ]
    unreadable = deployment(selector={"matchExpressions": [{"key": "app", "operator": "Like"}]})
    assert refusals(unreadable) == [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Like"}]}: invalid label selector',
    ]


def test_the_selector_stays_and_the_rest_may_change() -> None:
    old = stored(deployment())
    assert refusals(changed(old, "spec", "replicas", to=5), old) == []
    new = changed(changed(old, "spec", "selector", "matchLabels", to={"a": "b"}), "spec", "replicas", to=-1)
    assert refusals(new, old) == [
        f"spec.replicas: Invalid value: -1: {NEGATIVE}",
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
        'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
    ]


def test_a_status_counts_within_itself() -> None:
    old = changed(stored(deployment()), "status", to={"collisionCount": 2})
    status = {"replicas": 1, "updatedReplicas": 2, "readyReplicas": 1, "availableReplicas": 2, "collisionCount": 1}
    assert refusals(changed(old, "status", to=status), old, "status") == [
        "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
        "status.collisionCount: Invalid value: 1: cannot be decremented",
    ]
