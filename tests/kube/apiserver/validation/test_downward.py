"""Rules of the downward API."""

from typing import Any

import pytest

from .support import NAME_PART, pod, pod_of, refusals

V = "spec.containers[0].env[0].valueFrom"
ENV_FIELDS = (
    '"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", '
    '"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"'
)
RESOURCES = (
    '"limits.cpu", "limits.ephemeral-storage", "limits.memory", '
    '"requests.cpu", "requests.ephemeral-storage", "requests.memory"'
)
BYTES = "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the"


def read(**source: Any) -> list[str]:
    return refusals(pod_of(env=[{"name": "A", "valueFrom": source}]))


@pytest.mark.parametrize(
    "path", ["metadata.name", "status.podIP", "metadata.labels['a/b']", "metadata.annotations['X']"]
)
def test_fields_that_can_be_read(path: str) -> None:
    assert read(fieldRef={"fieldPath": path}) == []


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ({}, f"{V}.fieldRef.fieldPath: Required value"),
        (
            {"fieldPath": "spec.replicas"},
            (
                f'{V}.fieldRef.fieldPath: Invalid value: "spec.replicas": '
                "error converting fieldPath: field label not supported: spec.replicas"
            ),
        ),
        (
            {"fieldPath": "metadata.labels"},
            f'{V}.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: {ENV_FIELDS}',
        ),
        (
            {"fieldPath": "metadata.name", "apiVersion": "v2"},
            (
                f'{V}.fieldRef.fieldPath: Invalid value: "metadata.name": '
                f"error converting fieldPath: unsupported pod version: v2"
            ),
        ),
        (
            {"fieldPath": "metadata.name['a']"},
            (
                f"""{V}.fieldRef.fieldPath: Invalid value: "metadata.name['a']": """
                "error converting fieldPath: field label does not support subscript: metadata.name['a']"
            ),
        ),
        ({"fieldPath": "metadata.labels['a b']"}, f'{V}.fieldRef: Invalid value: "a b": {NAME_PART}'),
    ],
)
def test_fields_that_cannot(reference: dict[str, str], told: str) -> None:
    assert read(fieldRef=reference) == [told]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ({"resource": "limits.cpu", "divisor": "1m"}, []),
        ({"resource": "requests.hugepages-2Mi", "divisor": "1Mi"}, []),
        ({}, [f"{V}.resourceFieldRef.resource: Required value"]),
        (
            {"resource": "limits.gpu"},
            [f'{V}.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: {RESOURCES}'],
        ),
        (
            {"resource": "limits.cpu", "divisor": "2"},
            [
                (
                    f'{V}.resourceFieldRef.divisor: Invalid value: "limits.cpu": '
                    "only divisor's values 1m and 1 are supported with the cpu resource"
                )
            ],
        ),
        (
            {"resource": "limits.memory", "divisor": "2Mi"},
            [f'{V}.resourceFieldRef.divisor: Invalid value: "limits.memory": {BYTES} memory resource'],
        ),
        (
            {"resource": "limits.ephemeral-storage", "divisor": "3"},
            [
                (
                    f'{V}.resourceFieldRef.divisor: Invalid value: "limits.ephemeral-storage": '
                    f"{BYTES} local ephemeral storage resource"
                )
            ],
        ),
    ],
)
def test_resources_that_can_be_read(reference: dict[str, str], told: list[str]) -> None:
    assert read(resourceFieldRef=reference) == told


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}, []),
        (
            {"path": "a"},
            ["spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"],
        ),
        (
            {"path": "../a", "fieldRef": {"fieldPath": "metadata.name"}},
            ["spec.volumes[0].downwardAPI.path: Invalid value: \"../a\": must not contain '..'"],
        ),
        (
            {"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}},
            ["spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value"],
        ),
        (
            {
                "path": "a",
                "fieldRef": {"fieldPath": "metadata.name"},
                "resourceFieldRef": {"resource": "limits.cpu", "containerName": "c"},
            },
            [
                (
                    'spec.volumes[0].downwardAPI: Invalid value: "resource": '
                    "fieldRef and resourceFieldRef can not be specified simultaneously"
                )
            ],
        ),
    ],
)
def test_a_volume_of_the_downward_api(item: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod(volumes=[{"name": "v", "downwardAPI": {"items": [item]}}])) == told
