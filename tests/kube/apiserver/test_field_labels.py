"""Fields that kinds can be selected by."""

from typing import Any

import pytest

from playground.kube.apiserver.field_labels import fields_of
from playground.kube.objects import kinds


@pytest.mark.parametrize(
    ("resource", "obj", "field", "value"),
    [
        ("pods", {"spec": {"nodeName": "n1"}}, "spec.nodeName", "n1"),
        ("pods", {"spec": {}}, "spec.nodeName", ""),
        ("pods", {"spec": {}}, "spec.hostNetwork", "false"),
        ("pods", {"spec": {"hostNetwork": True}}, "spec.hostNetwork", "true"),
        ("pods", {"spec": {}, "status": {"podIPs": [{"ip": "1.1.1.1"}]}}, "status.podIPs", "1.1.1.1"),
        ("nodes", {"spec": {"unschedulable": True}}, "spec.unschedulable", "true"),
        ("nodes", {"metadata": {"name": "n1"}}, "metadata.name", "n1"),
        ("namespaces", {"status": {"phase": "Active"}}, "status.phase", "Active"),
        ("events", {"involvedObject": {"name": "web"}}, "involvedObject.name", "web"),
        ("events", {"reportingComponent": "kubelet"}, "source", "kubelet"),
        ("secrets", {"type": "Opaque"}, "type", "Opaque"),
        ("services", {"spec": {"type": "NodePort"}}, "spec.type", "NodePort"),
        ("replicasets.apps", {"status": {"replicas": 3}}, "status.replicas", "3"),
        ("jobs.batch", {"status": {}}, "status.successful", "0"),
        ("configmaps", {"metadata": {"namespace": "shop"}}, "metadata.namespace", "shop"),
    ],
)
def test_a_field_reads_as_text(resource: str, obj: dict[str, Any], field: str, value: str) -> None:
    assert fields_of(kinds.by_qualified(resource), obj, [field]) == {field: value}
