"""From metrics to a number of replicas. After replica_calculator.go and metrics/utilization.go.

Values are in thousandths: of a core, of a byte. Pods that have no metrics, or are not ready yet, are counted so that
they hold the answer back: as idle when more replicas are wanted, as busy when fewer are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from playground.kube.client.pods import condition, phase
from playground.kube.clock import seconds_of
from playground.kube.controllers.horizontal_pod_autoscaler.metrics import PodMetrics
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.quantity import milli

Values = dict[str, int]  # pod -> thousandths
Json = Mapping[str, Any]

CPU_INITIALIZATION: Final = 300.0  # seconds in which a pod's CPU counts only while it is ready
INITIAL_READINESS: Final = 30.0  # seconds in which a pod becoming unready is taken for not having been ready yet
NO_SERVER: Final = (
    "unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)


class Unknown(Exception):
    """A number of replicas cannot be worked out; the text says why."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far use may be off without consequence."""

    down: float = 0.1
    up: float = 0.1

    def allow(self, ratio: float) -> bool:
        """Tell whether a ratio is near enough to one."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass(slots=True)
class Groups:
    """Pods by what their metrics are good for."""

    ready: int = 0
    unready: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A number of replicas, and the use that led to it: the average, and for a utilization the percentage."""

    replicas: int
    average: int
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about which pods, with which metrics (None: nobody has any), of what resource, where it stands."""

    pods: list[Map]
    metrics: Mapping[str, PodMetrics] | None
    resource: str
    container: str  # "" for the whole pod
    current: int
    tolerances: Tolerances
    now: float


def by_utilization(ask: Question, target: int) -> Found:
    """Return the replicas that bring use to *target* percent of what was requested. Raises Unknown."""
    values, groups = _measured(ask)
    requests = _requests(ask)
    ratio, percent, average = _utilization(values, requests, target)
    if not _is_doubtful(groups, ratio):
        return Found(_settled(ask, groups, ratio), average, percent)
    share = max(100, target)
    _fill(values, groups, ratio, {name: requests[name] * share // 100 for name in groups.missing})
    again, _, _ = _utilization(values, requests, target)
    return Found(_cautious(ask, ratio, again, len(values)), average, percent)


def by_value(ask: Question, target: int) -> Found:
    """Return the replicas that bring the average use to *target* thousandths. Raises Unknown."""
    values, groups = _measured(ask)
    average = sum(values.values()) // len(values)
    ratio = average / target
    if not _is_doubtful(groups, ratio):
        return Found(_settled(ask, groups, ratio), average)
    _fill(values, groups, ratio, dict.fromkeys(groups.missing, target))
    again = sum(values.values()) // len(values) / target
    return Found(_cautious(ask, ratio, again, len(values)), average)


def _measured(ask: Question) -> tuple[Values, Groups]:
    """Return what is used by the pods that count, and all pods in groups."""
    metrics = ask.metrics
    if not metrics:
        why = NO_SERVER if metrics is None else "no metrics returned from resource metrics API"
        raise Unknown(f"unable to get metrics for resource {ask.resource}: {why}")
    if not ask.pods:
        raise Unknown("no pods returned by selector while calculating replica count")
    values = {name: value for name, found in metrics.items() if (value := _value(ask, found)) is not None}
    groups = group(ask.pods, {name: metrics[name] for name in values}, ask.resource, ask.now)
    for name in (*groups.ignored, *groups.unready):
        values.pop(name, None)
    if not values:
        raise Unknown("did not receive metrics for targeted pods (pods might be unready)")
    return values, groups


def _value(ask: Question, found: PodMetrics) -> int | None:
    uses = found.containers
    if ask.container:
        if ask.container not in uses:
            return None
        uses = {ask.container: uses[ask.container]}
    if not uses:
        return None
    return sum(use.cpu if ask.resource == "cpu" else use.memory * 1000 for use in uses.values())


def group(pods: Iterable[Object], metrics: Mapping[str, PodMetrics], resource: str, now: float) -> Groups:
    """Return the pods in groups (groupPods)."""
    groups = Groups()
    for pod in pods:
        name = meta.name(pod)
        if meta.deleting(pod) or phase(pod) == "Failed":
            groups.ignored.append(name)
        elif phase(pod) == "Pending":
            groups.unready.append(name)
        elif name not in metrics:
            groups.missing.append(name)
        elif resource == "cpu" and _is_starting(pod, metrics[name], now):
            groups.unready.append(name)
        else:
            groups.ready += 1
    return groups


def _is_starting(pod: Object, metric: PodMetrics, now: float) -> bool:
    """Tell whether a pod's CPU says nothing yet: it is not ready, or its metrics are from before it was."""
    ready, start = condition(pod, "Ready"), (pod.get("status") or EMPTY).get("startTime")
    if ready is None or not start:
        return True
    moved = seconds_of(ready["lastTransitionTime"])
    is_unready = ready["status"] == "False"
    if seconds_of(start) + CPU_INITIALIZATION > now:
        return is_unready or metric.timestamp < moved + metric.window
    return is_unready and seconds_of(start) + INITIAL_READINESS > moved


def _is_doubtful(groups: Groups, ratio: float) -> bool:
    """Tell whether pods without good metrics have to be guessed at."""
    return bool(groups.missing) or (bool(groups.unready) and ratio > 1.0)


def _settled(ask: Question, groups: Groups, ratio: float) -> int:
    return ask.current if ask.tolerances.allow(ratio) else ceil(ratio * groups.ready)


def _fill(values: Values, groups: Groups, ratio: float, busy: Values) -> None:
    """Guess at pods without good metrics, against the direction in which things are going."""
    if ratio < 1.0:
        values.update(busy)
    elif ratio > 1.0:
        values.update(dict.fromkeys((*groups.missing, *groups.unready), 0))


def _cautious(ask: Question, ratio: float, again: float, count: int) -> int:
    """Return the replicas with the guesses in; as they are where these turn the direction."""
    if ask.tolerances.allow(again) or (ratio < 1.0 < again) or (again < 1.0 < ratio):
        return ask.current
    replicas = ceil(again * count)
    if (again < 1.0 and replicas > ask.current) or (again > 1.0 and replicas < ask.current):
        return ask.current
    return replicas


def _utilization(values: Values, requests: Values, target: int) -> tuple[float, int, int]:
    """Return used over wanted, the percentage of the requests in use, and the average use."""
    known = [name for name in values if name in requests]
    requested = sum(requests[name] for name in known)
    if requested == 0:
        raise Unknown("no metrics returned matched known pods")
    used = sum(values[name] for name in known)
    percent = used * 100 // requested
    return percent / target, percent, used // len(known)


def _requests(ask: Question) -> Values:
    """Return what each pod, or its container, requests. Raises Unknown for one that requests nothing."""
    return {meta.name(pod): _request(pod, ask.container, ask.resource) for pod in ask.pods}


def _request(pod: Object, container: str, resource: str) -> int:
    spec = pod["spec"]
    whole = ((spec.get("resources") or EMPTY).get("requests") or EMPTY) if not container else EMPTY
    if resource in whole:
        return milli(whole[resource])
    sidecars = (item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always")
    total = 0
    for item in (*spec["containers"], *sidecars):
        if container in {"", item["name"]}:
            requests = (item.get("resources") or EMPTY).get("requests") or EMPTY
            if resource not in requests:
                name = meta.name(pod)
                raise Unknown(f"missing request for {resource} in container {item['name']} of Pod {name}")
            total += milli(requests[resource])
        if container == item["name"]:
            return total
    if container:
        raise Unknown(f"container {container} not found in Pod {meta.name(pod)}")
    return total
