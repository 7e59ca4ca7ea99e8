"""Rules of volume types seldom seen."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import volume_sources
from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.volume_sources import Check

from .support import told

AT = Path("v")


@pytest.mark.parametrize(
    ("check", "source", "lines"),
    [
        (
            volume_sources.git_repo,
            {"directory": "/a"},
            ["v.repository: Required value", 'v.directory: Invalid value: "/a": must be a relative path'],
        ),
        (volume_sources.local, {}, ["v.path: Required value"]),
        (volume_sources.local, {"path": "a/.."}, ["v.path: Invalid value: \"a/..\": must not contain '..'"]),
        (
            volume_sources.iscsi_of_pod,
            {"iqn": "x", "lun": 256, "chapAuthSession": True},
            [
                "v.targetPortal: Required value",
                'v.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
                "v.lun: Invalid value: 256: must be between 0 and 255, inclusive",
                "v.secretRef: Required value",
            ],
        ),
        (
            volume_sources.iscsi_of_pod,
            {"targetPortal": "p", "iqn": "iqn.x", "initiatorName": "naa.x"},
            [
                'v.iqn: Invalid value: "iqn.x": must be valid format',
                'v.initiatorname: Invalid value: "naa.x": must be valid format',
            ],
        ),
        (
            volume_sources.fibre_channel,
            {},
            ["v.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both"],
        ),
        (
            volume_sources.fibre_channel,
            {"targetWWNs": ["a"], "wwids": ["b"]},
            [
                'v.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
                "v.lun: Required value: lun is required if targetWWNs is specified",
            ],
        ),
        (
            volume_sources.quobyte,
            {"registry": "a", "volume": "v"},
            ['v.registry: Invalid value: "a": must be a host:port pair or multiple pairs separated by commas'],
        ),
        (volume_sources.quobyte, {"registry": "a:1,[::1]:2", "volume": "v"}, []),
        (volume_sources.flocker, {}, ["v: Required value: one of datasetName and datasetUUID is required"]),
        (
            volume_sources.flocker,
            {"datasetName": "a/b", "datasetUUID": "u"},
            [
                'v: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
                "v.datasetName: Invalid value: \"a/b\": must not contain '/'",
            ],
        ),
        (
            volume_sources.flex,
            {"driver": "d", "options": {"x.k8s.io/a": "1", "my/a": "1"}},
            ['v.options[x.k8s.io/a]: Invalid value: "x.k8s.io/a": kubernetes.io and k8s.io namespaces are reserved'],
        ),
        (
            volume_sources.azure_disk,
            {"diskName": "d", "diskURI": "u", "kind": "Managed", "cachingMode": "No"},
            [
                'v.cachingMode: Unsupported value: "No": supported values: "None", "ReadOnly", "ReadWrite"',
                (
                    'v.diskURI: Unsupported value: "u": supported values: '
                    '"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"'
                ),
            ],
        ),
        (volume_sources.cinder, {"secretRef": {}}, ["v.volumeID: Required value", "v.secretRef.name: Required value"]),
        (volume_sources.storage_os, {"volumeName": "v", "secretRef": {}}, ["v.secretRef.name: Required value"]),
        (volume_sources.csi, {"driver": "d" * 64}, ["v.driver: Too long: may not be more than 63 bytes"]),
    ],
)
def test_what_is_wrong_with_a_source(check: Check, source: dict[str, Any], lines: list[str]) -> None:
    assert told(check(source, AT)) == lines
