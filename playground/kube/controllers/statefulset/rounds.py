"""One look at a StatefulSet's pods: what is missing is made, what is too much goes, what is old is made anew.

After updateStatefulSet, processReplica and processCondemned of pkg/controller/statefulset/stateful_set_control.go.
OrderedReady does one thing at a time and waits for it; Parallel makes and removes all that it can, and still updates
one pod after the other, from the top. (maxUnavailable is behind a gate that is off in v1.36.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.kube.client.pods import is_available, is_over, phase
from playground.kube.controllers import history
from playground.kube.controllers.batches import batches
from playground.kube.controllers.statefulset import identity
from playground.kube.controllers.statefulset.pen import Pen
from playground.kube.controllers.statefulset.revisions import Revisions
from playground.kube.controllers.statefulset.status import Counts
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object

Json = dict[str, Any]
Objects = list[Object]
Step = Callable[[Any], bool]  # of a pod; True: no more can be done for now


@dataclass(slots=True)
class Round:
    """One look. *pods* are those that the set has; run() writes, count() says what there is then."""

    statefulset: Map
    revisions: Revisions
    pods: Sequence[Map]
    pen: Pen
    now: float
    replicas: Objects = field(init=False)  # by ordinal; those that are not there yet as they shall be
    condemned: Objects = field(init=False)  # too many, the highest ordinal first
    updated_set: Map = field(init=False)
    min_ready: int = field(init=False)
    removed: int = 0  # pods of the current revision that this look has deleted for the update

    def __post_init__(self) -> None:
        revisions, statefulset = self.revisions, self.statefulset
        self.updated_set = history.restored(statefulset, revisions.updated)
        self.min_ready = identity.min_ready_seconds(statefulset)
        wanted = identity.ordinals(statefulset)
        numbered = {identity.ordinal_of(pod): pod for pod in self.pods}
        self.replicas = [numbered.get(number) or self._missing(number) for number in wanted]
        surplus = sorted((number for number in numbered if number >= 0 and number not in wanted), reverse=True)
        self.condemned = [numbered[number] for number in surplus]

    def count(self) -> Counts:
        """Return what there is, as the status tells it."""
        current, updated = meta.name(self.revisions.current), meta.name(self.revisions.updated)
        counts = Counts.of([*self.replicas, *self.condemned], current, updated, self.min_ready, self.now)
        counts.current -= self.removed
        return counts

    def run(self) -> None:
        """Do what can be done now. A set that is being deleted does nothing. Raises ApiError."""
        if meta.deleting(self.statefulset):
            return
        first_unavailable = self._first_unavailable()
        if self._stopped([self.replicas] if self._ordered else batches(self.replicas), self._keep):
            return
        if self._stopped([self.condemned], self._free_claims):
            return
        if self._stopped([self.condemned], lambda pod: self._remove(pod, first_unavailable)):
            return
        if self.statefulset["spec"]["updateStrategy"]["type"] != "OnDelete":
            self._update()

    @property
    def _ordered(self) -> bool:
        return bool(self.statefulset["spec"].get("podManagementPolicy") != "Parallel")

    def _missing(self, ordinal: int) -> Json:
        """Return a pod that is not there yet, of the revision that its number is due."""
        if identity.wants_current(self.statefulset, ordinal):
            old = history.restored(self.statefulset, self.revisions.current)
            return identity.new_pod(old, ordinal, meta.name(self.revisions.current))
        return identity.new_pod(self.updated_set, ordinal, meta.name(self.revisions.updated))

    def _first_unavailable(self) -> Object | None:
        """Return the lowest pod that is not available; those that are too many come last."""
        candidates = [*self.replicas, *reversed(self.condemned)]
        return next((pod for pod in candidates if identity.is_unavailable(pod, self.min_ready, self.now)), None)

    def _stopped(self, batched: Sequence[Sequence[Object]], step: Step) -> bool:
        """Take the pods in batches: in order, until one must be waited for; in parallel, until one is refused."""
        if self._ordered:
            return any(step(pod) for batch in batched for pod in batch)
        for batch in batched:
            failures = []
            for pod in batch:
                try:
                    step(pod)
                except ApiError as error:
                    failures.append(error)
            if failures:
                raise failures[0]
        return False

    def _keep(self, pod: Any) -> bool:
        """Bring one replica along; answer whether those above it must wait."""
        if is_over(pod):
            if not meta.deleting(pod):
                self.pen.delete_pod(pod)
            return True
        if not identity.is_created(pod):
            if self.pen.has_stale_claim(pod):
                return True
            self.pen.create_pod(pod)
            if self._ordered:
                return True
        if phase(pod) == "Pending":
            self.pen.complete_claims(pod)
        if self._ordered and self._must_be_waited_for(pod):
            return True
        fits = identity.identity_matches(self.statefulset, pod) and identity.storage_matches(self.statefulset, pod)
        if not fits or not self.pen.owners_match(self.updated_set, pod):
            self.pen.update_pod(self.updated_set, pod)
        return False

    def _must_be_waited_for(self, pod: Object) -> bool:
        return (
            meta.deleting(pod)
            or not identity.is_running_and_ready(pod)
            or not is_available(pod, self.min_ready, self.now)
        )

    def _free_claims(self, pod: Object) -> bool:
        """Give the claims of a pod that will go the owners that the policy asks for."""
        if not self.pen.owners_match(self.updated_set, pod):
            self.pen.own_claims(self.updated_set, pod)
        return False

    def _remove(self, pod: Object, first_unavailable: Object | None) -> bool:
        """Delete a pod that is too many, in order only when all below it are well."""
        if meta.deleting(pod):
            return self._ordered
        if self._ordered and pod is not first_unavailable and self._must_be_waited_for(pod):
            return True
        self.pen.delete_pod(pod)
        return True

    def _update(self) -> None:
        """Delete the highest pod of an old revision, when all above it are new and available."""
        updated = meta.name(self.revisions.updated)
        lowest = identity.partition_of(self.statefulset) or 0
        for pod in reversed(self.replicas[lowest:]):
            if identity.revision_of(pod) != updated and not meta.deleting(pod):
                self.pen.delete_pod(pod)
                self.removed += 1
                return
            if identity.is_unavailable(pod, self.min_ready, self.now):
                return
