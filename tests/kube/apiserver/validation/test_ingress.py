"""Rules of Ingresses."""

from typing import Any

import pytest

from .support import SUBDOMAIN, changed, refusals, stored

SERVICE = {"service": {"name": "web", "port": {"number": 80}}}
PATHS = "spec.rules[0].http.paths[0]"


def ingress(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"defaultBackend": SERVICE, **spec},
    }


def routed(**path: Any) -> dict[str, Any]:
    return ingress(rules=[{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": SERVICE, **path}]}}])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ({}, []),
        ({"pathType": "ImplementationSpecific", "path": ""}, []),
        ({"pathType": None}, [f"{PATHS}.pathType: Required value: pathType must be specified"]),
        (
            {"pathType": "Regex"},
            [
                (
                    f'{PATHS}.pathType: Unsupported value: "Regex": '
                    'supported values: "Exact", "ImplementationSpecific", "Prefix"'
                )
            ],
        ),
        ({"path": "a"}, [f'{PATHS}.path: Invalid value: "a": must be an absolute path']),
        (
            {"path": "/a//b/.."},
            [
                f"{PATHS}.path: Invalid value: \"/a//b/..\": must not contain '//'",
                f"{PATHS}.path: Invalid value: \"/a//b/..\": cannot end with '/..'",
            ],
        ),
        ({"backend": {}}, [f'{PATHS}.backend: Invalid value: "": resource or service backend is required']),
        (
            {"backend": {**SERVICE, "resource": {"kind": "Bucket", "name": "b"}}},
            [f'{PATHS}.backend: Invalid value: "": cannot set both resource and service backends'],
        ),
        (
            {"backend": {"service": {"name": "web"}}},
            [f"{PATHS}.backend: Required value: port name or number is required"],
        ),
        (
            {"backend": {"service": {"name": "web", "port": {"name": "http", "number": 80}}}},
            [f'{PATHS}.backend: Invalid value: "": cannot set both port name & port number'],
        ),
        (
            {"backend": {"resource": {"apiGroup": "X", "kind": "Bucket"}}},
            [
                f'{PATHS}.backend.resource.apiGroup: Invalid value: "X": {SUBDOMAIN}',
                f"{PATHS}.backend.resource.name: Required value",
            ],
        ),
    ],
)
def test_a_path_leads_to_one_backend(path: dict[str, Any], told: list[str]) -> None:
    assert refusals(routed(**path)) == told


def test_an_ingress_has_rules_or_a_backend() -> None:
    says = "either `defaultBackend` or `rules` must be specified"
    assert refusals(ingress(defaultBackend=None)) == [f"spec: Invalid value: null: {says}"]
    assert refusals(ingress(rules=[{"http": {}}])) == ["spec.rules[0].http.paths: Required value"]


def test_a_host_is_a_name() -> None:
    assert refusals(ingress(rules=[{"host": "*.shop.example"}], tls=[{"hosts": ["shop.example"]}])) == []
    assert refusals(ingress(rules=[{"host": "10.0.0.1"}])) == [
        'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'
    ]
    assert refusals(ingress(tls=[{"hosts": ["A"], "secretName": "B"}], ingressClassName="C")) == [
        f'spec.tls[0].hosts[0]: Invalid value: "A": {SUBDOMAIN}',
        f'spec.tls[0].secretName: Invalid value: "B": {SUBDOMAIN}',
        f'spec.ingressClassName: Invalid value: "C": {SUBDOMAIN}',
    ]


def test_a_new_ingress_names_one_class() -> None:
    annotation = {"kubernetes.io/ingress.class": "nginx"}
    both = changed(ingress(ingressClassName="traefik"), "metadata", "annotations", to=annotation)
    says = "must match `ingressClassName` when both are specified"
    assert refusals(both) == [f'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": {says}']
    assert refusals(stored(both), stored(both)) == []


def test_a_status_names_addresses() -> None:
    old = stored(ingress())
    new = changed(old, "status", to={"loadBalancer": {"ingress": [{"hostname": "10.0.0.1"}]}})
    assert refusals(new, old, "status") == [
        'status.loadBalancer.ingress[0].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'
    ]
