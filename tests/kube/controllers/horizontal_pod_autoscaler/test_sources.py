"""Metrics that nobody serves, told as a real cluster without an adapter tells them."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.controllers.horizontal_pod_autoscaler.calculator import Question, Tolerances
from playground.kube.controllers.horizontal_pod_autoscaler.sources import NO_CUSTOM, NoProposal, propose

ASK = Question([], {}, "", "", 1, Tolerances(), 0.0)


def refusal(metric: dict[str, Any]) -> NoProposal:
    """Why a metric gives nothing."""
    with pytest.raises(NoProposal) as caught:
        propose(metric, ASK, "shop")
    return caught.value


def test_custom_metrics_of_pods_are_not_served() -> None:
    error = refusal({"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"averageValue": "10"}}})
    assert error.reason == "FailedGetPodsMetric"
    assert error.why == f"unable to get metric hits: {NO_CUSTOM}"
    assert error.whole == f"failed to get pods metric value: unable to get metric hits: {NO_CUSTOM}"


def test_nor_are_those_of_objects() -> None:
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}
    source = {"metric": {"name": "hits"}, "describedObject": ingress, "target": {"type": "Value", "value": "10"}}
    error = refusal({"type": "Object", "object": source})
    assert (error.reason, error.why) == (
        "FailedGetObjectMetric",
        f"unable to get metric hits: Ingress on shop main/{NO_CUSTOM}",
    )


def test_nor_external_ones() -> None:
    metric = {"name": "queue", "selector": {"matchLabels": {"q": "a"}}}
    error = refusal({"type": "External", "external": {"metric": metric, "target": {"averageValue": "30"}}})
    assert error.reason == "FailedGetExternalMetric"
    assert error.why == (
        "failed to get queue external metric: unable to get external metric shop/queue/&LabelSelector{MatchLabels:"
        "map[string]string{q: a,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from "
        "external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)"
    )


def test_cpu_without_metrics_names_what_was_wanted() -> None:
    target = {"type": "Utilization", "averageUtilization": 50}
    error = refusal({"type": "Resource", "resource": {"name": "cpu", "target": target}})
    assert error.whole == (
        "failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource "
        "cpu: no metrics returned from resource metrics API"
    )
    named = {"name": "cpu", "container": "web", "target": {"type": "AverageValue", "averageValue": "100m"}}
    error = refusal({"type": "ContainerResource", "containerResource": named})
    assert error.reason == "FailedGetContainerResourceMetric"
    assert error.whole.startswith("failed to get web container metric value: failed to get cpu usage: ")
