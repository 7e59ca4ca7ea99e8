"""The StatefulSet controller as an actor: what it watches, and one sync.

After pkg/controller/statefulset/stateful_set.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.owners import Claims
from playground.kube.client.pods import is_ready, ready_since
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers import history
from playground.kube.controllers.dependents import claimable, concerned
from playground.kube.controllers.history import Archive
from playground.kube.controllers.statefulset import revisions
from playground.kube.controllers.statefulset.identity import is_member, min_ready_seconds
from playground.kube.controllers.statefulset.pen import CLAIMS, Pen
from playground.kube.controllers.statefulset.rounds import Round
from playground.kube.controllers.statefulset.status import is_news, status_of
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.selectors import Selector
from playground.kube.store import By, Change

Json = dict[str, Any]
Maps = list[Map]

NAME: Final = "statefulset-controller"
SETS: Final = "statefulsets.apps"
KIND: Final = "StatefulSet"


class StatefulSetController(Controller):
    """Keeps every StatefulSet's pods as they shall be. A key is (namespace, name)."""

    name = NAME

    def __init__(self, context: Context) -> None:
        informers = context.informers
        self._sets, self._pods = informers.cache(SETS), informers.cache("pods")
        self._claims, self._revisions = informers.cache(CLAIMS), informers.cache(history.RESOURCE)
        self._archive = Archive(context.api)
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch the sets and their pods."""
        return {SETS: lambda change: self.enqueue(change.key, change), "pods": self._pod_changed}

    def sync(self, item: Item, by: By) -> None:
        """Bring one set along. Raises ApiError."""
        statefulset = self._sets.get(item[0], item[1])
        if statefulset is None:
            return
        selector = Selector.of(statefulset["spec"].get("selector"))
        self._adopt_revisions(statefulset, selector, by)
        claims = Claims(self.api, "pods", statefulset, selector)
        pods = claims.claim(claimable(statefulset, self._pods), by, matches=lambda pod: is_member(statefulset, pod))
        status = self._bring_along(statefulset, pods, by)
        self._look_again(item, statefulset, pods, status, by)

    def _pod_changed(self, change: Change) -> None:
        before, pod = change.previous, change.object
        for owner in concerned(change, KIND, self._sets):
            self.enqueue(meta.key(owner), change)
            delay = min_ready_seconds(owner)
            if delay and change.type == "MODIFIED" and before is not None and is_ready(pod) and not is_ready(before):
                self.queue.add_at(meta.key(owner), self.clock.now + delay, Cause.of(change))

    def _known_revisions(self, statefulset: Map, selector: Selector) -> Maps:
        """Return the revisions that are the set's, and those that could be, by number."""
        found = claimable(statefulset, self._revisions)
        return history.ordered(item for item in found if selector.matches(meta.labels(item)))

    def _adopt_revisions(self, statefulset: Map, selector: Selector, by: By) -> None:
        orphans = [item for item in self._known_revisions(statefulset, selector) if meta.owner(item) is None]
        Claims(self.api, history.RESOURCE, statefulset, selector).claim(orphans, by)

    def _bring_along(self, statefulset: Map, pods: Maps, by: By) -> Json:
        """Write pods, status and history. What was refused is raised last."""
        known = self._known_revisions(statefulset, Selector.of(statefulset["spec"].get("selector")))
        found: revisions.Revisions | None = None
        try:
            found = revisions.find(statefulset, known, self._archive, by)
            return self._write(statefulset, found, pods, by)
        finally:
            limit = statefulset["spec"].get("revisionHistoryLimit", 10)
            self._archive.truncate(revisions.surplus(statefulset, known, found, pods), limit, by)

    def _write(self, statefulset: Map, found: revisions.Revisions, pods: Maps, by: By) -> Json:
        pen = Pen(self.api, self._claims, statefulset, by)
        look = Round(statefulset, found, pods, pen, self.clock.now)
        failure = None
        try:
            look.run()
        except ApiError as error:
            failure = error
        names = meta.name(found.current), meta.name(found.updated)
        status = status_of(statefulset, look.count(), *names, found.collisions)
        if is_news(status, statefulset):
            version = meta.resource_version(statefulset)
            self.api.set_status(SETS, *meta.key(statefulset), status, by=by, version=version)
        if failure is not None:
            raise failure
        return status

    def _look_again(self, item: Item, statefulset: Map, pods: Sequence[Map], status: Json, by: By) -> None:
        """Come back when the next ready pod becomes available."""
        delay = min_ready_seconds(statefulset)
        if not delay or status.get("readyReplicas", 0) == status["availableReplicas"]:
            return
        times = [since + delay for pod in pods if (since := ready_since(pod)) is not None]
        ahead = [time for time in times if time > self.clock.now]
        self.queue.add_at(item, min(ahead, default=self.clock.now + delay), Cause(by.cause, by.command))
