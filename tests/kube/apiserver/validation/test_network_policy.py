"""Rules of NetworkPolicies."""

from typing import Any

import pytest

from .support import changed, refusals, stored


def policy(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"podSelector": {}, **spec},
    }


@pytest.mark.parametrize(
    ("port", "told"),
    [
        ({"port": 80, "endPort": 90}, []),
        ({"port": "http"}, []),
        (
            {"protocol": "ICMP"},
            ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"'],
        ),
        (
            {"port": 80, "endPort": 70},
            ["spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`"],
        ),
        (
            {"endPort": 70},
            ["spec.ingress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` is not specified"],
        ),
        (
            {"port": "http", "endPort": 70},
            ["spec.ingress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` is non-numeric"],
        ),
        ({"port": 0}, ["spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
    ],
)
def test_a_port_is_a_number_a_name_or_a_range(port: dict[str, Any], told: list[str]) -> None:
    assert refusals(policy(ingress=[{"ports": [port]}])) == told


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        ({"podSelector": {}, "namespaceSelector": {}}, []),
        ({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}, []),
        ({}, ["spec.egress[0].to[0]: Required value: must specify a peer"]),
        (
            {"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}},
            ["spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer"],
        ),
        ({"ipBlock": {}}, ["spec.egress[0].to[0].ipBlock.cidr: Required value"]),
        (
            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "11.0.0.0/16"]}},
            [
                (
                    'spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": '
                    "must be a strict subset of `cidr`"
                ),
                (
                    'spec.egress[0].to[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": '
                    "must be a strict subset of `cidr`"
                ),
            ],
        ),
    ],
)
def test_a_peer_is_pods_or_addresses(peer: dict[str, Any], told: list[str]) -> None:
    assert refusals(policy(egress=[{"to": [peer]}])) == told


def test_a_policy_has_two_types_at_most() -> None:
    assert refusals(policy(policyTypes=["Egress", "Up"])) == [
        'spec.policyTypes[1]: Unsupported value: "Up": supported values: "Ingress", "Egress"'
    ]
    assert refusals(policy(policyTypes=["Egress", "Ingress", "Egress"])) == [
        'spec.policyTypes: Invalid value: ["Egress","Ingress","Egress"]: may not specify more than two policyTypes'
    ]


def test_a_block_that_was_there_may_stay() -> None:
    odd = policy(ingress=[{"from": [{"ipBlock": {"cidr": "010.0.0.0/8"}}]}])
    assert len(refusals(odd)) == 1
    assert refusals(changed(stored(odd), "metadata", "labels", to={"a": "b"}), stored(odd)) == []
