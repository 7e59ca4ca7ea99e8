"""Rules of what a container mounts."""

from typing import Any

import pytest

from .support import pod, refusals

M = "spec.containers[0].volumeMounts"
D = "spec.containers[0].volumeDevices"
VOLUMES = [{"name": "v", "emptyDir": {}}, {"name": "block", "persistentVolumeClaim": {"claimName": "a"}}]


def container(**fields: Any) -> list[str]:
    return refusals(pod(volumes=VOLUMES, containers=[{"name": "c", "image": "a", **fields}]))


@pytest.mark.parametrize(
    ("mount", "told"),
    [
        ({"name": "v", "mountPath": "/v", "subPath": "a/b", "readOnly": True}, []),
        ({"name": "x", "mountPath": "/v"}, [f'{M}[0].name: Not found: "x"']),
        (
            {},
            [f"{M}[0].name: Required value", f'{M}[0].name: Not found: ""', f"{M}[0].mountPath: Required value"],
        ),
        (
            {"name": "v", "mountPath": "/v", "subPath": "../a"},
            [f"{M}.subPath: Invalid value: \"../a\": must not contain '..'"],
        ),
        (
            {"name": "v", "mountPath": "/v", "subPath": "a", "subPathExpr": "/$(A)"},
            [
                f'{M}[0].subPathExpr: Invalid value: "/$(A)": subPathExpr and subPath are mutually exclusive',
                f'{M}.subPathExpr: Invalid value: "/$(A)": must be a relative path',
            ],
        ),
        (
            {"name": "v", "mountPath": "/v", "mountPropagation": "Both"},
            [
                (
                    f'{M}.mountPropagation: Unsupported value: "Both": '
                    'supported values: "Bidirectional", "HostToContainer", "None"'
                )
            ],
        ),
        (
            {"name": "v", "mountPath": "/v", "mountPropagation": "Bidirectional"},
            [
                (
                    f"{M}.mountPropagation: Forbidden: "
                    "Bidirectional mount propagation is available only to privileged containers"
                )
            ],
        ),
        (
            {"name": "v", "mountPath": "/v", "recursiveReadOnly": "Enabled"},
            [f"{M}.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"],
        ),
    ],
)
def test_what_is_wrong_with_a_mount(mount: dict[str, Any], told: list[str]) -> None:
    assert container(volumeMounts=[mount]) == told


def test_two_mounts_cannot_share_a_path() -> None:
    mounts = [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}]
    assert container(volumeMounts=mounts) == [f'{M}[1].mountPath: Invalid value: "/v": must be unique']


def test_a_block_device_is_a_claim() -> None:
    assert container(volumeDevices=[{"name": "block", "devicePath": "/dev/a"}]) == []
    assert container(volumeDevices=[{"name": "v", "devicePath": "/dev/../a"}, {"name": "x", "devicePath": ""}]) == [
        (
            f'{D}[0].name: Invalid value: "v": '
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        ),
        f"{D}[0].devicePath: Invalid value: \"/dev/../a\": can not contain backsteps ('..')",
        f'{D}[1].name: Not found: "x"',
        f"{D}[1].devicePath: Required value",
    ]


def test_one_volume_is_mounted_or_a_device_not_both() -> None:
    both = container(
        volumeMounts=[{"name": "block", "mountPath": "/a"}], volumeDevices=[{"name": "block", "devicePath": "/a"}]
    )
    assert both == [
        f'{M}[0].name: Invalid value: "block": must not already exist in volumeDevices',
        f'{M}[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
        f'{D}[0].name: Invalid value: "block": must not already exist in volumeMounts',
        f'{D}[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
    ]
