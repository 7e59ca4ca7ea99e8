"""The autoscaler's evaluations: when they come, what they read and write. After horizontal.go.

Each autoscaler is looked at every 15 s from its creation on. Between evaluations nothing happens; one that finds all as
it was writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from playground.kube.apiserver.updating import Target
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.clock import stamp_of
from playground.kube.controllers.horizontal_pod_autoscaler.calculator import Question, Tolerances
from playground.kube.controllers.horizontal_pod_autoscaler.history import (
    Histories,
    History,
    histories_state,
    restored,
)
from playground.kube.controllers.horizontal_pod_autoscaler.limits import Limits, limited, longest
from playground.kube.controllers.horizontal_pod_autoscaler.metrics import Metrics, Served
from playground.kube.controllers.horizontal_pod_autoscaler.sources import NoProposal, Proposal, propose
from playground.kube.controllers.horizontal_pod_autoscaler.status import Status, read
from playground.kube.controllers.horizontal_pod_autoscaler.target import Refused, Scaled, scaled
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.meta import Key
from playground.kube.quantity import parse as quantity
from playground.kube.selectors import Selector, parse_labels
from playground.kube.store import By, Change

AUTOSCALERS: Final = "horizontalpodautoscalers.autoscaling"
Json = Mapping[str, Any]
Maps = list[Map]


@dataclass(slots=True)
class Look:
    """One evaluation of one autoscaler."""

    autoscaler: Map
    status: Status
    history: History
    by: By
    now: float


class HorizontalPodAutoscalerController(Controller):
    """Scales workloads by what their pods use. *metrics*: who knows that; None for what the API server serves."""

    name = "horizontal-pod-autoscaler"

    def __init__(self, context: Context, metrics: Metrics | None = None) -> None:
        self._metrics = metrics
        self._period = context.settings.horizontal_pod_autoscaler_sync_period
        self._autoscalers = context.informers.cache(AUTOSCALERS)
        self._pods = context.informers.cache("pods")
        self._histories: Histories = {}
        self._selectors: dict[Key, str] = {}  # of the autoscalers that were looked at
        self._selected: dict[tuple[str, str], Maps] = {}  # namespace, selector -> pods, until one changes
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Autoscalers; pods only to know that they changed."""
        return {AUTOSCALERS: self._changed, "pods": self._pod_changed}

    def sync(self, item: Item, by: By) -> None:
        """Evaluate an autoscaler, and come back in 15 s."""
        key = (item[0], item[1])
        autoscaler = self._autoscalers.get(*key)
        if autoscaler is None:
            self._histories.pop(key, None)
            self._selectors.pop(key, None)
            return
        self.queue.add_at(item, self.clock.now + self._period)
        history = self._histories.setdefault(key, History())
        self._evaluate(Look(autoscaler, read(autoscaler, self.clock.now), history, by, self.clock.now))

    def _changed(self, change: Change) -> None:
        self.queue.add_at(change.key, self.clock.now + self._period, Cause.of(change))

    def _pod_changed(self, change: Change) -> None:
        namespace = change.key[0]
        for key in [key for key in self._selected if key[0] == namespace]:
            del self._selected[key]

    # An evaluation.

    def _evaluate(self, look: Look) -> None:
        try:
            target = scaled(self.api, look.autoscaler)
        except Refused as error:
            self._tell(look, "FailedGetScale", str(error))
            message = f"the HPA controller was unable to get the target's current scale: {error}"
            look.status.set("AbleToScale", "FailedGetScale", message, is_true=False)
            self._write(look)
            return
        message = "the HPA controller was able to get the target's current scale"
        look.status.set("AbleToScale", "SucceededGetScale", message, is_true=True)
        current = target.replicas
        look.history.begin(current, look.now)
        look.status.current, look.status.metrics = current, None
        try:
            desired, reason = self._desired(look, target)
        except Refused as error:
            self._write(look)
            self._tell(look, "FailedComputeMetricsReplicas", str(error))
            return
        if desired != current and not self._rescale(look, target, desired, reason):
            return
        look.status.desired = desired
        self._write(look)

    def _desired(self, look: Look, target: Scaled) -> tuple[int, str]:
        """Return the replicas that should be, and why. Raises Refused when no metric says anything."""
        spec, current = look.autoscaler["spec"], target.replicas
        least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
        if current == 0:
            message = "scaling is disabled since the replica count of the target is zero"
            look.status.set("ScalingActive", "ScalingDisabled", message, is_true=False)
            return 0, ""
        if current > most:
            return most, "Current number of replicas above Spec.MaxReplicas"
        if current < least:
            return least, "Current number of replicas below Spec.MinReplicas"
        wanted, metric = self._by_metrics(look, target)
        reason = f"{metric} above target" if wanted > current else ""
        reason = "All metrics below target" if wanted < current else reason
        limits = Limits(least, most, spec.get("behavior"), current, look.now)
        found = limited(wanted, limits, look.history)
        look.status.set("AbleToScale", *found.able, is_true=True)
        look.status.set("ScalingLimited", *found.limit, is_true=found.is_limited)
        return found.replicas, reason

    def _by_metrics(self, look: Look, target: Scaled) -> tuple[int, str]:
        """Return the most replicas that any metric asks for, and which. Raises Refused.

        Where one cannot be had, the others may scale up, but not down.
        """
        ask = self._question(look, target)
        metrics, namespace = look.autoscaler["spec"]["metrics"], meta.namespace(look.autoscaler)
        best: Proposal | None = None
        failures: list[NoProposal] = []
        statuses: list[Json] = []
        for metric in metrics:
            try:
                proposal = propose(metric, ask, namespace)
            except NoProposal as error:
                self._tell(look, error.reason, error.why)
                failures.append(error)
                statuses.append({"type": ""})
                continue
            statuses.append(proposal.status)
            best = proposal if best is None or proposal.replicas > best.replicas else best
        look.status.metrics = statuses
        if best is None or (failures and best.replicas < ask.current):
            first = failures[0]
            message = f"the HPA was unable to compute the replica count: {first.why}"
            look.status.set("ScalingActive", first.reason, message, is_true=False)
            counts = f"{len(failures)} invalid out of {len(metrics)}"
            raise Refused(f"invalid metrics ({counts}), first error is: {first.whole}")
        message = f"the HPA was able to successfully calculate a replica count from {best.name}"
        look.status.set("ScalingActive", "ValidMetricFound", message, is_true=True)
        return best.replicas, best.name

    def _question(self, look: Look, target: Scaled) -> Question:
        """Return what each metric is asked. Raises Refused for pods that another autoscaler scales, too."""
        selector = target.scale["status"].get("selector", "")
        if not selector:
            message = "the HPA target's scale is missing a selector"
            raise self._no_selector(look, "SelectorRequired", "InvalidSelector", "selector is required", message)
        namespace = meta.namespace(look.autoscaler)
        self._selectors[meta.key(look.autoscaler)] = selector
        pods = self._select(namespace, selector)
        rivals = self._rivals(namespace, pods)
        if len(rivals) > 1:
            listed = " ".join(f"{{{name} {namespace}}}" for name in rivals)
            why = f"pods by selector {selector} are controlled by multiple HPAs: [{listed}]"
            raise self._no_selector(look, "AmbiguousSelector", "AmbiguousSelector", why, why)
        source = self.api.core.streams.metrics
        known = self._metrics or (None if source is None else Served(source))
        found = None if known is None else {meta.name(pod): of for pod in pods if (of := known.of(pod, look.now))}
        return Question(pods, found, "", "", target.replicas, _tolerances(look.autoscaler), look.now)

    def _no_selector(self, look: Look, event: str, reason: str, why: str, message: str) -> Refused:
        self._tell(look, event, why)
        look.status.set("ScalingActive", reason, message, is_true=False)
        return Refused(why)

    def _select(self, namespace: str, selector: str) -> Maps:
        pods = self._selected.get((namespace, selector))
        if pods is None:
            matches = _selector(selector).matches
            pods = [pod for pod in self._pods.list(namespace) if matches(meta.labels(pod))]
            self._selected[namespace, selector] = pods
        return pods

    def _rivals(self, namespace: str, pods: Maps) -> list[str]:
        """Return the names of all autoscalers that scale any of these pods."""
        around = [(name, text) for (place, name), text in self._selectors.items() if place == namespace]
        if len(around) < 2:
            return []
        found = [name for name, text in around if any(_selector(text).matches(meta.labels(pod)) for pod in pods)]
        return sorted(found)

    def _rescale(self, look: Look, target: Scaled, desired: int, reason: str) -> bool:
        """Set the replicas; answer whether that worked. Either is told."""
        status, namespace = look.status, meta.namespace(look.autoscaler)
        body = {**target.scale, "spec": {"replicas": desired}}
        place = Target(target.resource, namespace, meta.name(target.scale), "scale")
        try:
            self.api.update(body, target=place, by=look.by)
        except ApiError as error:
            self._tell(look, "FailedRescale", f"New size: {desired}; reason: {reason}; error: {error.message}")
            message = f"the HPA controller was unable to update the target scale: {error.message}"
            status.set("AbleToScale", "FailedUpdateScale", message, is_true=False)
            self._write(look)
            return False
        message = f"the HPA controller was able to update the target scale to {desired}"
        status.set("AbleToScale", "SucceededRescale", message, is_true=True)
        told = f"New size: {desired}; reason: {reason}"
        self.api.record_event(look.autoscaler, "SuccessfulRescale", told, by=look.by)
        behavior = look.autoscaler["spec"].get("behavior")
        if behavior is not None:
            look.history.scaled(target.replicas, desired, longest(behavior), look.now)
        status.scaled_at = stamp_of(look.now)
        return True

    def _write(self, look: Look) -> None:
        """Write the status, if it is another one."""
        namespace, name = meta.key(look.autoscaler)
        version = meta.resource_version(look.autoscaler)
        try:
            self.api.set_status(AUTOSCALERS, namespace, name, look.status.json(), by=look.by, version=version)
        except ApiError as error:
            self._tell(look, "FailedUpdateStatus", error.message)

    def _tell(self, look: Look, reason: str, message: str) -> None:
        self.api.record_event(look.autoscaler, reason, message, by=look.by, warning=True)

    def own_state(self) -> dict[str, Any]:
        """Return what was recommended and done, and who selects what."""
        selectors = [[*key, text] for key, text in self._selectors.items()]
        return {"histories": histories_state(self._histories), "selectors": selectors}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._histories = {(namespace, name): restored(history) for namespace, name, history in state["histories"]}
        self._selectors = {(namespace, name): text for namespace, name, text in state["selectors"]}


def _tolerances(autoscaler: Object) -> Tolerances:
    """Return how far use may be off: a tenth, unless the spec says otherwise."""
    behavior = autoscaler["spec"].get("behavior") or {}
    given = [(behavior.get(way) or {}).get("tolerance") for way in ("scaleDown", "scaleUp")]
    down, up = (0.1 if text is None else float(quantity(text).fraction()) for text in given)
    return Tolerances(down, up)


@lru_cache(maxsize=256)
def _selector(text: str) -> Selector:
    return parse_labels(text)
