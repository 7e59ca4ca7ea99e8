"""A budget's numbers."""

from __future__ import annotations

from typing import Any

from playground.kube.clock import START, stamp_of
from playground.kube.controllers.disruption.expected import Expected
from playground.kube.controllers.disruption.status import disrupted, failed, healthy, is_same, status_of

READY = {"type": "Ready", "status": "True"}


def pod(name: str, *, is_ready: bool = True, is_deleting: bool = False) -> Any:
    """A pod."""
    stamp = {"deletionTimestamp": stamp_of(START)} if is_deleting else {}
    return {"metadata": {"name": name, **stamp}, "status": {"conditions": [READY] if is_ready else []}}


def budget(**status: Any) -> dict[str, Any]:
    """A budget of generation 3."""
    return {"metadata": {"name": "pdb", "generation": 3}, "spec": {}, "status": status}


def test_pods_that_were_evicted_are_awaited_for_two_minutes() -> None:
    noted = budget(disruptedPods={name: stamp_of(START) for name in ("a", "b", "gone")})
    pods = [pod("a"), pod("b", is_deleting=True), pod("c")]
    found = disrupted(noted, pods, START + 119)
    assert (found.pods, found.late, found.recheck) == ({"a": stamp_of(START)}, (), START + 120)
    late = disrupted(noted, pods, START + 120.005)
    assert (late.pods, late.late, late.recheck) == ({}, (pods[0],), None)


def test_pods_that_are_ready_and_stay_are_healthy() -> None:
    pods = [pod("a"), pod("b"), pod("c", is_deleting=True), pod("d", is_ready=False)]
    assert healthy(pods, {"a": stamp_of(START)}, START + 5) == 1
    assert healthy(pods, {"a": stamp_of(START)}, START + 120) == 2


def test_what_is_healthy_beyond_the_wanted_may_go() -> None:
    status = status_of(budget(), Expected(4, 2), 3, {}, START)
    assert (status["disruptionsAllowed"], status["conditions"][0]["reason"]) == (1, "SufficientPods")
    assert status_of(budget(), Expected(4, 2), 1, {}, START)["disruptionsAllowed"] == 0
    assert status_of(budget(), Expected(0, 0), 3, {}, START)["disruptionsAllowed"] == 0


def test_what_says_the_same_is_not_written_again() -> None:
    status = status_of(budget(), Expected(4, 2), 3, {}, START)
    assert is_same(budget(**status), status_of(budget(**status), Expected(4, 2), 3, {}, START + 60))
    assert not is_same(budget(**status), status_of(budget(**status), Expected(4, 2), 2, {}, START + 60))
    assert not is_same(budget(), status)


def test_a_budget_that_cannot_be_worked_out_allows_nothing() -> None:
    status = failed(budget(**status_of(budget(), Expected(4, 2), 3, {}, START)), "because", START + 9)
    assert (status["disruptionsAllowed"], status["currentHealthy"]) == (0, 3)
    (condition,) = status["conditions"]
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "SyncFailed", "because")
    assert condition["lastTransitionTime"] == stamp_of(START + 9)
