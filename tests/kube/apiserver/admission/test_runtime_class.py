"""RuntimeClass: overhead, node selectors and tolerations come with the class."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import BY, created, pod, refusal


def runtime_class(**fields: Any) -> dict[str, Any]:
    meta = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "kata"}}
    return meta | {"handler": "kata"} | fields


def test_a_runtime_class_gives_overhead_selector_and_tolerations(api: ApiServer) -> None:
    scheduling = {"nodeSelector": {"kata": "yes"}, "tolerations": [{"key": "kata", "operator": "Exists"}]}
    overhead = {"podFixed": {"cpu": "250m"}}
    api.create(runtime_class(overhead=overhead, scheduling=scheduling), by=BY)
    spec = created(api, pod(runtimeClassName="kata", nodeSelector={"a": "b"}))["spec"]
    assert (spec["overhead"], spec["nodeSelector"]) == ({"cpu": "250m"}, {"a": "b", "kata": "yes"})
    assert spec["tolerations"][-1] == {"key": "kata", "operator": "Exists"}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"runtimeClassName": "nope"}, 'pod rejected: RuntimeClass "nope" not found'),
        (
            {"runtimeClassName": "kata", "overhead": {"cpu": "1"}},
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
        ),
        (
            {"overhead": {"cpu": "1"}},
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
        ),
        (
            {"runtimeClassName": "kata", "nodeSelector": {"kata": "no"}},
            "conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no",
        ),
    ],
)
def test_a_pod_that_contradicts_its_class_is_refused(api: ApiServer, spec: dict[str, Any], told: str) -> None:
    api.create(
        runtime_class(overhead={"podFixed": {"cpu": "250m"}}, scheduling={"nodeSelector": {"kata": "yes"}}), by=BY
    )
    assert refusal(lambda: created(api, pod(**spec))).message == f'pods "web" is forbidden: {told}'
