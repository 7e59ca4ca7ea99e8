"""The ReplicaSet controller: adopts pods that match, lets go of those that do not, makes what is missing, deletes what
is too many, counts the rest.

After pkg/controller/replicaset/replica_set.go. The ReplicationController is the same with other words, see
controllers/replication_controller.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final

from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import HASH, Cache, Handler
from playground.kube.client.owners import Claims
from playground.kube.client.podcontrol import PodControl, from_template, is_namespace_ending
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.replicaset.facts import Families, Family, count, next_available
from playground.kube.controllers.replicaset.ranking import first_to_go
from playground.kube.controllers.replicaset.status import status_of
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import By, Change

BURST: Final = 500  # pods that are made or deleted in one sync
SLOW_START: Final = 1  # pods in the first batch
_PODS: Final = "pods"


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What an owner asks of its pods' labels, and what of the owner that was read from."""

    selector: Selector
    labels: Selector
    source: tuple[Any, Any]


def _is_own_status(change: Change, actor: str) -> bool:
    """Tell whether a change is of the status alone and by this controller: that tells it nothing new."""
    before = change.previous
    return change.actor == actor and before is not None and before["spec"] is change.object["spec"]


class ReplicaSetController(Controller):
    """Keeps the number of pods of each ReplicaSet."""

    name = "replicaset-controller"
    resource: ClassVar[str] = "replicasets.apps"
    kind: ClassVar[str] = "ReplicaSet"
    counts_terminating: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        self._families = Families(self.kind)
        self._rules: dict[str, Rules] = {}  # by the owner's uid
        self._control = PodControl(context.api)
        super().__init__(context)

    @property
    def _owners(self) -> Cache:
        return self.informers.cache(self.resource)

    @property
    def _pods(self) -> Cache:
        return self.informers.cache(_PODS)

    def selector_of(self, owner: Object) -> Selector:
        """Return which pods an owner selects."""
        return Selector.of(owner["spec"].get("selector"))

    # What brings a key in line.

    def handlers(self) -> Mapping[str, Handler]:
        """Owners bring themselves in line, pods their owner, or all that might adopt them."""
        return {self.resource: self._owner_changed, _PODS: self._pod_changed}

    def _owner_changed(self, change: Change) -> None:
        if change.type == "DELETED":
            self._rules.pop(meta.uid(change.object), None)
        if not _is_own_status(change, self.name):
            self.enqueue(change.key, change)

    def _pod_changed(self, change: Change) -> None:
        self._families.take(change)
        pod, before = change.object, change.previous
        reference = meta.owner(pod)
        former = meta.owner(before) if before is not None else None
        if former is not None and former != reference:
            self._enqueue_owner(former, change)
        if reference is not None:
            self._enqueue_owner(reference, change)
        elif change.type != "DELETED" and not meta.deleting(pod):
            labels_changed = before is None or meta.labels(before) != meta.labels(pod)
            if labels_changed or former is not None:
                self._enqueue_suitors(pod, change)

    def _enqueue_owner(self, reference: Object, change: Change) -> None:
        """Put in line whom a controller reference names, if it is of this kind and still the same."""
        if reference["kind"] != self.kind:
            return
        owner = self._owners.get(change.key[0], reference["name"])
        if owner is not None and meta.uid(owner) == reference["uid"]:
            self.enqueue(meta.key(owner), change)

    def _enqueue_suitors(self, orphan: Map, change: Change) -> None:
        """Put in line all that select an orphan."""
        labels = meta.labels(orphan)
        for owner in self._owners.list(change.key[0]):
            if self._rules_of(owner).selector.matches(labels):
                self.enqueue(meta.key(owner), change)

    def _rules_of(self, owner: Map) -> Rules:
        spec = owner["spec"]
        source = (spec.get("selector"), spec["template"])
        known = self._rules.get(meta.uid(owner))
        if known is None or known.source[0] is not source[0] or known.source[1] is not source[1]:
            labels = Selector.of_set((spec["template"].get("metadata") or EMPTY).get("labels"))
            known = self._rules[meta.uid(owner)] = Rules(self.selector_of(owner), labels, source)
        return known

    # What a key means.

    def sync(self, item: Item, by: By) -> None:
        """Bring one owner's pods to the number that is wanted, and its status to what is there."""
        owner = self._owners.get(*item)
        if owner is None:
            return
        rules = self._rules_of(owner)
        family = self._families.of(meta.uid(owner), rules)
        if self._claims(owner, family, rules, by):
            self.queue.add(item, Cause(by.cause, by.command))  # it is counted when the watch has told of it
            return
        min_ready, now = owner["spec"].get("minReadySeconds") or 0, self.clock.now
        counts = count(family, min_ready, now)
        refusal = None if meta.deleting(owner) else self._manage(owner, family, by)
        told = None if refusal is None else refusal.message
        status = status_of(owner, counts, told, self.clock.stamp(), terminating=self.counts_terminating)
        if status is not None:
            self.api.set_status(self.resource, meta.namespace(owner), meta.name(owner), status, by=by)
        if refusal is not None:
            raise refusal
        if counts.ready != counts.available:
            due = next_available(family, min_ready, now)
            self.queue.add_at(item, due if due is not None else now + min_ready)

    def _claims(self, owner: Map, family: Family, rules: Rules, by: By) -> bool:
        """Adopt and release pods; tell whether there were any."""
        strangers = [family.misfits[key].pod for key in sorted(family.misfits)]
        strangers += self._suitable(owner, rules)
        if not strangers or meta.deleting(owner):
            return False
        before = self.api.revision
        Claims(self.api, _PODS, owner, rules.selector).claim(strangers, by)
        return self.api.revision != before

    def _suitable(self, owner: Map, rules: Rules) -> Iterator[Map]:
        """Give the orphans that the owner selects."""
        for pod in self._pods.by("orphans", meta.namespace(owner)):
            if rules.selector.matches(meta.labels(pod)) and pods.is_active(pod):
                yield pod

    # Making and deleting.

    def _manage(self, owner: Map, family: Family, by: By) -> ApiError | None:
        """Make or delete what is missing or too many, at most BURST; return what the first refusal was."""
        surplus = family.active - owner["spec"]["replicas"]
        if surplus < 0:
            return self._create(owner, min(-surplus, BURST), by)
        if surplus > 0:
            return self._delete(owner, family, min(surplus, BURST), by)
        return None

    def _create(self, owner: Map, missing: int, by: By) -> ApiError | None:
        """Make pods in batches, each twice as large as the one before; a refusal ends it after its batch."""
        pod = from_template(owner["spec"]["template"], owner)
        left, size = missing, SLOW_START
        while left > 0:
            size = min(size, left)
            refusals = [error for error in (self._create_one(pod, owner, by) for _ in range(size)) if error]
            if refusals:
                return refusals[0]
            left -= size
            size *= 2
        return None

    def _create_one(self, pod: Mapping[str, Any], owner: Map, by: By) -> ApiError | None:
        try:
            self._control.create(pod, owner, by)
        except ApiError as error:
            return None if is_namespace_ending(error) else error
        return None

    def _delete(self, owner: Map, family: Family, surplus: int, by: By) -> ApiError | None:
        """Delete the pods that are missed least; return the first refusal."""
        found = [fact.pod for fact in family.members()]
        if surplus < len(found):
            found = first_to_go(found, self._related(owner), self.clock.now)
        refusals = []
        for pod in islice(found, surplus):
            try:
                self._control.delete(pod, owner, by)
            except ApiError as error:
                refusals.append(ApiError({**error.status, "message": f"unable to delete pods: {error.message}"}))
        return refusals[0] if refusals else None

    def _related(self, owner: Map) -> Iterator[Map]:
        """Give the pods that the owner, and all that are controlled by whoever controls it, select; each once."""
        reference = meta.owner(owner)
        if reference is None:
            return
        seen: set[str] = set()
        for relative in self._owners.by("controller", reference["uid"]):
            matches = self._rules_of(relative).selector.matches
            for pod in self._selectable(relative):
                if meta.uid(pod) not in seen and matches(meta.labels(pod)):
                    seen.add(meta.uid(pod))
                    yield pod

    def _selectable(self, owner: Map) -> list[Map]:
        """Return the pods among which are all that an owner selects; few where its selector names a template's hash."""
        namespace = meta.namespace(owner)
        selector = owner["spec"].get("selector") or EMPTY
        digest = (selector.get("matchLabels") or EMPTY).get(HASH)
        return self._pods.by("hash", f"{namespace}/{digest}") if digest else self._pods.list(namespace)

    def own_state(self) -> dict[str, Any]:
        """Return in which order pods came: of those that nothing else tells apart the first goes first."""
        return {"order": self._families.order()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._families.arrange(state["order"])
