"""What tables show of each kind."""

from typing import Any

import pytest

from playground.kube.kubectl.columns import COLUMNS, columns_of
from playground.kube.objects.kinds import RESOURCES

from .samples import deployment, node


def cells(qualified: str, obj: dict[str, Any], *, wide: bool = False) -> dict[str, str]:
    return {column.heading: column.cell(obj, 0) for column in columns_of(qualified, wide=wide)}


def test_every_entry_is_of_a_kind_there_is() -> None:
    assert set(COLUMNS) <= {resource.qualified for resource in RESOURCES}


def test_a_kind_without_an_entry_has_a_name_and_an_age() -> None:
    assert [column.heading for column in columns_of("runtimeclasses.node.k8s.io", wide=True)] == ["NAME", "AGE"]


def test_a_deployment_shows_how_far_it_is() -> None:
    web = {**deployment(replicas=3), "status": {"readyReplicas": 1, "updatedReplicas": 2}}
    shown = cells("deployments.apps", web, wide=True)
    assert (shown["READY"], shown["UP-TO-DATE"], shown["AVAILABLE"]) == ("1/3", "2", "0")
    assert (shown["CONTAINERS"], shown["IMAGES"], shown["SELECTOR"]) == ("c", "nginx:1", "app=web")


@pytest.mark.parametrize(
    ("spec", "conditions", "word"),
    [
        ({}, [], "Unknown"),
        ({}, [{"type": "Ready", "status": "True"}], "Ready"),
        ({"unschedulable": True}, [{"type": "Ready", "status": "Unknown"}], "NotReady,SchedulingDisabled"),
    ],
)
def test_a_node_is_ready_or_not(spec: dict[str, Any], conditions: list[dict[str, Any]], word: str) -> None:
    shown = cells("nodes", {**node(), "spec": spec, "status": {"conditions": conditions}})
    assert shown["STATUS"] == word


def test_a_service_shows_its_ports() -> None:
    ports = [{"port": 80, "protocol": "TCP", "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]
    obj = {"metadata": {"name": "web"}, "spec": {"type": "NodePort", "clusterIP": "10.0.0.7", "ports": ports}}
    shown = cells("services", obj)
    assert (shown["CLUSTER-IP"], shown["EXTERNAL-IP"], shown["PORT(S)"]) == (
        "10.0.0.7",
        "<none>",
        "80:30080/TCP,53/UDP",
    )


def test_a_claim_shows_its_modes_in_short() -> None:
    obj = {"metadata": {"name": "data"}, "spec": {}, "status": {"phase": "Bound", "accessModes": ["ReadWriteOnce"]}}
    shown = cells("persistentvolumeclaims", obj)
    assert (shown["STATUS"], shown["ACCESS MODES"], shown["VOLUMEATTRIBUTESCLASS"]) == ("Bound", "RWO", "<unset>")
