"""The metrics that an autoscaler lists, one by one: the replicas each asks for, its status, its name.

After horizontal.go (computeReplicasForMetric). CPU and memory are known here. Nobody serves custom or external metrics
in this cluster, and the answers say so as they do in a real one without an adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from playground.kube.controllers.horizontal_pod_autoscaler.calculator import (
    Found,
    Question,
    Unknown,
    by_utilization,
    by_value,
)
from playground.kube.objects.frozen import Object
from playground.kube.quantity import Quantity, milli

Json = Mapping[str, Any]

NO_CUSTOM: Final = (
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
)
_REASONS: Final = {
    "Resource": "FailedGetResourceMetric",
    "ContainerResource": "FailedGetContainerResourceMetric",
    "Pods": "FailedGetPodsMetric",
    "Object": "FailedGetObjectMetric",
    "External": "FailedGetExternalMetric",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one metric asks for. *name* as events and conditions say it."""

    replicas: int
    name: str
    status: Json


class NoProposal(Exception):
    """A metric gives no number: the event's reason and text, and the longer text about the whole evaluation."""

    def __init__(self, reason: str, why: str, whole: str) -> None:
        super().__init__(why)
        self.reason, self.why, self.whole = reason, why, whole


def propose(metric: Json, ask: Question, namespace: str) -> Proposal:
    """Return what a metric of the spec asks for. Raises NoProposal."""
    kind = metric["type"]
    source = {"Resource": "resource", "ContainerResource": "containerResource"}.get(kind)
    if source is None:
        why = _not_served(metric, kind, namespace)
    else:
        try:
            return _resource(metric[source], kind, ask)
        except Unknown as error:
            why = str(error)
    raise NoProposal(_REASONS[kind], why, f"failed to get {_told(metric, kind)} metric value: {why}")


def _told(metric: Json, kind: str) -> str:
    match kind:
        case "Resource":
            return f"{metric['resource']['name']} resource"
        case "ContainerResource":
            return f"{metric['containerResource']['container']} container"
        case "External":
            return f"{metric['external']['metric']['name']} external"
        case _:
            return kind.lower()


def _resource(source: Json, kind: str, ask: Question) -> Proposal:
    name, target, container = source["name"], source["target"], source.get("container", "")
    ask = replace(ask, resource=name, container=container)
    label = f"{name} resource"
    if target.get("averageValue") is not None:
        found = _named(f"failed to get {name} usage", by_value, ask, milli(target["averageValue"]))
    elif target.get("averageUtilization") is not None:
        found = _named(f"failed to get {name} utilization", by_utilization, ask, target["averageUtilization"])
        of = "container resource" if container else "resource"
        label = f"{name} {of} utilization (percentage of request)"
    else:
        raise Unknown(
            "invalid resource metric source: neither an average utilization target nor an average value (usage) "
            "target was set"
        )
    return Proposal(found.replicas, label, {"type": kind, **_status(source, kind, found)})


def _named(what: str, calculate: Any, ask: Question, target: int) -> Found:
    try:
        found: Found = calculate(ask, target)
    except Unknown as error:
        raise Unknown(f"{what}: {error}") from None
    return found


def _status(source: Json, kind: str, found: Found) -> Json:
    average = str(Quantity(found.average, -3, "BinarySI" if source["name"] == "memory" else "DecimalSI"))
    share = {} if found.percent is None else {"averageUtilization": found.percent}
    current = {"averageValue": average, **share}
    if kind == "Resource":
        return {"resource": {"name": source["name"], "current": current}}
    named = {"name": source["name"], "container": source["container"], "current": current}
    return {"containerResource": named}


def _not_served(metric: Json, kind: str, namespace: str) -> str:
    """Return why a metric that is none of a pod's resources cannot be had."""
    if kind == "Pods":
        return f"unable to get metric {metric['pods']['metric']['name']}: {NO_CUSTOM}"
    if kind == "Object":
        source = metric["object"]
        about, name = source["describedObject"], source["metric"]["name"]
        why = f"unable to get metric {name}: {about['kind']} on {namespace} {about['name']}/{NO_CUSTOM}"
        per_pod = source["target"].get("averageValue") is not None and source["target"].get("value") is None
        return f"failed to get {name} object metric: {why}" if per_pod else why
    source = metric["external"]
    name = source["metric"]["name"]
    missing = f"the server could not find the requested resource (get {name}.external.metrics.k8s.io)"
    selector = go_selector(source["metric"].get("selector"))
    why = f"unable to get external metric {namespace}/{name}/{selector}"
    per_pod = source["target"].get("averageValue") is not None
    what = f"{name} external metric" if per_pod else f"external metric {name}"
    return f"failed to get {what}: {why}: unable to fetch metrics from external metrics API: {missing}"


def go_selector(selector: Object | None) -> str:
    """Return a metric's selector as Go prints it with %+v."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    shown = f"map[string]string{{{labels}}}"
    return f"&LabelSelector{{MatchLabels:{shown},MatchExpressions:[]LabelSelectorRequirement{{}},}}"
