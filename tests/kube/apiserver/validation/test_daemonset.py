"""Rules of a DaemonSet."""

import pytest

from .support import changed, refusals, stored, without
from .workloads import MISMATCH, NEGATIVE, daemon_set

PLACE = "spec.updateStrategy.rollingUpdate"


@pytest.mark.parametrize(
    ("surge", "unavailable", "told"),
    [
        (0, "10%", []),
        (0, 0, [f"{PLACE}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
        (1, 1, [f"{PLACE}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"]),
        ("101%", 0, [f'{PLACE}.maxSurge: Invalid value: "101%": must not be greater than 100%']),
    ],
)
def test_the_old_pod_goes_first_or_the_new_one_comes_first(
    surge: int | str, unavailable: int | str, told: list[str]
) -> None:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    assert refusals(daemon_set(updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling})) == told


def test_strategies_are_two() -> None:
    assert refusals(daemon_set(updateStrategy={"type": "OnDelete"})) == []
    assert refusals(daemon_set(updateStrategy={"type": "x"})) == [
        (
            'spec.updateStrategy: Unsupported value: {"Type":"x","RollingUpdate":null}: '
            'supported values: "RollingUpdate", "OnDelete"'
        )
    ]


def test_no_selector_picks_nothing() -> None:
    assert refusals(without(daemon_set(), "spec", "selector")) == [
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}'
    ]
    assert refusals(daemon_set(selector={})) == [
        "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"
    ]


def test_a_replaced_selector_is_told_before_the_rest() -> None:
    old = stored(daemon_set())
    new = changed(changed(old, "spec", "selector", to={"matchLabels": {"a": "b"}}), "spec", "minReadySeconds", to=-1)
    assert refusals(new, old) == [
        'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
        f"spec.minReadySeconds: Invalid value: -1: {NEGATIVE}",
    ]


def test_counts_of_the_status_are_not_negative() -> None:
    old = stored(daemon_set())
    new = changed(old, "status", to={"numberReady": -1, "currentNumberScheduled": -2})
    assert refusals(new, old, "status") == [
        f"status.currentNumberScheduled: Invalid value: -2: {NEGATIVE}",
        f"status.numberReady: Invalid value: -1: {NEGATIVE}",
    ]
