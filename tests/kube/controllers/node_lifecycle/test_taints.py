"""Which taints a node's conditions call for."""

from typing import Any

import pytest

from playground.kube.controllers.node_lifecycle import taints


def node(conditions: dict[str, str], *, cordoned: bool = False, there: tuple[str, ...] = ()) -> dict[str, Any]:
    listed = [{"type": kind, "status": status} for kind, status in conditions.items()]
    has = [{"key": key, "effect": "NoSchedule"} for key in there]
    return {"spec": {"unschedulable": cordoned, "taints": has}, "status": {"conditions": listed}}


@pytest.mark.parametrize(
    ("conditions", "key"),
    [
        ({"Ready": "False"}, "node.kubernetes.io/not-ready"),
        ({"Ready": "Unknown"}, "node.kubernetes.io/unreachable"),
        ({"MemoryPressure": "True"}, "node.kubernetes.io/memory-pressure"),
        ({"DiskPressure": "True"}, "node.kubernetes.io/disk-pressure"),
        ({"PIDPressure": "True"}, "node.kubernetes.io/pid-pressure"),
        ({"NetworkUnavailable": "True"}, "node.kubernetes.io/network-unavailable"),
    ],
)
def test_a_condition_calls_for_its_taint(conditions: dict[str, str], key: str) -> None:
    assert taints.scheduling(node(conditions)) == ([(key, "NoSchedule")], [])
    assert taints.scheduling(node(conditions, there=(key,))) == ([], [])


def test_a_cordoned_node_is_tainted() -> None:
    assert taints.scheduling(node({"Ready": "True"}, cordoned=True))[0] == [(taints.UNSCHEDULABLE, "NoSchedule")]


def test_what_is_over_is_taken_away_and_other_peoples_taints_stay() -> None:
    there = (taints.NOT_READY, "example.com/mine")
    assert taints.scheduling(node({"Ready": "True"}, there=there)) == ([], [(taints.NOT_READY, "NoSchedule")])


def test_unknown_pressure_calls_for_nothing() -> None:
    assert taints.scheduling(node({"MemoryPressure": "Unknown"})) == ([], [])


def test_a_new_taint_stands_at_the_end_with_its_time() -> None:
    old = [{"key": "a", "effect": "NoSchedule"}]
    listed = taints.added(old, [("b", "NoExecute")], "now")
    assert listed == [*old, {"key": "b", "effect": "NoExecute", "timeAdded": "now"}]
    assert taints.without(listed, [("a", "NoSchedule")]) == listed[1:]
