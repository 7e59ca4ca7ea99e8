"""Rules of a PersistentVolume."""

from typing import Any

import pytest

from .support import changed, refusals, stored, without

SPEC = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/a"}}
REACH = {
    "required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "beta.kubernetes.io/os", "operator": "Exists"}]}]}
}


def volume(**spec: Any) -> dict[str, Any]:
    given = {name: value for name, value in {**SPEC, **spec}.items() if value is not None}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": given}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({}, []),
        ({"hostPath": None, "local": {"path": "/a"}, "nodeAffinity": REACH}, []),
        ({"accessModes": []}, ["spec.accessModes: Required value"]),
        (
            {"capacity": None},
            [
                "spec.capacity: Required value",
                'spec.capacity: Unsupported value: null: supported values: "storage"',
            ],
        ),
        (
            {"capacity": {"cpu": "1", "storage": "0"}},
            [
                'spec.capacity: Unsupported value: {"cpu":"1","storage":"0"}: supported values: "storage"',
                'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
            ],
        ),
        (
            {"persistentVolumeReclaimPolicy": "Keep"},
            [
                (
                    'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": '
                    'supported values: "Delete", "Recycle", "Retain"'
                )
            ],
        ),
        ({"hostPath": None}, ["spec: Required value: must specify a volume type"]),
        ({"nfs": {"server": "s", "path": "/"}}, ["spec.nfs: Forbidden: may not specify more than 1 volume type"]),
        (
            {"hostPath": {"path": "/."}, "persistentVolumeReclaimPolicy": "Recycle"},
            ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
        ),
        (
            {"hostPath": None, "local": {"path": "/a"}},
            ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
        ),
        ({"nodeAffinity": {}}, ["spec.nodeAffinity.required: Required value: must specify required node constraints"]),
        (
            {"hostPath": None, "csi": {"controllerExpandSecretRef": {}}},
            [
                "spec.csi.driver: Required value",
                "spec.csi.volumeHandle: Required value",
                "spec.csi.controllerExpandSecretRef.name: Required value",
                "spec.csi.controllerExpandSecretRef.namespace: Required value",
            ],
        ),
        (
            {"volumeAttributesClassName": ""},
            [
                "spec.volumeAttributesClassName: Required value: an empty string is disallowed",
                "spec.csi: Required value: has to be specified when using volumeAttributesClassName",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_volume(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(volume(**spec)) == told


def test_a_volume_has_no_namespace() -> None:
    assert refusals(changed(volume(), "metadata", "namespace", to="n")) == [
        "metadata.namespace: Forbidden: not allowed on this type"
    ]


def test_mount_options_are_for_some_types() -> None:
    options = {"volume.beta.kubernetes.io/mount-options": "ro"}
    assert refusals(changed(volume(), "metadata", "annotations", to=options)) == [
        (
            "metadata.annotations.volume.beta.kubernetes.io/mount-options: "
            "Forbidden: may not specify mount options for this volume type"
        )
    ]
    nfs = volume(hostPath=None, nfs={"server": "s", "path": "/"})
    assert refusals(changed(nfs, "metadata", "annotations", to=options)) == []


def test_source_and_mode_stay() -> None:
    old = stored(volume())
    assert refusals(changed(old, "spec", "capacity", to={"storage": "2Gi"}), old) == []
    told = refusals(changed(changed(old, "spec", "hostPath", "path", to="/b"), "spec", "volumeMode", to="Block"), old)
    assert told[0].startswith(
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n@@"
    )
    assert '\n-  "Path": "/a",\n+  "Path": "/b",\n' in told[0]
    assert told[1:] == ['volumeMode: Invalid value: "Block": field is immutable']


def test_a_csi_volume_may_be_given_the_secret_for_growing() -> None:
    csi = {"driver": "d", "volumeHandle": "h"}
    old = stored(volume(hostPath=None, csi=csi))
    secret = {"name": "s", "namespace": "n"}
    assert refusals(changed(old, "spec", "csi", "controllerExpandSecretRef", to=secret), old) == []


def test_reach_stays_but_for_labels_that_grew_up() -> None:
    old = stored(volume(nodeAffinity=REACH))
    path = ("spec", "nodeAffinity", "required", "nodeSelectorTerms", 0, "matchExpressions", 0, "key")
    assert refusals(changed(old, *path, to="kubernetes.io/os"), old) == []
    (told,) = refusals(changed(old, *path, to="zone"), old)
    assert told.startswith(
        'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"zone"'
    )
    assert told.endswith("field is immutable, except for updating from beta label to GA")
    assert refusals(without(old, "spec", "nodeAffinity"), old) == [
        "nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA"
    ]
