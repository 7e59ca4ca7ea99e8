"""The DaemonSet controller as an actor: what it watches, and one sync.

After pkg/controller/daemon/daemon_controller.go. A key is (namespace, name) of a set, or (name,) of a node whose labels
or taints changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.owners import Claims
from playground.kube.client.podcontrol import PodControl, from_template, is_namespace_ending
from playground.kube.client.pods import is_over, is_ready
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers import history
from playground.kube.controllers.batches import batches
from playground.kube.controllers.daemonset import placement
from playground.kube.controllers.daemonset.backoff import BackOff
from playground.kube.controllers.daemonset.managing import Managing, Plan, min_ready_seconds
from playground.kube.controllers.daemonset.revisions import SETS, Chronicle, digest_of
from playground.kube.controllers.daemonset.rolling import Update
from playground.kube.controllers.daemonset.status import counts_of, status_of
from playground.kube.controllers.dependents import claimable, concerned
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import By, Change

Json = dict[str, Any]
Maps = list[Map]

NAME: Final = "daemonset-controller"
KIND: Final = "DaemonSet"
BURST: Final = 250  # pods that one sync makes or deletes at most
SELECTING_ALL: Final = "This daemon set is selecting all pods. A non-empty selector is required."


@dataclass(frozen=True, slots=True)
class Work:
    """What one sync of one set is about."""

    item: Item
    daemonset: Map
    digest: str
    nodes: Mapping[str, placement.Verdict]
    by: By


class DaemonSetController(Controller):
    """Keeps a pod of every DaemonSet on every node that fits."""

    name = NAME

    def __init__(self, context: Context) -> None:
        cache = context.informers.cache
        self._sets, self._pods, self._nodes = cache(SETS), cache("pods"), cache("nodes")
        self._revisions = cache(history.RESOURCE)
        self._chronicle, self._control = Chronicle(context.api), PodControl(context.api)
        self._backoff, self._verdicts = BackOff(), placement.Verdicts()
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch the sets, their pods and revisions, and what of nodes matters."""
        return {
            SETS: self._set_changed,
            "pods": self._pod_changed,
            history.RESOURCE: self._revision_changed,
            "nodes": self._node_changed,
        }

    def sync(self, item: Item, by: By) -> None:
        """Bring one set along, or see which sets a node concerns. Raises ApiError."""
        if len(item) == 1:
            self._sync_node(item[0], Cause(by.cause, by.command))
            return
        daemonset = self._sets.get(item[0], item[1])
        if daemonset is None:
            return
        selector = Selector.of(daemonset["spec"].get("selector"))
        if selector.empty:
            self.api.record_event(daemonset, "SelectingAll", SELECTING_ALL, by=by, warning=True)
            return
        if meta.deleting(daemonset):
            return
        pods = Claims(self.api, "pods", daemonset, selector).claim(claimable(daemonset, self._pods), by)
        known = Claims(self.api, history.RESOURCE, daemonset, selector).claim(claimable(daemonset, self._revisions), by)
        present, past = self._chronicle.bring_up_to_date(daemonset, known, pods, by)
        nodes = self._verdicts.on(daemonset, self._nodes.list())
        self._bring_along(Work(item, daemonset, digest_of(present), nodes, by), pods, past)

    def own_state(self) -> Json:
        """Return how long failed pods are left alone."""
        return {"backoff": self._backoff.state()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._backoff.restore(state["backoff"])

    # What changed

    def _set_changed(self, change: Change) -> None:
        if change.type == "DELETED":
            self._verdicts.forget(meta.uid(change.object))
        self.enqueue(change.key, change)

    def _pod_changed(self, change: Change) -> None:
        before, pod = change.previous, change.object
        for owner in concerned(change, KIND, self._sets):
            self.enqueue(meta.key(owner), change)
            delay = min_ready_seconds(owner)
            if delay and change.type == "MODIFIED" and before is not None and is_ready(pod) and not is_ready(before):
                self.queue.add_at(meta.key(owner), self.clock.now + delay + 1, Cause.of(change))

    def _revision_changed(self, change: Change) -> None:
        if change.type == "ADDED" and meta.owner(change.object) is not None:
            return
        for owner in concerned(change, KIND, self._sets):
            self.enqueue(meta.key(owner), change)

    def _node_changed(self, change: Change) -> None:
        node, before = change.object, change.previous
        if change.type == "DELETED":
            return
        if before is None or _matters(before) != _matters(node):
            self.enqueue((meta.name(node),), change)

    def _sync_node(self, name: str, cause: Cause) -> None:
        """Put those sets in line that lack a pod on a node, or have one that must not be there, or counted so."""
        node = self._nodes.get("", name)
        if node is None:
            return
        here = {owner["uid"] for pod in self._pods.by("node", name) if (owner := meta.owner(pod)) is not None}
        for daemonset in self._sets.list():
            shall, may_stay = placement.should_run(daemonset, node)
            if meta.uid(daemonset) not in here:
                concerns = shall
            else:
                concerns = not may_stay or bool((daemonset.get("status") or EMPTY).get("numberMisscheduled"))
            if concerns:
                self.queue.add(meta.key(daemonset), cause)

    # One set

    def _bring_along(self, work: Work, pods: Maps, past: Maps) -> None:
        """Write pods, history and status. What was refused is raised last."""
        relevant = placement.by_node(pod for pod in pods if not (is_over(pod) and meta.deleting(pod)))
        failure, made = None, 0
        try:
            made = self._manage(work, relevant)
            self._chronicle.forget(work.daemonset, past, pods, work.by)
        except ApiError as error:
            failure = error
        if made <= 1:
            # Where several pods were made, the next sync counts them: a real one has heard of them by this point.
            self._tell(work, relevant)
        if failure is not None:
            raise failure

    def _manage(self, work: Work, pods: Mapping[str, list[Object]]) -> int:
        """Make what is missing and delete what is too many; only when there is neither, go on with an update.

        Return how many pods were made.
        """
        managing = Managing(
            work.daemonset,
            work.digest,
            self.clock.now,
            lambda pod, node: self._may_be_deleted(work, pod, node),
            lambda pod, node: self._found(work, pod, node, "succeeded", "delete"),
        )
        plan = managing.plan(work.nodes, pods)
        rolls = work.daemonset["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        if not plan.nodes and not plan.pods and rolls:
            plan = Update(work.daemonset, work.digest, work.nodes, self.clock.now).plan(pods)
        return self._carry_out(work, plan)

    def _carry_out(self, work: Work, plan: Plan) -> int:
        """Make and delete pods as planned; creations stop at the batch in which one is refused."""
        failures: list[ApiError] = []
        template = placement.template_for(work.daemonset, work.digest)
        made = 0
        for batch in batches(plan.nodes[:BURST]):
            if failures:
                break
            for node in batch:
                try:
                    pod = from_template(placement.pinned(template, node), work.daemonset)
                    self._control.create(pod, work.daemonset, work.by)
                    made += 1
                except ApiError as error:
                    if not is_namespace_ending(error):
                        failures.append(error)
        for gone in plan.pods[:BURST]:
            try:
                self._control.delete(gone, work.daemonset, work.by)
            except ApiError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return made

    def _may_be_deleted(self, work: Work, pod: Object, node: str) -> bool:
        """Tell whether a failed pod may go now, and count it; the next one on the node has to wait for longer."""
        observed = (work.daemonset.get("status") or EMPTY).get("observedGeneration") or 0
        key = f"{meta.uid(work.daemonset)}/{observed}/{node}"
        wait = self._backoff.wait(key, self.clock.now)
        if wait is not None:
            self.queue.add_at(work.item, self.clock.now + wait, Cause(work.by.cause, work.by.command))
            return False
        self._backoff.next(key, self.clock.now)
        self._found(work, pod, node, "failed", "kill")
        return True

    def _found(self, work: Work, pod: Object, node: str, how: str, what: str) -> None:
        message = f"Found {how} daemon pod {meta.namespace(pod)}/{meta.name(pod)} on node {node}, will try to {what} it"
        warning = how == "failed"
        self.api.record_event(work.daemonset, f"{how.title()}DaemonPod", message, by=work.by, warning=warning)

    def _tell(self, work: Work, pods: Mapping[str, list[Object]]) -> None:
        """Write the status, and come back when pods that are ready become available."""
        daemonset = work.daemonset
        counts = counts_of(daemonset, work.nodes, pods, work.digest, self.clock.now)
        status = status_of(daemonset, counts)
        if status is not None:
            version = meta.resource_version(daemonset)
            self.api.set_status(SETS, *meta.key(daemonset), status, by=work.by, version=version)
        delay = min_ready_seconds(daemonset)
        if delay and counts["numberReady"] != counts["numberAvailable"]:
            self.queue.add_at(work.item, self.clock.now + delay, Cause(work.by.cause, work.by.command))


def _matters(node: Object) -> tuple[Any, Any]:
    """Return what of a node decides whether pods belong there."""
    return meta.labels(node), (node.get("spec") or EMPTY).get("taints")
