"""Queueing hints: every plugin's are ready for whatever may happen, and wake pods for what helps them."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.objects.frozen import freeze
from playground.kube.scheduler.events import Action, Event, Happening, Hint
from tests.kube.scheduler.support import HOST, TESTER, Bench, cluster, node, node_of, pod

BENCH = Bench(node("n1"), node("n2"))
TERM = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": HOST}
SPREAD = {**TERM, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
RULES: dict[str, Any] = {
    "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}},
    "topologySpreadConstraints": [SPREAD],
    "nodeSelector": {"disk": "ssd"},
}
SUBJECT = BENCH.read(pod("subject", cpu="1", labels={"app": "a"}, **RULES))
HINTS = [(plugin.name, event, hint) for plugin in BENCH.profile.enqueues for event, hint in plugin.events()]


def sides(resource: str) -> tuple[Any, Any]:
    """What a thing of that resource was and is."""
    if resource == "assigned":
        return BENCH.read(pod("x", cpu="2", nodeName="n1")), BENCH.read(pod("x", cpu="1", nodeName="n1"))
    if resource == "unscheduled":
        return freeze(pod("subject", cpu="2")), SUBJECT.object
    if resource == "nodes":
        return freeze(node("n1", cpu="1")), freeze(node("n1", cpu="4", labels={"disk": "ssd"}))
    return freeze({"metadata": {"name": "x"}}), freeze({"metadata": {"name": "x"}, "spec": {}})


@pytest.mark.parametrize(
    ("plugin", "event", "hint"), HINTS, ids=[f"{name}-{event.resource}" for name, event, _ in HINTS]
)
def test_a_hint_answers_whatever_happened(plugin: str, event: Event, hint: Hint) -> None:
    old, new = sides(event.resource)
    for action in event.actions:
        before = None if action is Action.ADD else old
        after = None if action is Action.DELETE else new
        assert hint(SUBJECT, Happening(event.resource, action, before, after)) in (True, False), plugin


def test_a_pod_is_tried_again_when_its_own_tolerations_or_labels_change() -> None:
    made = cluster(
        node("n1", taints=[{"key": "gpu", "value": "true", "effect": "NoSchedule"}]),
        pod("web", labels={"app": "a"}, topologySpreadConstraints=[SPREAD]),
    )
    made.advance(0)
    stored = made.get("pods", "web")
    labelled = {**stored["metadata"], "labels": {"app": "b"}}
    made.api.update({**stored, "metadata": labelled}, by=TESTER)
    made.advance(0)
    assert node_of(made, "web") is None
    tolerating = [*stored["spec"]["tolerations"], {"key": "gpu", "operator": "Exists"}]
    stored = made.get("pods", "web")
    made.api.update({**stored, "spec": {**stored["spec"], "tolerations": tolerating}}, by=TESTER)
    made.advance(0)
    assert node_of(made, "web") == "n1"
