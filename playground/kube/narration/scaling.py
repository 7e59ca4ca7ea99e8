"""What is said of autoscalers and disruption budgets."""

from __future__ import annotations

from typing import Any

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, count, spec, status, turned
from playground.kube.narration.world import World
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import Change


def tell_budget(change: Change, world: World) -> str:
    """Say what a change of a PodDisruptionBudget was."""
    del world
    new, old = status(change.object), status(change.previous)
    promised = set(new.get("disruptedPods") or ()) - set(old.get("disruptedPods") or ())
    if change.type == "MODIFIED" and promised:
        left = count(new.get("disruptionsAllowed", 0), "more pod")
        return f"{capital(called(change.object))} lets {plain.listed(sorted(promised))} go; {left} may be evicted now."
    if change.type != "MODIFIED" or new == old or "disruptionsAllowed" not in new:
        return plain.tell(change)
    healthy, needed, allowed = new.get("currentHealthy", 0), new.get("desiredHealthy", 0), new["disruptionsAllowed"]
    name = capital(called(change.object))
    return f"{name}: {healthy} healthy, at least {needed} needed, so {count(allowed, 'pod')} may be evicted."


def tell_autoscaler(change: Change, world: World) -> str:
    """Say what a change of a HorizontalPodAutoscaler was."""
    del world
    new, old = status(change.object), status(change.previous)
    if change.type != "MODIFIED" or new == old:
        return plain.tell(change)
    name = capital(called(change.object))
    if new.get("desiredReplicas") != old.get("desiredReplicas"):
        measured = _measured(change.object)
        return f"{name} wants {count(new.get('desiredReplicas', 0), 'pod')}{f': {measured}' if measured else ''}."
    measured = _measured(change.object)
    for condition in turned(change):
        if condition.get("message"):
            return f"{name}: {condition['message'].rstrip(' .')}."
    if new.get("currentMetrics") != old.get("currentMetrics") and measured:
        return f"{name} measured {measured}."
    before = plain.conditions(change.previous)
    for kind, condition in plain.conditions(change.object).items():
        if condition.get("message") != before.get(kind, EMPTY).get("message"):
            return f"{name}: {str(condition.get('message')).rstrip(' .')}."
    if new.get("currentReplicas") != old.get("currentReplicas"):
        return f"{name} sees {count(new.get('currentReplicas', 0), 'pod')} of its target."
    return f"{name} measured {measured}." if measured else plain.tell(change)


def _measured(scaler: Object) -> str:
    """What it measured and what it aims at: "cpu is at 90 %, aimed at 50 %"."""
    wanted = {_name(item): _target(item) for item in spec(scaler).get("metrics") or ()}
    parts = []
    for item in status(scaler).get("currentMetrics") or ():
        current = (item.get("resource") or item.get("containerResource") or EMPTY).get("current") or EMPTY
        if "averageUtilization" in current:
            parts.append(f"{_name(item)} is at {current['averageUtilization']} %{wanted.get(_name(item), '')}")
        elif "averageValue" in current:
            parts.append(f"{_name(item)} is at {current['averageValue']}{wanted.get(_name(item), '')}")
    return plain.listed(parts)


def _name(item: Any) -> str:
    found: str = (item.get("resource") or item.get("containerResource") or EMPTY).get("name", item.get("type", ""))
    return found


def _target(item: Any) -> str:
    target = (item.get("resource") or item.get("containerResource") or EMPTY).get("target") or EMPTY
    if "averageUtilization" in target:
        return f", aimed at {target['averageUtilization']} %"
    return f", aimed at {target['averageValue']}" if "averageValue" in target else ""
