"""Rules of what a claim asks for."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.persistent_volume_claim_spec import validate_claim_spec

from .support import SUBDOMAIN, told

SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
MODES = 'supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
PVC = {"kind": "PersistentVolumeClaim", "name": "a"}


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ({}, []),
        ({"storageClassName": "", "dataSource": PVC, "dataSourceRef": PVC}, []),
        ({"accessModes": []}, ["spec.accessModes: Required value: at least 1 access mode is required"]),
        ({"accessModes": ["RWO"]}, [f'spec.accessModes: Unsupported value: "RWO": {MODES}']),
        (
            {"accessModes": ["ReadWriteOncePod", "ReadOnlyMany"]},
            ["spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
        ),
        ({"resources": {}}, ["spec.resources[storage]: Required value"]),
        (
            {"resources": {"requests": {"storage": "0"}}},
            ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
        ),
        ({"storageClassName": "A"}, [f'spec.storageClassName: Invalid value: "A": {SUBDOMAIN}']),
        (
            {"volumeMode": "Tape"},
            ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'],
        ),
        (
            {"dataSource": {"kind": "Volume"}},
            [
                "spec.dataSource.name: Required value",
                (
                    'spec.dataSource: Invalid value: "Volume": '
                    "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
                ),
            ],
        ),
        (
            {"dataSource": PVC, "dataSourceRef": {**PVC, "name": "b"}},
            ["spec: Invalid value: {}: must match dataSourceRef"],
        ),
        (
            {"dataSource": PVC, "dataSourceRef": {**PVC, "namespace": "n"}},
            ["spec: Invalid value: {}: may not be specified when dataSourceRef.namespace is specified"],
        ),
        ({"volumeAttributesClassName": "A"}, [f'spec.volumeAttributesClassName: Invalid value: "A": {SUBDOMAIN}']),
    ],
)
def test_what_is_wrong_with_a_claim(spec: dict[str, Any], lines: list[str]) -> None:
    assert told(validate_claim_spec({**SPEC, **spec}, Path("spec"))) == lines
