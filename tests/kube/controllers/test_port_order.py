"""Ports stand in the order that a real cluster gave them (recorded: endpoints/multi_port_protocols_nodeport)."""

from playground.kube.controllers.port_order import in_endpoints, in_slices

A = {"name": "a", "port": 80, "protocol": "TCP"}
B = {"name": "b", "port": 53, "protocol": "UDP"}


def test_endpoints_have_b_before_a() -> None:
    assert in_endpoints([A, B]) == [B, A]


def test_slices_have_a_before_b() -> None:
    assert in_slices([B, A]) == [A, B]
