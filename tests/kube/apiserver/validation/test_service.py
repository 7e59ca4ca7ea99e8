"""Rules of a Service."""

from typing import Any

import pytest

from .support import LABEL, NAME_PART, SUBDOMAIN, changed, refusals

AFFINITY = {"sessionAffinity": "ClientIP"}
IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def service(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "default"},
        "spec": {"selector": {"app": "a"}, "ports": [{"port": 80}], **spec},
    }


def ports(*given: dict[str, Any], **spec: Any) -> list[str]:
    return refusals(service(ports=list(given), **spec))


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"type": "NodePort"},
        {"type": "LoadBalancer"},
        {"clusterIP": "None", "clusterIPs": ["None"], "ports": []},
        {"type": "ExternalName", "externalName": "a.example.com.", "ports": []},
        {**AFFINITY},
        {"trafficDistribution": "PreferSameNode"},
    ],
)
def test_services_that_are_fine(spec: dict[str, Any]) -> None:
    assert refusals(service(**spec)) == []


def test_a_name_may_begin_with_a_digit_but_has_no_dots() -> None:
    assert refusals(changed(service(), "metadata", "name", to="1a")) == []
    assert refusals(changed(service(), "metadata", "name", to="A")) == [f'metadata.name: Invalid value: "A": {LABEL}']


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"ports": []}, ["spec.ports: Required value"]),
        (
            {"type": "Balancer"},
            [
                (
                    'spec.type: Unsupported value: "Balancer": '
                    'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'
                )
            ],
        ),
        (
            {"type": "NodePort", "clusterIP": "None", "clusterIPs": ["None"]},
            ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
        ),
        ({"type": "ExternalName"}, ["spec.externalName: Required value"]),
        (
            {"type": "ExternalName", "externalName": "A", "clusterIPs": ["1.2.3.4"], "ipFamilyPolicy": "SingleStack"},
            [
                "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
                "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
                f'spec.externalName: Invalid value: "A": {SUBDOMAIN}',
            ],
        ),
        ({"selector": {"a b": ""}}, [f'spec.selector: Invalid value: "a b": {NAME_PART}']),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
            [
                (
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: "
                    "must be greater than 0 and less than 86400"
                )
            ],
        ),
        (
            {"externalIPs": ["x", "127.0.0.1"]},
            [
                f'spec.externalIPs[0]: Invalid value: "x": {IP}',
                (
                    'spec.externalIPs[1]: Invalid value: "127.0.0.1": '
                    "may not be in the loopback range (127.0.0.0/8, ::1/128)"
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_service(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(service(**spec)) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            [{"port": 0}],
            [
                "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
            ],
        ),
        ([{"port": 1}, {"port": 2}], ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"]),
        ([{"port": 1, "name": "A"}], [f'spec.ports[0].name: Invalid value: "A": {LABEL}']),
        ([{"port": 1, "name": "a"}, {"port": 2, "name": "a"}], ['spec.ports[1].name: Duplicate value: "a"']),
        (
            [{"port": 1, "protocol": "HTTP"}],
            ['spec.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
        ),
        ([{"port": 1, "appProtocol": "a b"}], [f'spec.ports[0].appProtocol: Invalid value: "a b": {NAME_PART}']),
        (
            [{"port": 1, "name": "a"}, {"port": 1, "name": "b"}],
            [
                (
                    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":1,'
                    '"TargetPort":0,"NodePort":0}'
                )
            ],
        ),
        ([{"port": 1, "name": "a"}, {"port": 1, "name": "b", "protocol": "UDP"}], []),
        (
            [{"port": 1, "nodePort": 30000}],
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        ),
    ],
)
def test_what_is_wrong_with_ports(given: list[dict[str, Any]], told: list[str]) -> None:
    assert ports(*given) == told


def test_a_node_port_is_taken_once() -> None:
    twice = ({"port": 1, "name": "a", "nodePort": 30000}, {"port": 2, "name": "b", "nodePort": 30000})
    assert ports(*twice, type="NodePort") == ["spec.ports[1].nodePort: Duplicate value: 30000"]


def test_two_annotations_for_one_thing_agree() -> None:
    annotations = {"service.kubernetes.io/topology-aware-hints": "Auto", "service.kubernetes.io/topology-mode": "x"}
    assert refusals(changed(service(), "metadata", "annotations", to=annotations)) == [
        (
            'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "x": '
            "must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified"
        )
    ]
