"""Rules of a Node."""

from typing import Any

import pytest

from .support import LABEL_VALUE, NAME_PART, changed, refusals, stored

NODE: dict[str, Any] = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "spec": {}, "status": {}}
T = "metadata.taints"


@pytest.mark.parametrize(
    ("taints", "told"),
    [
        ([{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoExecute"}], []),
        (
            [{"key": "", "value": "b c"}],
            [
                f'{T}[0].key: Invalid value: "": name part must be non-empty',
                f'{T}[0].key: Invalid value: "": {NAME_PART}',
                f'{T}[0].value: Invalid value: "b c": {LABEL_VALUE}',
                f"{T}[0].effect: Required value",
            ],
        ),
        (
            [{"key": "a", "effect": "Always"}],
            [
                (
                    f'{T}[0].effect: Unsupported value: "Always": '
                    'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'
                )
            ],
        ),
        (
            [{"key": "a", "effect": "NoExecute"}, {"key": "a", "value": "b", "effect": "NoExecute"}],
            [
                (
                    f'{T}[1]: Duplicate value: {{"Key":"a","Value":"b","Effect":"NoExecute","TimeAdded":null}}: '
                    "taints must be unique by key and effect pair"
                )
            ],
        ),
    ],
)
def test_taints(taints: list[dict[str, str]], told: list[str]) -> None:
    assert refusals(changed(NODE, "spec", "taints", to=taints)) == told


def test_capacity_is_not_negative_and_pods_are_whole() -> None:
    given = changed(NODE, "status", "capacity", to={"cpu": "-1", "pods": "1500m"})
    assert refusals(given) == [
        f"status.{kind}.{line}"
        for kind in ("capacity", "allocatable")
        for line in (
            'cpu: Invalid value: "-1": must be greater than or equal to 0',
            'pods: Invalid value: "1500m": must be an integer',
        )
    ]


def test_pod_networks_are_one_of_each_family() -> None:
    assert refusals(changed(NODE, "spec", "podCIDRs", to=["10.0.0.0/24", "fd00::/64"])) == []
    assert refusals(changed(NODE, "spec", "podCIDRs", to=["10.0.0.0/24", "10.0.1.0/24"])) == [
        (
            'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: '
            "may specify no more than one CIDR for each IP family"
        )
    ]


def test_declared_features_are_sorted_names() -> None:
    given = changed(NODE, "status", "declaredFeatures", to=["B", "A", "A", "x"])
    told = refusals(given)
    assert told[:2] == [
        'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
        'status.declaredFeatures[2]: Duplicate value: "A"',
    ]
    assert told[2].startswith(
        'status.declaredFeatures[3]: Invalid value: "x": invalid feature name "x": must start with'
    )


def test_what_is_set_once() -> None:
    old = changed(changed(stored(NODE), "spec", "podCIDR", to="10.0.0.0/24"), "spec", "providerID", to="a")
    new = changed(changed(stored(NODE), "spec", "podCIDR", to="10.0.1.0/24"), "spec", "providerID", to="b")
    assert refusals(new, old) == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]


def test_an_address_is_listed_once() -> None:
    address = {"type": "InternalIP", "address": "10.0.0.1"}
    old = stored(NODE)
    assert refusals(changed(old, "status", "addresses", to=[address, address]), old, "status") == [
        'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}'
    ]
