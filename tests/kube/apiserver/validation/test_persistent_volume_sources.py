"""Rules of sources that only persistent volumes have."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import persistent_volume_sources as sources
from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.volume_sources import Check

from .support import told

AT = Path("v")


@pytest.mark.parametrize(
    ("check", "source", "lines"),
    [
        (
            sources.glusterfs,
            {"endpoints": "e", "path": "p", "endpointsNamespace": ""},
            [
                (
                    'v.endpointsNamespace: Invalid value: "": '
                    "if the endpointnamespace is set, it must be a valid namespace name"
                )
            ],
        ),
        (sources.iscsi, {"targetPortal": "p", "iqn": "x"}, ['v.iqn: Invalid value: "x": must be valid format']),
        (
            sources.cinder,
            {"volumeID": "v", "secretRef": {}},
            ["v.secretRef.name: Required value", "v.secretRef.namespace: Required value"],
        ),
        (
            sources.azure_file,
            {"secretName": "a", "shareName": "b", "secretNamespace": ""},
            ["v.secretNamespace: Required value"],
        ),
        (
            sources.storage_os,
            {"volumeName": "v", "secretRef": {"name": "a"}},
            ["v.secretRef.namespace: Required value"],
        ),
    ],
)
def test_what_is_wrong_with_a_source(check: Check, source: dict[str, Any], lines: list[str]) -> None:
    assert told(check(source, AT)) == lines
