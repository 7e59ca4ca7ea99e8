"""The Deployment controller: which Deployments to look at, and what kind of step each needs.

After pkg/controller/deployment/deployment_controller.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Cache, Handler
from playground.kube.client.owners import Claims
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.deployment import scaling, sizes
from playground.kube.controllers.deployment.new_set import split
from playground.kube.controllers.deployment.recreate import recreate
from playground.kube.controllers.deployment.revisions import Templates, by_age
from playground.kube.controllers.deployment.rolling import roll
from playground.kube.controllers.deployment.status import sync_status
from playground.kube.controllers.deployment.work import DEPLOYMENTS, REPLICA_SETS, Busy, Work, is_counted, is_observed
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import By, Change

MAX_RETRIES: Final = 15  # failures after which a Deployment waits for the next change


PATIENCE: Final = 0.005  # seconds that the controller of ReplicaSets has to act on what was asked of it


class DeploymentController(Controller):
    """Rolls Deployments out through ReplicaSets."""

    name = "deployment-controller"

    def __init__(self, context: Context) -> None:
        self._selectors: dict[str, tuple[Object, Selector]] = {}  # by the Deployment's uid
        self._templates = Templates()
        self._patience: dict[Item, float] = {}  # until when a Deployment waits for its ReplicaSets' controller
        self._held: dict[Item, float] = {}  # until when its next step waits for what others are about to write
        super().__init__(context)

    @property
    def _deployments(self) -> Cache:
        return self.informers.cache(DEPLOYMENTS)

    @property
    def _sets(self) -> Cache:
        return self.informers.cache(REPLICA_SETS)

    # What brings a key in line.

    def handlers(self) -> Mapping[str, Handler]:
        """Deployments, their ReplicaSets, and the last pod of one that waits for all to be gone."""
        return {DEPLOYMENTS: self._deployment_changed, REPLICA_SETS: self._set_changed, "pods": self._pod_changed}

    def _deployment_changed(self, change: Change) -> None:
        if change.type == "DELETED":
            self._selectors.pop(meta.uid(change.object), None)
        self.enqueue(change.key, change)

    def _set_changed(self, change: Change) -> None:
        found, before = change.object, change.previous
        gone = change.type == "DELETED"
        if gone:
            self._templates.forget(meta.uid(found))
        reference = meta.owner(found)
        former = meta.owner(before) if before is not None else None
        if former is not None and former != reference:
            self._enqueue_owner(former, change)
        if reference is not None:
            self._enqueue_owner(reference, change)
        elif not gone and not (before is None and meta.deleting(found)):
            labels_changed = before is None or meta.labels(before) != meta.labels(found)
            if labels_changed or former is not None:
                self._enqueue_suitors(found, change)

    def _pod_changed(self, change: Change) -> None:
        """A Recreate goes on when the last pod is gone."""
        if change.type != "DELETED":
            return
        owner = meta.owner(change.object)
        if owner is None or owner["kind"] != "ReplicaSet":
            return
        found = self._sets.get(change.key[0], owner["name"])
        if found is None or meta.uid(found) != owner["uid"]:
            return
        reference = meta.owner(found)
        deployment = self._resolved(change.key[0], reference) if reference is not None else None
        if deployment is None or sizes.strategy(deployment) != sizes.RECREATE:
            return
        if not any(self._pods_of(each) for each in self._sets.by("controller", meta.uid(deployment))):
            self.enqueue(meta.key(deployment), change)

    def _enqueue_owner(self, reference: Object, change: Change) -> None:
        deployment = self._resolved(change.key[0], reference)
        if deployment is not None:
            self.enqueue(meta.key(deployment), change)

    def _enqueue_suitors(self, orphan: Map, change: Change) -> None:
        """Put in line all that select an orphan."""
        labels = meta.labels(orphan)
        for deployment in self._deployments.list(change.key[0]):
            if labels and self._selector_of(deployment).matches(labels):
                self.enqueue(meta.key(deployment), change)

    def _resolved(self, namespace: str, reference: Object) -> Map | None:
        """Return the Deployment that a controller reference names, if it is one and still the same."""
        if reference["kind"] != "Deployment":
            return None
        found = self._deployments.get(namespace, reference["name"])
        return found if found is not None and meta.uid(found) == reference["uid"] else None

    def _selector_of(self, deployment: Map) -> Selector:
        source = deployment["spec"]["selector"]
        known = self._selectors.get(meta.uid(deployment))
        if known is None or known[0] is not source:
            known = self._selectors[meta.uid(deployment)] = (source, Selector.of(source))
        return known[1]

    def _pods_of(self, replica_set: Map) -> list[Map]:
        return self.informers.cache("pods").by("controller", meta.uid(replica_set))

    # What a key means.

    def sync(self, item: Item, by: By) -> None:
        """Take one Deployment a step further."""
        deployment = self._deployments.get(*item)
        if deployment is None:
            self._patience.pop(item, None)
            self._held.pop(item, None)
            return
        if self._waits(item, deployment, by):
            return
        work = Work(
            api=self.api,
            clock=self.clock,
            by=by,
            deployment=deployment,
            sets=self._claimed(deployment, by),
            templates=self._templates,
            listed=self._sets.get,
            pods=self._pods_of,
            again=lambda time: self.queue.add_at(item, time),
            side_by_side=self.context.settings.side_by_side and self._held.get(item, inf) > self.clock.now,
        )
        try:
            self._step(work)
        except Busy:
            until = self._held.setdefault(item, self.clock.now + PATIENCE)
            self.queue.add_at(item, until, Cause(by.cause, by.command))
        else:
            self._held.pop(item, None)

    def _waits(self, item: Item, deployment: Map, by: By) -> bool:
        """Tell whether the controller of ReplicaSets is to act first on what was last asked of it.

        It has a moment for that. The real controllers run at the same time, and neither gets far ahead of the other.
        """
        sets = self._sets.by("controller", meta.uid(deployment))
        if all(is_observed(each) or self._is_late(each) for each in sets):
            self._patience.pop(item, None)
            return False
        until = self._patience.setdefault(item, self.clock.now + PATIENCE)
        if until > self.clock.now:
            self.queue.add_at(item, until, Cause(by.cause, by.command))
            return True
        return False

    def _is_late(self, replica_set: Map) -> bool:
        """Tell whether it has yet to count what it did before; beside it a Deployment has time for one more look."""
        return self.context.settings.side_by_side and not is_counted(replica_set, self._pods_of(replica_set))

    def _claimed(self, deployment: Map, by: By) -> list[Map]:
        """Return the Deployment's ReplicaSets from old to new, after adopting and releasing."""
        claims = Claims(self.api, REPLICA_SETS, deployment, self._selector_of(deployment))
        own = self._sets.by("controller", meta.uid(deployment))
        orphans = self._sets.by("orphans", meta.namespace(deployment))
        return by_age(claims.claim([*own, *orphans], by))

    def _step(self, work: Work) -> None:
        deployment = work.deployment
        if meta.deleting(deployment):
            new, old = split(work)
            sync_status(work, [*old, new], new)
            return
        scaling.note_pause(work)
        if deployment["spec"].get("paused") or scaling.is_scaling(work):
            scaling.rescale(work)
        elif sizes.strategy(deployment) == sizes.RECREATE:
            recreate(work)
        else:
            roll(work)

    def failed(self, item: Item, error: ApiError, cause: Cause) -> None:
        """Come back after the back-off; a namespace that is going, or too many failures in a row, end that."""
        if is_namespace_ending(error) or self.queue.failures(item) >= MAX_RETRIES:
            self.queue.forget(item)
        else:
            super().failed(item, error, cause)

    def own_state(self) -> dict[str, Any]:
        """Return which Deployments wait, and until when."""
        waiting = {"patience": self._patience, "held": self._held}
        return {why: [[list(item), until] for item, until in times.items()] for why, times in waiting.items()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._patience = {tuple(item): until for item, until in state["patience"]}
        self._held = {tuple(item): until for item, until in state.get("held", ())}
