"""Rules of EndpointSlices."""

from typing import Any

import pytest

from .support import LABEL, changed, refusals, stored


def endpoint_slice(*endpoints: dict[str, Any], kind: str = "IPv4", **given: Any) -> dict[str, Any]:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "web-1", "namespace": "shop"},
        "addressType": kind,
        "endpoints": list(endpoints) or [{"addresses": ["10.0.0.1" if kind == "IPv4" else "a.b"]}],
        **given,
    }


def test_a_type_is_one_of_three() -> None:
    assert refusals(endpoint_slice()) == []
    assert refusals(endpoint_slice(kind="FQDN")) == []
    assert refusals(endpoint_slice(kind="")) == ["addressType: Required value"]
    assert refusals(endpoint_slice(kind="MAC")) == [
        'addressType: Unsupported value: "MAC": supported values: "FQDN", "IPv4", "IPv6"'
    ]


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ({"addresses": []}, ["endpoints[0].addresses: Required value: must contain at least 1 address"]),
        (
            {"addresses": ["x"]},
            [
                (
                    'endpoints[0].addresses[0]: Invalid value: "x": must be a valid IP address, '
                    "(e.g. 10.9.8.7 or 2001:db8::ffff)"
                )
            ],
        ),
        ({"addresses": ["fd00::1"]}, ['endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address']),
        (
            {"addresses": ["127.0.0.1"]},
            [
                (
                    'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": '
                    "may not be in the loopback range (127.0.0.0/8, ::1/128)"
                )
            ],
        ),
        ({"addresses": ["10.0.0.1"], "hostname": "A"}, [f'endpoints[0].hostname: Invalid value: "A": {LABEL}']),
        (
            {"addresses": ["10.0.0.1"], "hints": {"forZones": [{"name": "a"}, {"name": "a"}]}},
            ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
        ),
        (
            {"addresses": ["10.0.0.1"], "hints": {"forZones": [{"name": f"z{n}"} for n in range(9)]}},
            ["endpoints[0].hints.forZones: Too many: 9: must have at most 8 items"],
        ),
        (
            {"addresses": [f"10.0.1.{n}" for n in range(101)]},
            ["endpoints[0].addresses: Too many: 101: must have at most 100 items"],
        ),
    ],
)
def test_an_endpoint_has_good_addresses(endpoint: dict[str, Any], told: list[str]) -> None:
    assert refusals(endpoint_slice(endpoint)) == told


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        ("shop.example.", []),
        ("", ["endpoints[0].addresses[0]: Required value"]),
        (
            "shop",
            [
                (
                    'endpoints[0].addresses[0]: Invalid value: "shop": '
                    "should be a domain with at least two segments separated by dots"
                )
            ],
        ),
    ],
)
def test_a_domain_has_two_parts(domain: str, told: list[str]) -> None:
    assert refusals(endpoint_slice({"addresses": [domain]}, kind="FQDN")) == told


def test_ports_have_names_of_their_own() -> None:
    ports = [{"port": 80}, {"port": 81}, {"name": "A", "protocol": "ICMP"}]
    assert refusals(endpoint_slice(ports=ports)) == [
        'ports[1].name: Duplicate value: ""',
        f'ports[2].name: Invalid value: "A": {LABEL}',
        'ports[2].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ]


def test_the_type_stays_and_old_endpoints_are_not_looked_at() -> None:
    old = stored(endpoint_slice({"addresses": ["127.0.0.1"]}))
    assert refusals(changed(old, "metadata", "labels", to={"a": "b"}), old) == []
    assert refusals(changed(old, "addressType", to="IPv6"), old) == [
        'addressType: Invalid value: "IPv6": field is immutable'
    ]
