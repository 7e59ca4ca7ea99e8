"""Walks through the changes after a revision and says each in one sentence.

The world is carried along, so a sentence about an object can count what else was there at that very moment. Which words
a kind of object gets is in the modules beside; whatever none of them has words for is told field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from playground.kube.narration import endpoints, events, jobs, nodes, places, plain, pods, scaling, storage, workloads
from playground.kube.narration.world import Past, World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY
from playground.kube.objects.meta import Key
from playground.kube.store import Change
from playground.kube.watch import Watch

Teller = Callable[[Change, World], str]

TELLERS: Final[Mapping[str, Teller]] = {
    "pods": pods.tell,
    "nodes": nodes.tell,
    "leases.coordination.k8s.io": nodes.tell_lease,
    "deployments.apps": workloads.tell_deployment,
    "replicasets.apps": workloads.tell_replicaset,
    "replicationcontrollers": workloads.tell_replicaset,
    "statefulsets.apps": workloads.tell_statefulset,
    "daemonsets.apps": workloads.tell_daemonset,
    "controllerrevisions.apps": workloads.tell_revision,
    "jobs.batch": jobs.tell_job,
    "cronjobs.batch": jobs.tell_cronjob,
    "endpoints": endpoints.tell_endpoints,
    "services": endpoints.tell_service,
    "endpointslices.discovery.k8s.io": endpoints.tell_slice,
    "poddisruptionbudgets.policy": scaling.tell_budget,
    "horizontalpodautoscalers.autoscaling": scaling.tell_autoscaler,
    "persistentvolumeclaims": storage.tell_claim,
    "persistentvolumes": storage.tell_volume,
    "events": events.tell,
    "namespaces": places.tell_namespace,
    "resourcequotas": places.tell_quota,
}


# Kinds of which some changes are details.
_QUIET: Final[Mapping[str, Callable[[Change], bool]]] = {
    "endpointslices.discovery.k8s.io": endpoints.is_quiet,
    "namespaces": places.is_quiet,
    "persistentvolumeclaims": storage.is_quiet,
    "resourcequotas": places.is_quiet,
    "statefulsets.apps": workloads.is_read,
}
# Told in the control plane's own words, or twice.
_ECHOES: Final = frozenset({"events", "endpoints", "leases.coordination.k8s.io", "controllerrevisions.apps"})
# Whose bookkeeping, in their status, follows from what was told already.
_BOOKS: Final = frozenset({"replicasets.apps", "replicationcontrollers", "poddisruptionbudgets.policy"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one change was, in words. *cause*: the revision that its actor reacted to.

    A *detail* follows from other changes: a short story leaves it out.
    """

    revision: int
    time: float
    actor: str
    resource: str
    key: Key
    text: str
    cause: int | None
    command: int | None
    detail: bool = False


class Narrator:
    """Tells the changes after a revision; each call of `poll` goes on where the last one ended."""

    def __init__(self, past: Past, after: int) -> None:
        """Begin after a revision. Raises store.Compacted where the log does not reach back so far."""
        self._world = World(past, after)
        self._watch = Watch(past, after=after)

    def poll(self) -> Iterator[Sentence]:
        """Yield a sentence for each change since, the oldest first."""
        for change in self._watch.poll():
            yield self._sentence(change)
            self._world.move(change)

    def _sentence(self, change: Change) -> Sentence:
        teller = TELLERS.get(change.resource)
        text = teller(change, self._world) if teller is not None else plain.tell(change)
        return Sentence(
            change.revision, change.time, change.actor, change.resource, change.key, text, change.cause, change.command,
            is_detail(change),
        )  # fmt: skip


def is_detail(change: Change) -> bool:
    """Tell whether a change is bookkeeping that follows from others."""
    if change.resource == "events" and events.is_story(change.object):
        return change.type == "DELETED"
    if change.resource in _ECHOES:
        return True
    if change.resource == "pods" and pods.is_announced(change):
        return True
    if change.type != "MODIFIED" or plain.is_person(change) or plain.started_deletion(change):
        return False
    if change.resource in _BOOKS:
        before = change.previous or EMPTY
        same = plain.spec(change.object) == plain.spec(before) and not workloads.fails(change)
        return same and meta.annotations(change.object) == meta.annotations(before)
    if change.resource == "deployments.apps":
        return workloads.is_quiet(change)
    if change.resource == "nodes":
        return nodes.is_quiet(change)
    if change.resource == "pods":
        return pods.is_quiet(change)
    quiet = _QUIET.get(change.resource)
    return quiet is not None and quiet(change)


def narrate(past: Past, after: int) -> list[Sentence]:
    """Return a sentence for each change after a revision. Raises store.Compacted."""
    return list(Narrator(past, after).poll())
