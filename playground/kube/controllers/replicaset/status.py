"""The status of a ReplicaSet, from what was counted. Source: pkg/controller/replicaset/replica_set_utils.go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.controllers.replicaset.facts import Counts
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.objects.meta import metadata

Json = dict[str, Any]

REPLICA_FAILURE: Final = "ReplicaFailure"


def status_of(owner: Object, counts: Counts, refusal: str | None, stamp: str, *, terminating: bool) -> Json | None:
    """Return the status as it should be, or None where it is so already.

    *refusal*: why pods could not be made or deleted. *terminating*: whether the kind counts terminating pods.
    """
    before: Mapping[str, Any] = owner.get("status") or EMPTY
    numbers = {
        "fullyLabeledReplicas": counts.labelled,
        "readyReplicas": counts.ready,
        "availableReplicas": counts.available,
    }
    status: Json = {"replicas": counts.replicas, **{field: number for field, number in numbers.items() if number}}
    if terminating:
        status["terminatingReplicas"] = counts.terminating
    conditions = _conditions(owner, counts, refusal, stamp)
    if conditions:
        status["conditions"] = conditions
    status["observedGeneration"] = metadata(owner).get("generation") or 0
    return None if status == before else status


def _conditions(owner: Object, counts: Counts, refusal: str | None, stamp: str) -> list[Map]:
    """Return the conditions: a failure is told once and taken back when all went well."""
    known = list((owner.get("status") or EMPTY).get("conditions") or ())
    told = any(item["type"] == REPLICA_FAILURE for item in known)
    if refusal is None:
        return [item for item in known if item["type"] != REPLICA_FAILURE] if told else known
    if told:
        return known
    difference = counts.replicas - owner["spec"]["replicas"]
    reason = {"reason": "FailedCreate" if difference < 0 else "FailedDelete"} if difference else {}
    condition = {"type": REPLICA_FAILURE, "status": "True", "lastTransitionTime": stamp, **reason, "message": refusal}
    return [*known, Map(condition)]
