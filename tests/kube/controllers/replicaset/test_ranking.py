"""Each rule of which pod goes first, and that it beats the rules after it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.clock import stamp_of
from playground.kube.controllers.replicaset.ranking import cost_of, first_to_go
from playground.kube.objects.frozen import Map, freeze

NOW = 1767225600.0 + 100_000


def pod(name: str, *, node: str = "n1", phase: str = "Running", ready: float | None = 1000, **more: Any) -> Map:
    """A pod that has been ready for so many seconds, 2,000 s old. *more*: uid, cost, restarts, age, sidecar."""
    metadata = {"name": name, "uid": more.get("uid", name), "creationTimestamp": stamp_of(NOW - more.get("age", 2000))}
    if "cost" in more:
        metadata["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": more["cost"]}
    status: dict[str, Any] = {
        "phase": phase,
        "containerStatuses": [{"name": "c", "restartCount": more.get("restarts", 0)}],
    }
    if ready is not None:
        status["conditions"] = [{"type": "Ready", "status": "True", "lastTransitionTime": stamp_of(NOW - ready)}]
    spec: dict[str, Any] = {"nodeName": node} if node else {}
    if "sidecar" in more:
        spec["initContainers"] = [{"name": "s", "restartPolicy": "Always"}, {"name": "i"}]
        status["initContainerStatuses"] = [
            {"name": "s", "restartCount": more["sidecar"]},
            {"name": "i", "restartCount": 99},
        ]
    made: Map = freeze({"metadata": metadata, "spec": spec, "status": status})
    return made


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (pod("b", node="", phase="Pending", ready=None), pod("a", phase="Pending", ready=None), "no node"),
        (pod("b", phase="Pending", ready=None), pod("a", phase="Unknown", ready=None), "pending"),
        (pod("b", phase="Unknown", ready=None), pod("a", ready=None), "unknown"),
        (pod("b", ready=None), pod("a"), "not ready"),
        (pod("b", cost="-5"), pod("a"), "lower cost"),
        (pod("b", ready=None), pod("a", cost="-5"), "not ready beats cost"),
        (pod("b", ready=100), pod("a", ready=1000), "ready for a shorter time"),
        (pod("b", restarts=3), pod("a"), "more restarts"),
        (pod("b", sidecar=2), pod("a", sidecar=1), "more restarts of a sidecar"),
        (pod("b", age=500), pod("a"), "younger"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_to_go(first: Map, second: Map, rule: str) -> None:
    del rule
    assert first_to_go([second, first], (), NOW) == [first, second]
    assert first_to_go([first, second], (), NOW) == [first, second]


def test_pods_that_nothing_tells_apart_stay_in_order() -> None:
    one, other = pod("b", uid="2"), pod("a", uid="1")
    assert first_to_go([one, other], (), NOW) == [one, other]
    assert first_to_go([other, one], (), NOW) == [other, one]


def test_times_within_the_same_power_of_two_do_not_count() -> None:
    young, old = pod("young", ready=600, uid="2"), pod("old", ready=1000, uid="1")
    assert first_to_go([young, old], (), NOW) == [old, young]


def test_pods_that_share_a_node_with_relatives_go_before_younger_ones() -> None:
    lone = pod("lone", node="n2", ready=10)
    crowd = [pod("a", ready=1000), pod("b", ready=1000, uid="0")]
    stranger = pod("stranger", node="n2")
    ended = pod("ended", node="n2", phase="Failed")
    assert first_to_go([lone, *crowd], (), NOW)[0] == lone
    assert first_to_go([lone, *crowd], [lone, *crowd], NOW)[-1] == lone
    assert first_to_go([lone, *crowd], [lone, *crowd, stranger, stranger], NOW)[0] == lone
    assert first_to_go([lone, *crowd], [lone, *crowd, ended, ended], NOW)[-1] == lone


def test_what_is_no_number_costs_nothing() -> None:
    assert [cost_of(pod("a", cost=text)) for text in ("7", "-7", "", "much")] == [7, -7, 0, 0]
