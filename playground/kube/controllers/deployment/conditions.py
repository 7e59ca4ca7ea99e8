"""Conditions of a Deployment: made, set, taken away. One that changes goes to the end of the list.

Source: pkg/controller/deployment/util/deployment_util.go (SetDeploymentCondition).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.controllers.deployment.sizes import MAX_INT32
from playground.kube.objects.frozen import EMPTY_LIST, Object

Json = dict[str, Any]
Condition = Mapping[str, Any]

AVAILABLE: Final = "Available"
PROGRESSING: Final = "Progressing"
REPLICA_FAILURE: Final = "ReplicaFailure"

# Reasons of Progressing.
UPDATED: Final = "ReplicaSetUpdated"
CREATE_ERROR: Final = "ReplicaSetCreateError"
CREATED: Final = "NewReplicaSetCreated"
FOUND: Final = "FoundNewReplicaSet"
COMPLETE: Final = "NewReplicaSetAvailable"
TIMED_OUT: Final = "ProgressDeadlineExceeded"
PAUSED: Final = "DeploymentPaused"
RESUMED: Final = "DeploymentResumed"


def condition(kind: str, status: str, reason: str, message: str, stamp: str) -> Json:
    """Return a new condition."""
    return {
        "type": kind,
        "status": status,
        "lastUpdateTime": stamp,
        "lastTransitionTime": stamp,
        "reason": reason,
        "message": message,
    }


def find(status: Condition, kind: str) -> Condition | None:
    """Return the condition of a type."""
    for item in status.get("conditions") or EMPTY_LIST:
        if item["type"] == kind:
            found: Condition = item
            return found
    return None


def put(status: Json, new: Condition) -> None:
    """Set a condition; one with the same status and reason is left as it is, message and times included."""
    known = find(status, new["type"])
    if known is not None and known["status"] == new["status"]:
        if known.get("reason") == new["reason"]:
            return
        new = {**new, "lastTransitionTime": known.get("lastTransitionTime", new["lastTransitionTime"])}
    drop(status, new["type"])
    status["conditions"] = [*(status.get("conditions") or ()), new]


def drop(status: Json, kind: str) -> None:
    """Take a condition away."""
    if status.get("conditions"):
        status["conditions"] = [item for item in status["conditions"] if item["type"] != kind]
        if not status["conditions"]:
            del status["conditions"]


def has_deadline(deployment: Object) -> bool:
    """Tell whether a rollout has to make progress within some time."""
    return deployment["spec"].get("progressDeadlineSeconds") not in {None, MAX_INT32}
