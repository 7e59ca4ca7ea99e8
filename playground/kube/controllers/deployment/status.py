"""The status of a Deployment: numbers, what is available, whether the rollout makes progress.

After pkg/controller/deployment/progress.go and calculateStatus in sync.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.clock import seconds_of
from playground.kube.controllers.deployment import conditions, sizes
from playground.kube.controllers.deployment.work import Json, Work
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object

Sets = list[Map | None]
Status = Mapping[str, Any]

_MOMENT: Final = 0.005  # seconds: the back-off by which a check that is due comes


def calculated(work: Work, everybody: Sets, new: Map | None) -> Json:
    """Return the status that follows from the ReplicaSets', conditions of before included."""
    deployment, before = work.deployment, work.status
    up = sizes.counted(everybody, "availableReplicas")
    numbers = {
        "observedGeneration": meta.metadata(deployment).get("generation") or 0,
        "replicas": sizes.counted(everybody, "replicas"),
        "updatedReplicas": sizes.counted((new,), "replicas"),
        "readyReplicas": sizes.counted(everybody, "readyReplicas"),
        "availableReplicas": up,
        "unavailableReplicas": max(sizes.total(everybody) - up, 0),
    }
    status: Json = {field: number for field, number in numbers.items() if number}
    terminating = _terminating(everybody)
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    for field in ("collisionCount", "conditions"):
        if before.get(field) is not None:
            status[field] = before[field]
    enough = up >= sizes.replicas(deployment) - sizes.max_unavailable(deployment)
    found = _ENOUGH if enough else _TOO_FEW
    conditions.put(status, conditions.condition(conditions.AVAILABLE, *found, work.clock.stamp()))
    return status


_ENOUGH: Final = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
_TOO_FEW: Final = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")


def _terminating(everybody: Sets) -> int | None:
    """Return how many pods are on their way out; None where a ReplicaSet does not say."""
    count = 0
    for each in everybody:
        status = (each.get("status") or EMPTY) if each is not None else EMPTY
        found = status.get("terminatingReplicas")
        if found is None and status.get("observedGeneration"):
            return None
        count += found or 0
    return count


def is_complete(deployment: Object, status: Status) -> bool:
    """Tell whether all pods are of the new template, available, and no others are left."""
    wanted = sizes.replicas(deployment)
    counts = (status.get(field) or 0 for field in ("updatedReplicas", "replicas", "availableReplicas"))
    observed = status.get("observedGeneration") or 0
    return all(count == wanted for count in counts) and observed >= (meta.metadata(deployment).get("generation") or 0)


def sync_status(work: Work, everybody: Sets, new: Map | None) -> None:
    """Write the status if it changed, without judging progress. Raises ApiError."""
    status = calculated(work, everybody, new)
    if status != work.status:
        work.status = status
        work.write_status()


def sync_rollout_status(work: Work, everybody: Sets, new: Map | None) -> None:
    """Write the status with what is to be said of progress; where nothing changed wait for the deadline.

    Raises ApiError.
    """
    status = calculated(work, everybody, new)
    deadline = conditions.has_deadline(work.deployment)
    if not deadline:
        conditions.drop(status, conditions.PROGRESSING)
    known = conditions.find(work.status, conditions.PROGRESSING)
    finished = known is not None and known.get("reason") == conditions.COMPLETE
    if deadline and not (finished and (status.get("replicas") or 0) == (status.get("updatedReplicas") or 0)):
        _judge(work, status, new)
    failure = _failure(everybody, new)
    if failure is not None:
        conditions.put(status, failure)
    else:
        conditions.drop(status, conditions.REPLICA_FAILURE)
    if status == work.status:
        _wait_for_deadline(work, status)
        return
    work.status = status
    work.write_status()


def _judge(work: Work, status: Json, new: Map | None) -> None:
    """Set the condition Progressing: done, going on, or too late; left as it is where nothing moves yet."""
    who = f'ReplicaSet "{meta.name(new)}"' if new is not None else f'Deployment "{work.name}"'
    stamp = work.clock.stamp()

    def of(state: str, reason: str, words: str) -> Json:
        return conditions.condition(conditions.PROGRESSING, state, reason, f"{who} {words}", stamp)

    known = conditions.find(work.status, conditions.PROGRESSING)
    if is_complete(work.deployment, status):
        conditions.put(status, of("True", conditions.COMPLETE, "has successfully progressed."))
    elif _moved(work.status, status):
        going = of("True", conditions.UPDATED, "is progressing.")
        if known is not None and known["status"] == "True":
            going["lastTransitionTime"] = known["lastTransitionTime"]
        # Taken away first, since its time of update has to move even where nothing else of it does.
        conditions.drop(status, conditions.PROGRESSING)
        conditions.put(status, going)
    elif _timed_out(work, status):
        conditions.put(status, of("False", conditions.TIMED_OUT, "has timed out progressing."))


def _moved(before: Status, after: Status) -> bool:
    """Tell whether there are more updated pods, fewer old ones, or more that are ready or available."""

    def more(field: str) -> bool:
        return (after.get(field) or 0) > (before.get(field) or 0)

    def old(status: Status) -> int:
        return (status.get("replicas") or 0) - (status.get("updatedReplicas") or 0)

    return more("updatedReplicas") or old(after) < old(before) or more("readyReplicas") or more("availableReplicas")


def _timed_out(work: Work, status: Json) -> bool:
    known = conditions.find(status, conditions.PROGRESSING)
    if known is None or known.get("reason") == conditions.COMPLETE:
        return False
    return known.get("reason") == conditions.TIMED_OUT or _deadline(work, known) < work.clock.now


def _deadline(work: Work, known: conditions.Condition) -> float:
    seconds: int = work.deployment["spec"]["progressDeadlineSeconds"]
    return seconds_of(known["lastUpdateTime"]) + seconds


def _failure(everybody: Sets, new: Map | None) -> Json | None:
    """Return why a ReplicaSet, the new one first, cannot make or delete pods."""
    for each in (new, *everybody):
        status = (each.get("status") or EMPTY) if each is not None else EMPTY
        found = conditions.find(status, conditions.REPLICA_FAILURE)
        if found is not None:
            moved = found.get("lastTransitionTime")
            told = {key: found[key] for key in ("reason", "message") if key in found}
            times = {"lastUpdateTime": moved, "lastTransitionTime": moved}
            return {"type": found["type"], "status": found["status"], **times, **told}
    return None


def _wait_for_deadline(work: Work, status: Json) -> None:
    """Come back when the deadline has passed, where progress is still to be made."""
    known = conditions.find(work.status, conditions.PROGRESSING)
    if not conditions.has_deadline(work.deployment) or known is None:
        return
    # A rollout that was complete cannot be too late any more, whatever becomes of its pods (see _timed_out).
    if is_complete(work.deployment, status) or known.get("reason") in {conditions.COMPLETE, conditions.TIMED_OUT}:
        return
    now = work.clock.now
    after = _deadline(work, known) - now
    # The real controller adds a second to be sure; in the last second it looks again and again.
    work.again(now + after + 1 if after >= 1 else now + max(after, 0.0) + _MOMENT)
