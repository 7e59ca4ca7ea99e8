"""What the API server fills in in a Pod."""

import copy
from typing import Any

import pytest

from playground.kube.apiserver.defaults.pod import default_pod


def filled(spec: dict[str, Any], **pod: Any) -> dict[str, Any]:
    obj: dict[str, Any] = {"spec": {"containers": [], **copy.deepcopy(spec)}, **pod}
    default_pod(obj)
    return obj


def container(**fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = filled({"containers": [{"name": "c", "image": "nginx:1", **fields}]})["spec"]["containers"][
        0
    ]
    return given


def volume(**source: Any) -> dict[str, Any]:
    given: dict[str, Any] = filled({"volumes": [{"name": "v", **source}]})["spec"]["volumes"][0]
    return given


def test_a_pod_of_one_container_is_filled_in() -> None:
    assert filled({"containers": [{"name": "c", "image": "nginx"}]})["spec"] == {
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "imagePullPolicy": "Always",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": True,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }


def test_what_is_given_stays() -> None:
    given = {"enableServiceLinks": False, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
    spec = filled(given)["spec"]
    assert {name: spec[name] for name in given} == given


def test_requests_are_the_limits_where_nothing_is_asked() -> None:
    resources = container(resources={"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}})["resources"]
    assert resources["requests"] == {"cpu": "500m", "memory": "1Gi"}


def test_no_quantity_is_finer_than_a_thousandth() -> None:
    assert container(resources={"requests": {"cpu": "100u"}})["resources"] == {"requests": {"cpu": "1m"}}


def test_ports_are_tcp_and_on_the_nodes_network_the_nodes() -> None:
    assert container(ports=[{"containerPort": 80}])["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    spec = filled({"hostNetwork": True, "initContainers": [{"name": "i", "ports": [{"containerPort": 80}]}]})["spec"]
    assert spec["initContainers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_a_probe_is_filled_in() -> None:
    assert container(livenessProbe={"httpGet": {"port": 80}})["livenessProbe"] == {
        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert container(startupProbe={"grpc": {"port": 1}})["startupProbe"]["grpc"] == {"port": 1, "service": ""}


def test_a_hooks_request_is_filled_in() -> None:
    hook = {"preStop": {"httpGet": {"port": "web", "path": "/bye"}}}
    assert container(lifecycle=hook)["lifecycle"] == {
        "preStop": {"httpGet": {"port": "web", "path": "/bye", "scheme": "HTTP"}}
    }


def test_what_a_variable_is_read_from_is_filled_in() -> None:
    env = [
        {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "B", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        {"name": "C", "valueFrom": {"fileKeyRef": {"key": "k", "path": "p", "volumeName": "v"}}},
        {"name": "D", "value": ""},
    ]
    sources = [variable.get("valueFrom") for variable in container(env=env)["env"]]
    assert sources == [
        {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}},
        {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}},
        {"fileKeyRef": {"key": "k", "path": "p", "volumeName": "v", "optional": False}},
        None,
    ]


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        ({}, {"emptyDir": {}}),
        ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
        ({"configMap": {"name": "c", "defaultMode": 256}}, {"configMap": {"name": "c", "defaultMode": 256}}),
        ({"hostPath": {"path": "/"}}, {"hostPath": {"path": "/", "type": ""}}),
        ({"image": {"reference": "a"}}, {"image": {"reference": "a", "pullPolicy": "Always"}}),
        (
            {"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]}},
            {
                "downwardAPI": {
                    "defaultMode": 420,
                    "items": [{"path": "a", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}],
                }
            },
        ),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {
                "projected": {
                    "defaultMode": 420,
                    "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
                }
            },
        ),
        (
            {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
            {
                "ephemeral": {
                    "volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"}}
                }
            },
        ),
        (
            {"rbd": {"image": "i"}},
            {"rbd": {"image": "i", "pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}},
        ),
        ({"iscsi": {"iqn": "i"}}, {"iscsi": {"iqn": "i", "iscsiInterface": "default"}}),
    ],
)
def test_volumes_are_filled_in(source: dict[str, Any], stored: dict[str, Any]) -> None:
    assert volume(**source) == {"name": "v", **stored}


def test_the_old_and_the_new_name_of_the_service_account_agree() -> None:
    for given in ({"serviceAccount": "a"}, {"serviceAccountName": "a", "serviceAccount": "b"}):
        spec = filled(given)["spec"]
        assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("a", "a")


def test_a_negative_grace_period_is_one_second() -> None:
    assert filled({"terminationGracePeriodSeconds": -5})["spec"]["terminationGracePeriodSeconds"] == 1


def test_annotations_of_old_init_containers_are_dropped() -> None:
    annotations = {"pod.beta.kubernetes.io/init-containers": "[]", "a": "b"}
    assert filled({}, metadata={"annotations": annotations})["metadata"]["annotations"] == {"a": "b"}


@pytest.mark.parametrize(
    ("status", "stored"),
    [
        ({"podIP": "10.0.0.1"}, {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]}),
        ({"podIPs": [{"ip": "10.0.0.1"}]}, {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]}),
        ({"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.2"}]}, {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]}),
        ({}, {}),
    ],
)
def test_a_pods_address_is_the_first_of_its_addresses(status: dict[str, Any], stored: dict[str, Any]) -> None:
    assert filled({}, status=status)["status"] == stored


def test_a_pod_as_a_whole_asks_for_what_its_containers_do_else_for_its_limits() -> None:
    one = {"name": "c", "resources": {"requests": {"cpu": "1"}, "limits": {"hugepages-2Mi": "4Mi"}}}
    resources = filled({"containers": [one], "resources": {"limits": {"cpu": "2", "memory": "1Gi"}}})["spec"][
        "resources"
    ]
    assert resources == {
        "limits": {"cpu": "2", "memory": "1Gi", "hugepages-2Mi": "4Mi"},
        "requests": {"cpu": "1", "memory": "1Gi", "hugepages-2Mi": "4Mi"},
    }
