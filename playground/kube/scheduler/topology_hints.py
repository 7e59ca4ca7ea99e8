"""Queueing hints of PodTopologySpread and InterPodAffinity: after which happenings a refused pod is worth another try.

After isSchedulableAfterPodChange and isSchedulableAfterNodeChange in podtopologyspread/plugin.go and
interpodaffinity/plugin.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from playground.kube.objects import meta
from playground.kube.scheduler.events import Action, Event, Happening, Hint
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.topology_index import terms_of
from playground.kube.scheduler.topology_terms import AffinityTerm, Labels, SpreadConstraint

Object = Mapping[str, Any]
Constraints = Callable[[Shape], Sequence[SpreadConstraint]]
Events = tuple[tuple[Event, Hint], ...]
POD_CAME_OR_WENT = Action.ADD | Action.UPDATE_POD_LABEL | Action.DELETE


def spread_events(constraints: Constraints) -> Events:
    """Return the events of PodTopologySpread; `constraints` gives the DoNotSchedule constraints of a pod."""

    def after_assigned(pod: Pod, happening: Happening) -> bool:
        old, new = happening.old, happening.new
        if any(other is not None and other.namespace != pod.namespace for other in (old, new)):
            return False
        return _spread_differs(constraints(pod.shape), _labels(old), _labels(new))

    def after_itself(pod: Pod, happening: Happening) -> bool:
        own = constraints(pod.shape)
        if Action.UPDATE_POD_TOLERATION in happening.actions and any(constraint.honor_taints for constraint in own):
            return True
        return _spread_differs(own, meta.labels(happening.old), meta.labels(happening.new))

    def after_node(pod: Pod, happening: Happening) -> bool:
        return _node_matters(constraints(pod.shape), happening.old, happening.new)

    node_actions = Action.ADD | Action.DELETE | Action.UPDATE_NODE_LABEL | Action.UPDATE_NODE_TAINT
    return (
        (Event("assigned", POD_CAME_OR_WENT), after_assigned),
        (Event("unscheduled", Action.UPDATE_POD_LABEL | Action.UPDATE_POD_TOLERATION), after_itself),
        (Event("nodes", node_actions), after_node),
    )


def affinity_events() -> Events:
    """Return the events of InterPodAffinity."""
    return (
        (Event("assigned", POD_CAME_OR_WENT), _after_neighbour),
        (Event("unscheduled", Action.UPDATE_POD_LABEL), lambda _pod, _happening: True),
        (Event("nodes", Action.ADD | Action.UPDATE_NODE_LABEL), _after_node),
    )


def _labels(pod: Pod | None) -> Labels | None:
    return None if pod is None else pod.labels


def _spread_differs(constraints: Sequence[SpreadConstraint], old: Labels | None, new: Labels | None) -> bool:
    """Return whether a pod that came, went or was relabelled changes what some constraint counts."""
    if old is None or new is None:
        labels = new if old is None else old
        return any(constraint.selector.matches(labels or {}) for constraint in constraints)
    return any(constraint.selector.matches(old) != constraint.selector.matches(new) for constraint in constraints)


def _node_matters(constraints: Sequence[SpreadConstraint], old: Object | None, new: Object | None) -> bool:
    """Return whether a node came to, left, or moved within the domains of the constraints, or has other taints."""
    keys = [constraint.topology_key for constraint in constraints]
    before, after = meta.labels(old or {}), meta.labels(new or {})
    took_part = old is not None and all(key in before for key in keys)
    takes_part = new is not None and all(key in after for key in keys)
    if old is None or new is None:
        return took_part or takes_part
    if took_part != takes_part:
        return True
    moved = any(before.get(key) != after.get(key) for key in keys)
    return takes_part and (moved or _taints(old) != _taints(new))


def _taints(node: Object) -> Any:
    return (node.get("spec") or {}).get("taints") or []


def _match_all(terms: Sequence[AffinityTerm], pod: Pod) -> bool:
    """Return whether a pod matches every term; no terms match no pod. Namespace selectors are not looked at here."""
    return bool(terms) and all(term.matches(pod.namespace, pod.labels, {}) for term in terms)


def _after_neighbour(pod: Pod, happening: Happening) -> bool:
    """A pod that the affinity wants came, or one that anti-affinity (either way) minds went."""
    old, new = happening.old, happening.new
    wanted, minded = terms_of(pod.shape).affinity, terms_of(pod.shape).anti_affinity
    if old is not None and new is not None:
        comes = not _match_all(wanted, old) and _match_all(wanted, new)
        goes = _match_all(minded, old) and not _match_all(minded, new)
        return comes or goes
    if new is not None:
        return _match_all(wanted, new)
    return _match_all(minded, old) or _match_all(terms_of(old.shape).anti_affinity, pod)


def _after_node(pod: Pod, happening: Happening) -> bool:
    """A node came into a domain of the affinity, or left one of the anti-affinity."""
    wanted, minded = terms_of(pod.shape).affinity, terms_of(pod.shape).anti_affinity
    after = meta.labels(happening.new)
    if happening.old is None:
        return bool(minded) or any(term.topology_key in after for term in wanted)
    before = meta.labels(happening.old)
    for term in wanted:
        key = term.topology_key
        if key in after and before.get(key) != after[key]:
            return True
    keys = (term.topology_key for term in minded)
    return any(key in before and before[key] != after.get(key) for key in keys)
