"""Making and deleting a Job's pods. After manageJob, job_controller.go, and indexed_job_utils.go.

In one sync pods are either deleted or made, and no more than 500. A Job that waits for its back-off makes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from playground.kube.apiserver import ApiServer
from playground.kube.client.podcontrol import PodControl, from_template, is_namespace_ending
from playground.kube.client.pods import is_ready
from playground.kube.controllers.job import backoff, indexes
from playground.kube.controllers.job.pods import (
    FAILURES,
    FINALIZER,
    IGNORED_FAILURES,
    INDEX,
    failures_of,
    ignored_failures_of,
    index_of,
    is_terminating,
    is_tracked,
    removal_order,
)
from playground.kube.controllers.job.policies import judge
from playground.kube.controllers.job.work import Work
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.store import By

Json = Mapping[str, Any]
Maps = list[Map]
T = TypeVar("T")

MOST: Final = 500  # pods made or deleted in one sync
FIRST_BATCH: Final = 1  # pods made at first; each batch that succeeds is followed by one twice as large
INDEX_VARIABLE: Final = "JOB_COMPLETION_INDEX"
_BASE_LENGTH: Final = 58  # of a generated name without its suffix


@dataclass(frozen=True, slots=True)
class Outcome:
    """What managing left to do: an error that brings the Job back, or seconds to wait before pods may be made."""

    error: ApiError | None = None
    wait: float = 0.0


DONE: Final = Outcome()


def manage(api: ApiServer, work: Work) -> Outcome:
    """Bring the number of active pods to what is wanted now. The work's counts follow."""
    if work.spec.suspended:
        return _delete(api, work, _superfluous(work, len(work.running)))
    wanted = _wanted(work)
    superfluous = _superfluous(work, max(0, len(work.running) - wanted))[:MOST]
    if superfluous:
        return _delete(api, work, superfluous)
    leaving = work.terminating if work.spec.replaces_only_failed else 0
    missing = wanted - leaving - len(work.running)
    return _make(api, work, min(missing, MOST)) if missing > 0 else DONE


def delete_active(api: ApiServer, work: Work) -> Outcome:
    """Delete all active pods of a Job that is over. They keep their finalizers: they are to be counted."""
    return _each_deleted(work, work.running, lambda pod: PodControl(api).delete(pod, work.job, work.by))


def at_once(things: list[T]) -> list[T]:
    """Return things in the order in which they are done when all are started at once: the last one started is first.

    So Go's scheduler does it on one core, and so the recordings have it.
    """
    return things[-1:] + things[:-1]


def untrack(api: ApiServer, pod: Object, by: By) -> None:
    """Take the tracking finalizer off a pod. One that is gone is fine. Raises ApiError."""
    if not is_tracked(pod):
        return
    patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": [FINALIZER]}}
    try:
        api.patch("pods", meta.name(pod), meta.namespace(pod), patch, type="strategic", by=by)
    except ApiError as error:
        if error.code != 404:
            raise


def _wanted(work: Work) -> int:
    """Return how many pods should be active."""
    if work.spec.completions is None:  # after the first success no more pods are made
        return len(work.running) if work.succeeded else work.spec.parallelism
    return max(0, min(work.spec.completions - work.succeeded, work.spec.parallelism))


def _superfluous(work: Work, count: int) -> Maps:
    """Return at least *count* active pods to delete; all whose index is missing, too high or there twice among them."""
    gone: Maps = []
    left = work.running
    if work.spec.indexed:
        by_index: dict[int | None, Maps] = {}
        for pod in work.running:
            index = index_of(pod)
            by_index.setdefault(None if index is None or index >= work.spec.size else index, []).append(pod)
        gone = by_index.pop(None, [])
        ordered = [sorted(pods, key=removal_order) for _, pods in sorted(by_index.items(), key=_first)]
        gone += [pod for pods in ordered for pod in pods[:-1]]
        left = [pods[-1] for pods in ordered]
    return gone + sorted(left, key=removal_order)[: max(0, count - len(gone))]


def _first(item: tuple[int | None, Maps]) -> int:
    return item[0] or 0


def _delete(api: ApiServer, work: Work, pods: Maps) -> Outcome:
    """Delete pods that are not to be counted: the finalizer goes first."""

    def delete(pod: Map) -> None:
        untrack(api, pod, work.by)
        PodControl(api).delete(pod, work.job, work.by)

    return _each_deleted(work, pods, delete)


