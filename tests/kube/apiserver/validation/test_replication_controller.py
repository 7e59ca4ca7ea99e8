"""Rules of a ReplicationController."""

from typing import Any

import pytest

from .support import SUBDOMAIN, changed, refusals, stored

POD = {"containers": [{"name": "c", "image": "a"}]}
TEMPLATE = {"metadata": {"labels": {"app": "a"}}, "spec": POD}


def controller(**spec: Any) -> dict[str, Any]:
    meta = {"name": "r", "namespace": "n"}
    given = {"selector": {"app": "a"}, "template": TEMPLATE, **spec}
    return {"apiVersion": "v1", "kind": "ReplicationController", "metadata": meta, "spec": given}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({}, []),
        ({"selector": None}, []),
        (
            {"replicas": -1, "minReadySeconds": -2},
            [
                "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0",
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            ],
        ),
        ({"selector": None, "template": None}, ["spec.selector: Required value", "spec.template: Required value"]),
        (
            {"selector": {"app": "b"}},
            ['spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`'],
        ),
        (
            {"template": {**TEMPLATE, "spec": {**POD, "restartPolicy": "Never", "activeDeadlineSeconds": 1}}},
            [
                'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
                (
                    "spec.template.spec.activeDeadlineSeconds: Forbidden: "
                    "activeDeadlineSeconds in ReplicationController is not Supported"
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_controller(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(controller(**spec)) == told


def test_a_name_is_measured_in_bytes() -> None:
    assert refusals(changed(controller(), "metadata", "name", to="a" * 254)) == [
        f'metadata.name: Invalid value: "{"a" * 254}": must be no more than 253 bytes'
    ]
    assert refusals(changed(controller(), "metadata", "name", to="A")) == [
        f'metadata.name: Invalid value: "A": {SUBDOMAIN}'
    ]


def test_a_status_counts_no_more_than_there_are() -> None:
    old = stored(controller())
    new = changed(old, "status", to={"replicas": 1, "readyReplicas": 2, "availableReplicas": -1})
    assert refusals(new, old, "status") == [
        "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0",
        "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
    ]
