"""Scaling, and what happens to a Deployment that is paused: sizes follow the Deployment's, in proportion.

A rollout that is under way is neither hastened nor stopped by that. After sync, scale and checkPausedConditions in
pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from playground.kube.controllers.deployment import conditions, revisions, sizes
from playground.kube.controllers.deployment.cleanup import clean_up
from playground.kube.controllers.deployment.new_set import split
from playground.kube.controllers.deployment.status import sync_status
from playground.kube.controllers.deployment.work import Work
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map


def is_scaling(work: Work) -> bool:
    """Tell whether the Deployment's size is another than its ReplicaSets know. Raises ApiError."""
    new, old = split(work)
    wanted = sizes.replicas(work.deployment)
    known = (sizes.noted(each, sizes.DESIRED) for each in sizes.active([*old, new]))
    return any(size is not None and size != wanted for size in known)


def rescale(work: Work) -> None:
    """Scale the ReplicaSets without a step of the rollout. Raises ApiError."""
    new, old = split(work)
    _scale(work, new, old)
    if work.deployment["spec"].get("paused"):
        clean_up(work, old)
    sync_status(work, [*old, new], new)


def note_pause(work: Work) -> None:
    """Say that the Deployment is paused or goes on: standing still is not being stuck. Raises ApiError."""
    if not conditions.has_deadline(work.deployment):
        return
    known = conditions.find(work.status, conditions.PROGRESSING)
    reason = known.get("reason") if known is not None else None
    paused = bool(work.deployment["spec"].get("paused"))
    if reason == conditions.TIMED_OUT or paused == (reason == conditions.PAUSED):
        return
    told = (conditions.PAUSED, "Deployment is paused") if paused else (conditions.RESUMED, "Deployment is resumed")
    unknown = conditions.condition(conditions.PROGRESSING, "Unknown", *told, work.clock.stamp())
    conditions.put(work.status, unknown)
    work.write_status()


def _scale(work: Work, new: Map | None, old: list[Map]) -> None:
    wanted = sizes.replicas(work.deployment)
    only = _only_one(new, old)
    if only is not None:
        work.scale(only, wanted)
    elif new is not None and _is_saturated(work.deployment, new):
        for each in sizes.active(reversed(old)):
            work.scale(each, 0)
    elif sizes.strategy(work.deployment) == sizes.ROLLING:
        for each, size in _shares(work.deployment, sizes.active([*old, new])):
            work.scale(each, size, force=True)


def _only_one(new: Map | None, old: list[Map]) -> Map | None:
    """Return the only ReplicaSet that wants pods; where none does, the newest. None where several do."""
    active = sizes.active([*old, new])
    if len(active) > 1:
        return None
    if active:
        return active[0]
    return new if new is not None else (old[-1] if old else None)


def _is_saturated(deployment: Map, replica_set: Map) -> bool:
    wanted = sizes.replicas(deployment)
    known = sizes.noted(replica_set, sizes.DESIRED)
    return sizes.replicas(replica_set) == wanted == known == sizes.available(replica_set)


def _shares(deployment: Map, active: list[Map]) -> list[tuple[Map, int]]:
    """Return each ReplicaSet's new size: its share of what all may have, the rest for the largest."""
    wanted = sizes.replicas(deployment)
    allowed = wanted + sizes.max_surge(deployment) if wanted > 0 else 0
    to_add = allowed - sizes.total(active)
    if to_add == 0 or not active:
        return [(each, sizes.replicas(each)) for each in active]
    # The largest first; of equal ones the newest grows first and the oldest shrinks first.
    ordered = sorted(sorted(active, key=revisions.age, reverse=to_add > 0), key=sizes.replicas, reverse=True)
    found: dict[str, int] = {}
    added = 0
    for each in ordered:
        part = sizes.share(deployment, each, to_add, added)
        found[meta.name(each)] = sizes.replicas(each) + part
        added += part
    largest = meta.name(ordered[0])
    found[largest] = max(found[largest] + to_add - added, 0)
    return [(each, found[meta.name(each)]) for each in ordered]
