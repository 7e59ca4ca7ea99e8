"""pods/eviction, with budgets whose status a controller has written."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, DeleteOptions
from playground.kube.objects.frozen import Map, put
from tests.kube.apiserver.manifests import BY, budget, created, pod, refusal

FAILED = {
    "type": "DisruptionAllowed",
    "status": "False",
    "reason": "SyncFailed",
    "message": "why",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."


def running(api: ApiServer, name: str = "web", *, ready: bool = True) -> Map:
    created(api, pod(name, labels={"app": "web"}))
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
    return api.update(put(api.bind("shop", name, "n1", by=BY), ("status",), status), subresource="status", by=BY).object


def budgeted(api: ApiServer, name: str = "pdb", **status: Any) -> Map:
    made = created(api, budget(name))
    whole = {"observedGeneration": 1, "currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2, **status}
    return api.update(put(made, ("status",), {"disruptionsAllowed": 0} | whole), subresource="status", by=BY).object


def evicted(api: ApiServer, name: str = "web", **options: Any) -> Map:
    return api.evict("shop", name, by=BY, options=DeleteOptions(**options)).object


def test_without_a_budget_the_pod_is_told_and_deleted(api: ApiServer) -> None:
    running(api)
    assert evicted(api)["status"] == "Success"
    left = api.get("pods", "web", "shop").object
    assert "deletionTimestamp" in left["metadata"]
    assert left["status"]["conditions"][-1]["reason"] == "EvictionByEvictionAPI"


def test_a_budget_that_is_used_up_says_what_it_needs(api: ApiServer) -> None:
    running(api)
    budgeted(api)
    error = refusal(lambda: evicted(api))
    assert (error.code, error.message) == (429, VIOLATES)
    assert error.status["details"]["causes"] == [
        {"reason": "DisruptionBudget", "message": "The disruption budget pdb needs 2 healthy pods and has 2 currently"}
    ]


def test_an_allowed_disruption_is_used_up(api: ApiServer) -> None:
    running(api)
    budgeted(api, disruptionsAllowed=1, currentHealthy=3)
    evicted(api)
    status = api.get("poddisruptionbudgets.policy", "pdb", "shop").object["status"]
    assert (status["disruptionsAllowed"], list(status["disruptedPods"])) == (0, ["web"])
    assert [(item["status"], item["reason"]) for item in status["conditions"]] == [("False", "InsufficientPods")]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"observedGeneration": 0}, "is still being processed by the server."),
        ({"currentHealthy": 1, "desiredHealthy": 0}, "does not allow evicting pods currently"),
        (
            {"conditions": [FAILED]},
            "does not allow evicting pods currently because it failed sync: why",
        ),
    ],
)
def test_a_budget_that_cannot_be_computed_says_so(api: ApiServer, status: dict[str, Any], told: str) -> None:
    running(api)
    budgeted(api, **status)
    causes = refusal(lambda: evicted(api)).status["details"]["causes"]
    assert causes[0]["message"] == f"The disruption budget pdb {told}"


def test_two_budgets_on_one_pod_are_too_many(api: ApiServer) -> None:
    running(api)
    budgeted(api, "one")
    budgeted(api, "two")
    error = refusal(lambda: evicted(api))
    assert (error.code, "reason" in error.status) == (500, False)


def test_a_pod_that_has_not_begun_or_is_going_needs_no_budget(api: ApiServer) -> None:
    created(api, pod("new", labels={"app": "web"}))
    running(api)
    budgeted(api, disruptionsAllowed=1, currentHealthy=3)
    assert evicted(api, "new")["status"] == "Success"
    assert evicted(api)["status"] == evicted(api)["status"] == "Success"


def test_an_unready_pod_may_go_while_the_others_are_healthy(api: ApiServer) -> None:
    running(api, ready=False)
    budgeted(api)
    assert evicted(api)["status"] == "Success"


def test_an_unready_pod_stays_when_too_few_are_healthy(api: ApiServer) -> None:
    running(api, ready=False)
    budgeted(api, currentHealthy=1)
    assert refusal(lambda: evicted(api)).code == 429


def test_a_dry_run_uses_nothing_up(api: ApiServer) -> None:
    running(api)
    budgeted(api, disruptionsAllowed=1, currentHealthy=3)
    before = api.revision
    assert evicted(api, dry_run=True)["status"] == "Success"
    assert api.revision == before


def test_a_pod_that_is_not_there_is_not_found(api: ApiServer) -> None:
    assert refusal(lambda: evicted(api, "nosuch")).message == 'pods "nosuch" not found'
