"""What the API server fills in in the kinds of core/v1, but for pods."""

import copy
from typing import Any

import pytest

from playground.kube.apiserver.defaults import DEFAULTERS


def filled(kind: str, **obj: Any) -> dict[str, Any]:
    given = copy.deepcopy(obj)
    DEFAULTERS["", kind](given)
    return given


@pytest.mark.parametrize(
    ("spec", "stored"),
    [
        (
            {"ports": [{"port": 80}]},
            {
                "type": "ClusterIP",
                "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster",
                "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
            },
        ),
        (
            {"type": "ExternalName", "ports": [{"port": 80, "targetPort": "web"}]},
            {
                "type": "ExternalName",
                "sessionAffinity": "None",
                "ports": [{"port": 80, "protocol": "TCP", "targetPort": "web"}],
            },
        ),
        (
            {"type": "LoadBalancer", "sessionAffinity": "ClientIP"},
            {
                "type": "LoadBalancer",
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
                "externalTrafficPolicy": "Cluster",
                "internalTrafficPolicy": "Cluster",
                "allocateLoadBalancerNodePorts": True,
            },
        ),
        (
            {"externalIPs": ["10.0.0.1"], "sessionAffinityConfig": {"clientIP": {}}},
            {
                "type": "ClusterIP",
                "externalIPs": ["10.0.0.1"],
                "sessionAffinity": "None",
                "externalTrafficPolicy": "Cluster",
                "internalTrafficPolicy": "Cluster",
            },
        ),
    ],
)
def test_a_service_is_filled_in(spec: dict[str, Any], stored: dict[str, Any]) -> None:
    assert filled("Service", spec=spec) == {"spec": stored, "status": {"loadBalancer": {}}}


def test_where_a_balancer_listens_is_a_virtual_address() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}, {"hostname": "a"}]}}
    service = filled("Service", spec={"type": "LoadBalancer"}, status=status)
    assert service["status"]["loadBalancer"]["ingress"] == [{"ip": "10.0.0.1", "ipMode": "VIP"}, {"hostname": "a"}]


def test_a_replication_controller_selects_what_its_template_makes() -> None:
    controller = filled("ReplicationController", spec={"template": {"metadata": {"labels": {"a": "b"}}}})
    assert controller["spec"]["selector"] == {"a": "b"}
    assert controller["metadata"]["labels"] == {"a": "b"}
    assert controller["spec"]["replicas"] == 1
    assert controller["spec"]["template"]["spec"]["dnsPolicy"] == "ClusterFirst"


def test_a_replication_controller_without_a_template_stays_without() -> None:
    assert filled("ReplicationController", spec={"replicas": 0}) == {"spec": {"replicas": 0}}


def test_the_plain_data_of_a_secret_is_written_into_its_data() -> None:
    assert filled("Secret", data={"a": "AA=="}, stringData={"a": "é", "b": "x"}) == {
        "type": "Opaque",
        "data": {"a": "w6k=", "b": "eA=="},
    }


def test_a_namespace_can_be_selected_by_its_name() -> None:
    assert filled("Namespace", metadata={"name": "a"}) == {
        "metadata": {"name": "a", "labels": {"kubernetes.io/metadata.name": "a"}},
        "status": {"phase": "Active"},
    }
    assert filled("Namespace", metadata={"generateName": "a-"})["metadata"] == {"generateName": "a-"}


def test_what_a_node_has_is_what_pods_may_have() -> None:
    node = filled("Node", status={"capacity": {"cpu": "4"}}, spec={"podCIDRs": ["10.0.0.0/24"]})
    assert node["status"]["allocatable"] == {"cpu": "4"}
    assert node["spec"] == {"podCIDRs": ["10.0.0.0/24"], "podCIDR": "10.0.0.0/24"}
    assert filled("Node", spec={"podCIDR": "a"})["spec"]["podCIDRs"] == ["a"]
    assert filled("Node", status={"capacity": {"cpu": "4"}, "allocatable": {}})["status"]["allocatable"] == {}


def test_volumes_and_claims_are_file_systems() -> None:
    assert filled("PersistentVolume", spec={"capacity": {"storage": "1Gi"}, "hostPath": {"path": "/"}}) == {
        "spec": {
            "capacity": {"storage": "1Gi"},
            "hostPath": {"path": "/", "type": ""},
            "persistentVolumeReclaimPolicy": "Retain",
            "volumeMode": "Filesystem",
        },
        "status": {"phase": "Pending"},
    }
    assert filled("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": "1Gi"}}}) == {
        "spec": {"resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Filesystem"},
        "status": {"phase": "Pending"},
    }


def test_ports_of_endpoints_are_tcp() -> None:
    ports = filled("Endpoints", subsets=[{"ports": [{"port": 1}, {"port": 2, "protocol": "UDP"}]}])["subsets"][0][
        "ports"
    ]
    assert [port["protocol"] for port in ports] == ["TCP", "UDP"]


@pytest.mark.parametrize(
    ("limit", "stored"),
    [
        ({"type": "Pod", "max": {"cpu": "1"}}, {}),
        (
            {"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "1", "memory": "1Mi"}},
            {"default": {"cpu": "2"}, "defaultRequest": {"cpu": "2", "memory": "1Mi"}},
        ),
        (
            {"type": "Container", "default": {"cpu": "1"}, "max": {"cpu": "2"}, "defaultRequest": {"memory": "1Mi"}},
            {"default": {"cpu": "1"}, "defaultRequest": {"cpu": "1", "memory": "1Mi"}},
        ),
        ({"type": "Container"}, {}),
    ],
)
def test_defaults_for_containers_follow_from_their_limits(limit: dict[str, Any], stored: dict[str, Any]) -> None:
    assert filled("LimitRange", spec={"limits": [limit]})["spec"]["limits"] == [{**limit, **stored}]


def test_a_quota_has_a_status() -> None:
    assert filled("ResourceQuota", spec={"hard": {"cpu": "1u"}}) == {"spec": {"hard": {"cpu": "1m"}}, "status": {}}
