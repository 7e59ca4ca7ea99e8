"""Rules of a pod's names and network."""

from typing import Any

import pytest

from .support import LABEL, SUBDOMAIN, pod, refusals

D = "spec.dnsConfig"
IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["a_b.c.", "."]}}, []),
        (
            {"dnsPolicy": "Host"},
            [
                (
                    'spec.dnsPolicy: Unsupported value: "Host": '
                    'supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"'
                )
            ],
        ),
        ({"dnsPolicy": "None"}, [f"{D}: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]),
        (
            {"dnsPolicy": "None", "dnsConfig": {}},
            [f"{D}.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"],
        ),
        (
            {"dnsConfig": {"nameservers": ["1.1.1.1"] * 4}},
            [
                (
                    f'{D}.nameservers: Invalid value: ["1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1"]: '
                    f"must not have more than 3 nameservers"
                )
            ],
        ),
        ({"dnsConfig": {"nameservers": ["a"]}}, [f'{D}.nameservers[0]: Invalid value: "a": {IP}']),
        ({"dnsConfig": {"options": [{"value": "a"}]}}, [f"{D}.options[0]: Required value: must not be empty"]),
        (
            {"hostAliases": [{"ip": "x", "hostnames": ["A"]}]},
            [
                f'spec.hostAliases[0].ip: Invalid value: "x": {IP}',
                f'spec.hostAliases[0].hostnames[0]: Invalid value: "A": {SUBDOMAIN}',
            ],
        ),
        ({"subdomain": "a.b"}, ['spec.subdomain: Invalid value: "a.b": must not contain dots']),
        ({"hostname": "A"}, [f'spec.hostname: Invalid value: "A": {LABEL}']),
        ({"hostnameOverride": "a.b"}, []),
        (
            {"hostnameOverride": "a" * 65, "hostNetwork": True, "setHostnameAsFQDN": True},
            [
                "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
                "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true",
                "spec.hostnameOverride: Too long: may not be more than 64 bytes",
            ],
        ),
    ],
)
def test_what_is_wrong_with_names_and_dns(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod(**spec)) == told


def test_search_paths_are_few_and_short() -> None:
    (many,) = refusals(pod(dnsConfig={"searches": ["a"] * 33}))
    assert many.endswith("must not have more than 32 search paths")
    (long,) = refusals(pod(dnsConfig={"searches": ["a" * 240] * 9}))
    assert long.endswith("must not have more than 2048 characters (including spaces) in the search list")


def test_on_the_nodes_network_a_port_is_the_nodes() -> None:
    container = {"name": "c", "image": "a", "ports": [{"containerPort": 80}]}
    assert refusals(pod(hostNetwork=True, containers=[container])) == []
    container["ports"] = [{"containerPort": 80, "hostPort": 81}]
    assert refusals(pod(hostNetwork=True, containers=[container])) == [
        "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"
    ]
