"""pods/eviction: a deletion that asks the disruption budgets first. Their status is kept by the disruption controller.

Source: pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import deletion
from playground.kube.apiserver.conditions import set_pod_condition
from playground.kube.apiserver.core import Core, existing
from playground.kube.apiserver.options import Answer, DeleteOptions, Preconditions
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map, Object, freeze, put
from playground.kube.selectors import LabelSelector
from playground.kube.store import By

_BUDGETS = "poddisruptionbudgets.policy"
_MANY = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."
_MOST_DISRUPTED = 2000
_TARGETED: Map = freeze(
    {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
)
SUCCESS: Map = freeze({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})


def evict(core: Core, namespace: str, name: str, by: By, options: DeleteOptions) -> Answer:
    """Delete a pod if its budget allows; raises ApiError: NotFound, TooManyRequests, 500 for a pod with two budgets."""
    pods = kinds.by_qualified("pods")
    pod = existing(core, pods, name, namespace)
    deletion.check_preconditions(pods, pod, options.preconditions)
    if not _needs_no_budget(pod):
        budgets = [item for item in core.store.list(_BUDGETS, namespace) if _covers(item, pod)]
        if len(budgets) > 1:
            raise errors.plain(_MANY)
        if budgets and not (_is_unhealthy_and_free(pod, budgets[0])):
            _take(core, budgets[0], name, by, dry_run=options.dry_run)
    if not options.dry_run:
        set_pod_condition(core, namespace, name, _TARGETED, by)
    deletion.delete(core, pods, name, namespace, by, replace(options, preconditions=Preconditions()))
    return Answer(SUCCESS, 201)


def _needs_no_budget(pod: Object) -> bool:
    """A pod that ended, has not begun or is going already disturbs nobody (canIgnorePDB)."""
    phase = (pod.get("status") or {}).get("phase")
    return phase in {"Succeeded", "Failed", "Pending"} or meta.deleting(pod)


def _covers(budget: Object, pod: Object) -> bool:
    return LabelSelector.of(budget["spec"].get("selector")).matches(meta.labels(pod))


def _is_unhealthy_and_free(pod: Object, budget: Object) -> bool:
    """Tell whether a pod that is not ready may go by the budget's unhealthyPodEvictionPolicy."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    if any(item["type"] == "Ready" and item["status"] == "True" for item in conditions):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    desired = status.get("desiredHealthy", 0)
    return bool(desired > 0 and status.get("currentHealthy", 0) >= desired)


def _take(core: Core, budget: Map, pod_name: str, by: By, *, dry_run: bool) -> None:
    """Use up one allowed disruption and note the pod, or refuse (checkAndDecrement)."""
    status: dict[str, Any] = dict(budget.get("status") or {})
    allowed = status.get("disruptionsAllowed", 0)
    name = meta.name(budget)
    if status.get("observedGeneration", 0) < (budget["metadata"].get("generation") or 0):
        raise _wait(f"The disruption budget {name} is still being processed by the server.", retry=10)
    if allowed < 0:
        raise errors.forbidden(_BUDGETS, name, "pdb disruptions allowed is negative")
    disrupted = dict(status.get("disruptedPods") or {})
    if len(disrupted) > _MOST_DISRUPTED:
        raise errors.forbidden(
            _BUDGETS, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        )
    if allowed == 0:
        raise _wait(_why(budget, status))
    disrupted[pod_name] = core.clock.stamp()
    if not dry_run:
        status |= {"disruptionsAllowed": allowed - 1, "disruptedPods": disrupted}
        if allowed == 1:
            status["conditions"] = _insufficient(core, budget, status)
        core.store.update(_BUDGETS, meta.key(budget), put(budget, ("status",), status), by)


def _why(budget: Object, status: Object) -> str:
    """Return the sentence about a budget that is used up."""
    told = f"The disruption budget {meta.name(budget)}"
    allowed = _allowed_condition(status)
    if allowed is not None and allowed["status"] == "False" and allowed.get("reason") == "SyncFailed":
        return f"{told} does not allow evicting pods currently because it failed sync: {allowed.get('message', '')}"
    needed, current = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
    if current <= needed:
        return f"{told} needs {needed} healthy pods and has {current} currently"
    return f"{told} does not allow evicting pods currently"


def _allowed_condition(status: Object) -> Object | None:
    return next((item for item in status.get("conditions") or () if item["type"] == "DisruptionAllowed"), None)


def _insufficient(core: Core, budget: Object, status: Object) -> list[Object]:
    """Return the conditions of a budget whose last disruption is being used
    (pdbhelper.UpdateDisruptionAllowedCondition).
    """
    used = {
        "type": "DisruptionAllowed",
        "status": "False",
        "observedGeneration": budget["metadata"].get("generation", 0),
        "lastTransitionTime": core.clock.stamp(),
        "reason": "InsufficientPods",
        "message": "",
    }
    conditions = status.get("conditions") or ()
    if _allowed_condition(status) is None:
        return [*conditions, used]
    return [used if item["type"] == "DisruptionAllowed" else item for item in conditions]


def _wait(message: str, retry: int = 0) -> ApiError:
    cause = {"reason": "DisruptionBudget", "message": message}
    return errors.too_many_requests(_VIOLATES, retry_after=retry, causes=[cause])
