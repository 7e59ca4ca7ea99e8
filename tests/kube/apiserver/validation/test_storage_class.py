"""Rules of StorageClasses."""

from typing import Any

import pytest

from .support import changed, refusals, stored

TERMS = "allowedTopologies[0].matchLabelExpressions"
ZONE = {"key": "zone", "values": ["a", "b"]}


def storage(**given: Any) -> dict[str, Any]:
    meta = {"name": "fast"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": meta,
        "provisioner": "x.io/p",
        **given,
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"provisioner": "X.IO/p"}, []),
        ({"provisioner": ""}, ["provisioner: Required value"]),
        ({"parameters": {"": "x"}}, ['parameters: Invalid value: "": field can not be empty.']),
        (
            {"reclaimPolicy": "Recycle"},
            ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
        ),
        (
            {"volumeBindingMode": "Later"},
            ['volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"'],
        ),
        (
            {"allowedTopologies": [{"matchLabelExpressions": [ZONE, {"key": "zone", "values": ["c", "c"]}]}]},
            [f'{TERMS}[1].values[1]: Duplicate value: "c"', f'{TERMS}[1].key: Duplicate value: "zone"'],
        ),
        (
            {"allowedTopologies": [{"matchLabelExpressions": [{"key": "zone"}]}]},
            [f"{TERMS}[0].values: Required value"],
        ),
        (
            {"allowedTopologies": [{"matchLabelExpressions": [ZONE]}, {"matchLabelExpressions": [ZONE]}]},
            ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
        ),
    ],
)
def test_a_class_is_well_formed(given: dict[str, Any], told: list[str]) -> None:
    assert refusals(storage(**given)) == told


def test_parameters_are_not_too_many() -> None:
    assert refusals(storage(parameters={f"k{n}": "" for n in range(513)})) == [
        "parameters: Too long: may not be more than 512 bytes"
    ]
    assert refusals(storage(parameters={"k": "v" * 256 * 1024})) == [
        "parameters: Too long: may not be more than 262144 bytes"
    ]


def test_how_volumes_are_made_stays() -> None:
    old = stored(storage(parameters={"a": "b"}))
    assert refusals(changed(old, "allowVolumeExpansion", to=True), old) == []
    new = changed(changed(old, "parameters", to={"a": "c"}), "reclaimPolicy", to="Retain")
    assert refusals(new, old) == [
        'parameters: Invalid value: {"a":"c"}: field is immutable',
        'reclaimPolicy: Invalid value: "Retain": field is immutable',
    ]
