"""Rules of a pod's volumes."""

from typing import Any

import pytest

from .support import LABEL, SUBDOMAIN, changed, pod, refusals

V = "spec.volumes[0]"
TWO = "Forbidden: may not specify more than 1 volume type"
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def volume(**source: Any) -> list[str]:
    return refusals(pod(volumes=[{"name": "v", **source}]))


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
        {"hostPath": {"path": "/a", "type": "Directory"}},
        {"configMap": {"name": "a", "items": [{"key": "k", "path": "p"}]}},
        {"secret": {"secretName": "a"}},
        {"persistentVolumeClaim": {"claimName": "a"}},
        {"nfs": {"server": "s", "path": "/"}},
        {"csi": {"driver": "Csi.example.com"}},
        {"ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}}},
        {"image": {"reference": "a:b"}},
        {"projected": {"sources": [{"secret": {"name": "a"}}, {"configMap": {"name": "a"}}]}},
    ],
)
def test_volumes_that_are_fine(source: dict[str, Any]) -> None:
    assert volume(**source) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"name": ""}, [f"{V}.name: Required value"]),
        ({"name": "A"}, [f'{V}.name: Invalid value: "A": {LABEL}']),
        ({"emptyDir": {}, "hostPath": {"path": "/"}}, [f"{V}.hostPath: {TWO}"]),
        (
            {"hostPath": {"path": "/"}, "secret": {"secretName": ""}, "downwardAPI": {}, "cephfs": {}},
            [f"{V}.secret: {TWO}", f"{V}.cephFS: {TWO}", f"{V}.downwarAPI: {TWO}"],
        ),
        (
            {"emptyDir": {"sizeLimit": "-1"}},
            [f"{V}.emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
        ),
        ({"hostPath": {}}, [f"{V}.hostPath.path: Required value"]),
        ({"hostPath": {"path": "/a/../b"}}, [f"{V}.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]),
        (
            {"hostPath": {"path": "/a", "type": "Dir"}},
            [
                (
                    f'{V}.hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", '
                    '"Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"'
                )
            ],
        ),
        ({"gcePersistentDisk": {}}, [f"{V}.persistentDisk.pdName: Required value"]),
        (
            {"awsElasticBlockStore": {"volumeID": "a", "partition": 256}},
            [f"{V}.awsElasticBlockStore.partition: Invalid value: 256: must be between 1 and 255, inclusive"],
        ),
        ({"secret": {}}, [f"{V}.secret.secretName: Required value"]),
        (
            {"secret": {"secretName": "a", "defaultMode": 512}},
            [
                (
                    f"{V}.secret.defaultMode: Invalid value: 512: "
                    "must be a number between 0 and 0777 (octal), both inclusive"
                )
            ],
        ),
        (
            {"configMap": {"items": [{"path": "/a"}]}},
            [
                f"{V}.configMap.name: Required value",
                f"{V}.configMap.items[0].key: Required value",
                f'{V}.configMap.items[0].path: Invalid value: "/a": must be a relative path',
            ],
        ),
        (
            {"configMap": {"name": "a", "items": [{"key": "k", "path": "..a", "mode": -1}]}},
            [
                f"{V}.configMap.items[0].path: Invalid value: \"..a\": must not start with '..'",
                (
                    f"{V}.configMap.items[0].mode: Invalid value: -1: "
                    "must be a number between 0 and 0777 (octal), both inclusive"
                ),
            ],
        ),
        ({"persistentVolumeClaim": {}}, [f"{V}.persistentVolumeClaim.claimName: Required value"]),
        (
            {"nfs": {}},
            [
                f"{V}.nfs.server: Required value",
                f"{V}.nfs.path: Required value",
                f'{V}.nfs.path: Invalid value: "": must be an absolute path',
            ],
        ),
        ({"ephemeral": {}}, [f"{V}.ephemeral.volumeClaimTemplate: Required value"]),
        (
            {"csi": {"driver": ""}},
            [f"{V}.csi.driver: Required value"],
        ),
        ({"image": {}}, [f"{V}.image.reference: Required value"]),
    ],
)
def test_what_is_wrong_with_a_volume(source: dict[str, Any], told: list[str]) -> None:
    assert volume(**source) == told


def test_two_volumes_cannot_have_one_name_and_a_bad_one_does_not_count() -> None:
    twice = [{"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}]
    assert refusals(pod(volumes=twice)) == ['spec.volumes[1].name: Duplicate value: "v"']
    broken = [{"name": "v", "secret": {}}, {"name": "v", "emptyDir": {}}]
    assert refusals(pod(volumes=broken)) == ["spec.volumes[0].secret.secretName: Required value"]


def test_an_ephemeral_volume_makes_a_claim_named_after_pod_and_volume() -> None:
    ephemeral = {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}}}
    claim = {"name": "w", "persistentVolumeClaim": {"claimName": "p-v"}}
    assert refusals(pod(volumes=[ephemeral, claim])) == [
        (
            'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-v": '
            "must not reference a PVC that gets created for an ephemeral volume"
        )
    ]
    long = changed(pod(volumes=[ephemeral]), "metadata", "name", to="a" * 252)
    assert refusals(long) == [
        f'spec.volumes[0].name: Invalid value: "v": PVC name "{"a" * 252}-v": must be no more than 253 characters'
    ]


def test_the_template_of_a_claim_has_labels_and_annotations_only() -> None:
    template = {"metadata": {"name": "x", "labels": {"a": "b"}}, "spec": CLAIM}
    assert volume(ephemeral={"volumeClaimTemplate": template}) == [
        f"{V}.ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set"
    ]


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([{"secret": {}}], [f"{V}.projected.sources[0].secret.name: Required value"]),
        (
            [{"secret": {"name": "a"}, "configMap": {"name": "b"}}],
            [f"{V}.projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"],
        ),
        (
            [{"secret": {"name": "a", "items": [{"key": "k", "path": "p"}]}}] * 2,
            [f'{V}.projected: Invalid value: "a": conflicting duplicate paths'],
        ),
        (
            [{"serviceAccountToken": {"path": "t", "expirationSeconds": 60}}],
            [
                (
                    f"{V}.projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: "
                    "may not specify a duration less than 10 minutes"
                ),
                (
                    f"{V}.projected.sources[0].serviceAccountToken: "
                    "Forbidden: must not be specified when serviceAccountName is not set"
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_projected_volume(sources: list[dict[str, Any]], told: list[str]) -> None:
    assert volume(projected={"sources": sources}) == told


def test_an_iscsi_volume_with_an_initiator_has_a_short_name() -> None:
    iscsi = {"targetPortal": "h" * 63, "iqn": "iqn.2001-04.com.example:storage", "initiatorName": "iqn.2001-04.com.a:b"}
    assert volume(iscsi={**iscsi, "targetPortal": "h"}) == []
    assert volume(iscsi=iscsi) == [
        (
            f'{V}.name: Invalid value: "v": Total length of <volume '
            f"name>:<iscsi.targetPortal> must be under 64 characters "
            "if iscsi.initiatorName is specified."
        )
    ]


def test_the_reference_of_a_csi_volume_names_a_secret() -> None:
    told = volume(csi={"driver": "a", "nodePublishSecretRef": {"name": "A"}})
    assert told == [f'{V}.csi.name: Invalid value: "A": {SUBDOMAIN}']
