"""The disruption controller's syncs: of budgets, and of pods that said they would be disrupted and were not.

After disruption.go. A budget is looked at when it or one of its pods changes, and when an eviction that it noted should
have come about. A pod's condition DisruptionTarget that nothing followed becomes False after two minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.pods import condition, is_over
from playground.kube.client.workqueue import BASE_DELAY, Cause, Item
from playground.kube.clock import seconds_of
from playground.kube.controllers.disruption.expected import Uncountable, expected
from playground.kube.controllers.disruption.status import disrupted, failed, healthy, is_same, status_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import By, Change

BUDGETS: Final = "poddisruptionbudgets.policy"
COMPONENT: Final = "controllermanager"  # what its events name
STALE_AFTER: Final = 120.0  # seconds that a pod may say it will be disrupted

_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)

# What is in line: a budget, a pod that several budgets select, a pod that says it will be disrupted.
_BUDGET, _SHARED, _TARGET = "budget", "shared", "target"
Maps = list[Map]


class DisruptionController(Controller):
    """Keeps the status of PodDisruptionBudgets."""

    name = "disruption-controller"

    def __init__(self, context: Context) -> None:
        self._budgets = context.informers.cache(BUDGETS)
        self._pods = context.informers.cache("pods")
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Budgets and pods. Owners are looked up when a pod changes."""
        return {BUDGETS: self._budget_changed, "pods": self._pod_changed}

    def sync(self, item: Item, by: By) -> None:
        """Work off a budget or a pod."""
        kind, namespace, name = item
        if kind == _BUDGET:
            budget = self._budgets.get(namespace, name)
            if budget is not None:
                self._sync_budget(budget, by)
            return
        pod = self._pods.get(namespace, name)
        if pod is None:
            return
        if kind == _SHARED:
            self._tell_shared(pod, by)
        else:
            self._clear_target(pod, by)

    # What changes bring into line.

    def _budget_changed(self, change: Change) -> None:
        self.enqueue((_BUDGET, *change.key), change)

    def _pod_changed(self, change: Change) -> None:
        pod = change.object
        budgets = self._selecting(pod)
        if len(budgets) > 1:
            self.enqueue((_SHARED, *change.key), change)
        if budgets:
            self.enqueue((_BUDGET, *meta.key(budgets[0])), change)
        since = _target_since(pod) if change.type != "DELETED" else None
        if since is not None:
            due = max(since + STALE_AFTER, self.clock.now)
            self.queue.add_at((_TARGET, *change.key), due, Cause.of(change))

    def _selecting(self, pod: Object) -> Maps:
        """Return the budgets that select a pod, by name. The first is the one that is looked at."""
        labels = meta.labels(pod)
        budgets = self._budgets.list(meta.namespace(pod))
        return [budget for budget in budgets if Selector.of(budget["spec"].get("selector")).matches(labels)]

    # What a sync does.

    def _sync_budget(self, budget: Map, by: By) -> None:
        now, selector = self.clock.now, Selector.of(budget["spec"].get("selector"))
        pods = [pod for pod in self._pods.list(meta.namespace(budget)) if selector.matches(meta.labels(pod))]
        if not pods:
            self._tell(budget, "NoPods", "No matching pods found", by, warning=False)
        try:
            wanted = expected(budget, pods, self.informers, self.api)
        except Uncountable as why:
            message = f"Failed to calculate the number of expected pods: {why}"
            self._tell(budget, "CalculateExpectedPodCountFailed", message, by)
            self._write(budget, failed(budget, str(why), now), by)
            return
        if wanted.unmanaged:
            self._tell(budget, "UnmanagedPods", _UNMANAGED.format(go_text(budget["spec"].get("selector"))), by)
        evicted = disrupted(budget, pods, now)
        place = meta.namespace(budget)
        for pod in evicted.late:  # the real one says the namespace twice
            self._tell(pod, "NotDeleted", f"Pod was expected by PDB {place}/{place} to be deleted but it wasn't", by)
        status = status_of(budget, wanted, healthy(pods, evicted.pods, now), evicted.pods, now)
        if not is_same(budget, status):
            self._write(budget, status, by)
        if evicted.recheck is not None:
            cause = Cause(by.cause, by.command)
            self.queue.add_at((_BUDGET, *meta.key(budget)), evicted.recheck + BASE_DELAY, cause)

    def _write(self, budget: Map, status: Mapping[str, object], by: By) -> None:
        namespace, name = meta.key(budget)
        self.api.set_status(BUDGETS, namespace, name, status, by=by, version=meta.resource_version(budget))

    def _tell_shared(self, pod: Map, by: By) -> None:
        """Tell on a pod that several budgets select it."""
        budgets = self._selecting(pod)
        if len(budgets) > 1:
            place = f'"{meta.namespace(pod)}"/"{meta.name(pod)}"'
            chosen = f'Chose "{meta.name(budgets[0])}" arbitrarily.'
            message = f"Pod {place} matches multiple PodDisruptionBudgets.  {chosen}"
            self._tell(pod, "MultiplePodDisruptionBudgets", message, by)

    def _clear_target(self, pod: Map, by: By) -> None:
        """Say that a pod is not going to be disrupted after all, when it has said so for too long."""
        since = _target_since(pod)
        if since is None:
            return
        if since + STALE_AFTER > self.clock.now:
            self.queue.add_at((_TARGET, *meta.key(pod)), since + STALE_AFTER, Cause(by.cause, by.command))
            return
        generation = meta.metadata(pod).get("generation", 1)
        told = {"type": "DisruptionTarget", "observedGeneration": generation, "status": "False", "lastProbeTime": None}
        self.api.set_pod_condition(meta.namespace(pod), meta.name(pod), told, by=by)

    def _tell(self, about: Map, reason: str, message: str, by: By, *, warning: bool = True) -> None:
        self.api.record_event(about, reason, message, by=replace(by, actor=COMPONENT), warning=warning)


def _target_since(pod: Object) -> float | None:
    """Return since when a pod says that it will be disrupted, None if it does not or is in fact on its way out.

    What the kubelet says of its own doing stands.
    """
    target = condition(pod, "DisruptionTarget")
    if target is None or target["status"] != "True" or target.get("reason") == "TerminationByKubelet":
        return None
    return None if meta.deleting(pod) or is_over(pod) else seconds_of(target["lastTransitionTime"])


def go_text(selector: Object | None) -> str:
    """Return a LabelSelector as Go prints it with %v."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    rules = "".join(
        "LabelSelectorRequirement{"
        f"Key:{rule['key']},Operator:{rule['operator']},Values:[{' '.join(rule.get('values') or ())}],"
        "},"
        for rule in selector.get("matchExpressions") or ()
    )
    shown = f"map[string]string{{{labels}}}"
    return f"&LabelSelector{{MatchLabels:{shown},MatchExpressions:[]LabelSelectorRequirement{{{rules}}},}}"
