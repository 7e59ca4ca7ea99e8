"""Rules of what only a load balancer has."""

from typing import Any

import pytest

from .support import changed, refusals, stored

RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
ONLY = "Forbidden: may only be used when `type` is 'LoadBalancer'"


def service(kind: str = "LoadBalancer", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "default"},
        "spec": {"type": kind, "ports": [{"port": 80}], **spec},
    }


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        ("LoadBalancer", {"loadBalancerClass": "a/b", "loadBalancerSourceRanges": [" 10.0.0.0/8 "]}, []),
        ("ClusterIP", {"loadBalancerClass": "a/b"}, [f"spec.loadBalancerClass: {ONLY}"]),
        ("ClusterIP", {"allocateLoadBalancerNodePorts": False}, [f"spec.allocateLoadBalancerNodePorts: {ONLY}"]),
        (
            "ClusterIP",
            {"loadBalancerSourceRanges": ["x"]},
            [
                f"spec.LoadBalancerSourceRanges: {ONLY}",
                f'spec.LoadBalancerSourceRanges[0]: Invalid value: "x": {CIDR}',
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_load_balancer(kind: str, spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(service(kind, **spec)) == told


def test_ranges_may_stand_in_an_annotation() -> None:
    given = changed(service(), "metadata", "annotations", to={RANGES: "10.0.0.0/8, x"})
    assert refusals(given) == [f'metadata.annotations[{RANGES}]: Invalid value: "x": {CIDR}']


def test_the_class_is_chosen_once() -> None:
    old = stored(service(loadBalancerClass="a/b"))
    assert refusals(changed(old, "spec", "loadBalancerClass", to="a/c"), old) == [
        'spec.loadBalancerClass: Invalid value: "a/c": may not change once set'
    ]


@pytest.mark.parametrize(
    ("ingress", "told"),
    [
        ([{"ip": "10.0.0.1"}, {"hostname": "a.com"}], []),
        (
            [{"ip": "x", "ipMode": "Bridge"}],
            [
                (
                    'status.loadBalancer.ingress[0].ip: Invalid value: "x": '
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                ),
                'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Bridge": supported values: "Proxy", "VIP"',
            ],
        ),
        (
            [{"hostname": "1.2.3.4", "ipMode": "VIP"}],
            [
                "status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set",
                (
                    'status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": '
                    "must be a DNS name, not an IP address"
                ),
            ],
        ),
    ],
)
def test_where_a_balancer_listens(ingress: list[dict[str, str]], told: list[str]) -> None:
    old = stored(service())
    assert refusals(changed(old, "status", "loadBalancer", "ingress", to=ingress), old, "status") == told


def test_only_a_balancer_listens() -> None:
    old = stored(service("ClusterIP"))
    new = changed(old, "status", "loadBalancer", "ingress", to=[{"ip": "10.0.0.1"}])
    assert refusals(new, old, "status") == [
        "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    ]
