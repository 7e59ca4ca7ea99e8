"""What the API server fills in in NetworkPolicies."""

from typing import Any

import pytest

from playground.kube.apiserver.defaults.networking import default_network_policy


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        ({}, ["Ingress"]),
        ({"egress": []}, ["Ingress"]),
        ({"egress": [{}]}, ["Ingress", "Egress"]),
        ({"policyTypes": ["Egress"]}, ["Egress"]),
    ],
)
def test_a_policy_is_about_ingress_and_the_egress_it_tells_of(spec: dict[str, Any], types: list[str]) -> None:
    obj: dict[str, Any] = {"spec": spec}
    default_network_policy(obj)
    assert obj["spec"]["policyTypes"] == types


def test_ports_are_tcp() -> None:
    obj: dict[str, Any] = {"spec": {"ingress": [{"ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}]}}
    default_network_policy(obj)
    assert [port["protocol"] for port in obj["spec"]["ingress"][0]["ports"]] == ["TCP", "UDP"]
