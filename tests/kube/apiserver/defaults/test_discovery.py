"""What the API server fills in in EndpointSlices."""

from typing import Any

from playground.kube.apiserver.defaults.discovery import default_endpoint_slice


def test_ports_are_tcp_and_have_a_name() -> None:
    obj: dict[str, Any] = {"ports": [{"port": 80}]}
    default_endpoint_slice(obj)
    assert obj == {"ports": [{"port": 80, "name": "", "protocol": "TCP"}]}


def test_old_topology_is_dropped() -> None:
    obj: dict[str, Any] = {"endpoints": [{"addresses": ["10.0.0.1"], "deprecatedTopology": {"a": "b"}}]}
    default_endpoint_slice(obj)
    assert obj == {"endpoints": [{"addresses": ["10.0.0.1"]}]}
