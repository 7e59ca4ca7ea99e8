"""Rules of PriorityClasses."""

from typing import Any

import pytest

from .support import changed, refusals, stored

RESERVED = "priority class names with 'system-' prefix are reserved for system use only. error: "


def priority(name: str = "high", value: int = 1000, **given: Any) -> dict[str, Any]:
    meta = {"name": name}
    return {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": meta, "value": value, **given}


@pytest.mark.parametrize(
    ("obj", "told"),
    [
        (priority(), []),
        (priority(value=-5, preemptionPolicy="Never"), []),
        (priority("system-node-critical", 2_000_001_000), []),
        (
            priority(value=1_000_000_001),
            ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
        ),
        (
            priority("system-mine"),
            [f"metadata.name: Forbidden: {RESERVED}system-mine is not a known system priority class"],
        ),
        (
            priority("system-node-critical", 7),
            [f"metadata.name: Forbidden: {RESERVED}value of system-node-critical PriorityClass must be 2000001000"],
        ),
        (
            priority("system-cluster-critical", 2_000_000_000, globalDefault=True),
            [
                (
                    "metadata.name: Forbidden: "
                    f"{RESERVED}globalDefault of system-cluster-critical PriorityClass must be false"
                )
            ],
        ),
        (
            priority(preemptionPolicy="Sometimes"),
            ['preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"'],
        ),
        (priority(preemptionPolicy=""), ["preemptionPolicy: Required value"]),
    ],
)
def test_users_classes_are_below_the_systems(obj: dict[str, Any], told: list[str]) -> None:
    assert refusals(obj) == told


def test_a_class_keeps_its_value() -> None:
    old = stored(priority())
    assert refusals(changed(old, "description", to="more"), old) == []
    assert refusals(changed(changed(old, "value", to=2), "preemptionPolicy", to="Never"), old) == [
        "value: Forbidden: may not be changed in an update.",
        'preemptionPolicy: Invalid value: "Never": field is immutable',
    ]