def _each_deleted(work: Work, pods: Iterable[Map], delete: Callable[[Map], None]) -> Outcome:
    failure: ApiError | None = None
    for pod in at_once(list(pods)):
        try:
            delete(pod)
        except ApiError as error:
            failure = failure or error
            continue
        work.active -= 1
        work.terminating += 1
        work.ready -= is_ready(pod)
    return Outcome(failure)


def _make(api: ApiServer, work: Work, count: int) -> Outcome:
    """Make pods, in batches that double while all goes well."""
    places = _places(work, count)
    if work.spec.backoff_limit_per_index is None:
        wait = work.row.remaining(work.now)
    else:
        places, wait = _independent(work, places)
    if wait > 0:
        work.active = 0  # the real one says so, too, whatever still runs
        return Outcome(wait=wait)
    failure: ApiError | None = None
    batch = FIRST_BATCH
    while places and failure is None:
        for place in at_once(places[:batch]):
            failure = _made(api, work, place) or failure
        places, batch = places[batch:], batch * 2
    return Outcome(failure)


def _made(api: ApiServer, work: Work, index: int | None) -> ApiError | None:
    """Make one pod; return the refusal. In a namespace that is going a refusal is no surprise."""
    try:
        PodControl(api).create(_pod(work, index), work.job, work.by)
    except ApiError as error:
        if not is_namespace_ending(error):
            return error
    work.active += 1
    return None


def _places(work: Work, count: int) -> list[int | None]:
    """Return the indexes that get a pod; None for each pod of a Job without indexes."""
    if not work.spec.indexed:
        return [None] * count
    pods = [*work.running]
    if work.spec.replaces_only_failed:
        pods += filter(is_terminating, work.pods)
    taken = indexes.of({index for pod in pods if (index := index_of(pod)) is not None})
    taken = indexes.merged(indexes.merged(taken, work.done), work.broken or indexes.NONE)
    return [*indexes.pending(taken, count, work.spec.size)]


def _independent(work: Work, places: list[int | None]) -> tuple[list[int | None], float]:
    """Return the indexes whose own back-off is over; without any, the seconds until the first one's is."""
    waits = {place: backoff.of_index(work.waiting.get(place or 0)).remaining(work.now) for place in places}
    now = [place for place in places if waits[place] == 0]
    return now, 0.0 if now else min(waits.values(), default=0.0)


def _pod(work: Work, index: int | None) -> dict[str, Any]:
    """Return the pod of an index, or one of a Job without indexes."""
    template = work.job["spec"]["template"]
    given = template.get("metadata") or {}
    finalizers = list(given.get("finalizers") or ())
    metadata: dict[str, Any] = {"finalizers": finalizers if FINALIZER in finalizers else [*finalizers, FINALIZER]}
    if index is not None:
        name = meta.name(work.job)
        metadata["annotations"] = {**(given.get("annotations") or {}), INDEX: str(index), **_counts(work, index)}
        metadata["labels"] = {**(given.get("labels") or {}), INDEX: str(index)}
        metadata["generateName"] = _prefix(name, index)
        template = {**template, "spec": _indexed_spec(template["spec"], f"{name}-{index}")}
    return from_template(template, work.job, **metadata)


def _counts(work: Work, index: int) -> dict[str, str]:
    """Return the annotations with the failures of an index so far."""
    if work.spec.backoff_limit_per_index is None:
        return {}
    before = work.waiting.get(index)
    if before is None:
        return {FAILURES: "0"}
    counts = judge(work.spec.failure_rules, before).counts
    failures, ignored = failures_of(before) + counts, ignored_failures_of(before) + (not counts)
    return {FAILURES: str(failures)} | ({IGNORED_FAILURES: str(ignored)} if ignored else {})


def _prefix(name: str, index: int) -> str:
    """Return what the name of an index' pod begins with; the Job's name is cut where it would be too long."""
    end = f"-{index}-"
    return name[: _BASE_LENGTH - len(end)] + end


def _indexed_spec(spec: Json, hostname: str) -> dict[str, Any]:
    """Return a pod's spec with its hostname, and its index in the environment of each container."""
    changed = {**spec, "hostname": hostname}
    for kind in ("initContainers", "containers"):
        if spec.get(kind):
            changed[kind] = [_with_index(container) for container in spec[kind]]
    return changed


def _with_index(container: Json) -> Json:
    variables = container.get("env") or ()
    if any(item["name"] == INDEX_VARIABLE for item in variables):
        return container
    source = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
    return {**container, "env": [*variables, {"name": INDEX_VARIABLE, "valueFrom": source}]}
