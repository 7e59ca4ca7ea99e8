"""The rules of spreading and inter-pod affinity once more, pod by pod and node by node, as their description says.

Slow and without any memory: what the plugins' counts are compared with. Everything is read from the manifests.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.kube.selectors import LabelSelector

Object = Mapping[str, Any]
HOST = "kubernetes.io/hostname"
TOO_MANY = "node(s) didn't match pod topology spread constraints"
NO_LABEL = "node(s) didn't match pod topology spread constraints (missing required label)"
AFFINITY = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


@dataclass(frozen=True)
class PlainNode:
    """A node and the pods on it."""

    object: Object
    pods: tuple[Object, ...]

    @property
    def name(self) -> str:
        return str(self.object["metadata"]["name"])

    @property
    def labels(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.object["metadata"]["labels"]
        return found


@dataclass(frozen=True)
class PlainCluster:
    """Nodes, and the labels of namespaces by name."""

    nodes: tuple[PlainNode, ...]
    namespaces: Mapping[str, Mapping[str, str]]


# Spreading


def _matching(node: PlainNode, pod: Object, constraint: Object) -> int:
    selector = constraint.get("labelSelector")
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return 0
    return sum(
        _labels_match(selector, other)
        for other in node.pods
        if other["metadata"]["namespace"] == pod["metadata"]["namespace"]
        and "deletionTimestamp" not in other["metadata"]
    )


def _labels_match(selector: Object | None, pod: Object) -> bool:
    return LabelSelector.of(selector).matches(pod["metadata"]["labels"])


def _included(node: PlainNode, pod: Object, constraint: Object) -> bool:
    wanted = pod["spec"].get("nodeSelector") or {}
    honors_selector = constraint.get("nodeAffinityPolicy", "Honor") == "Honor"
    if honors_selector and any(node.labels.get(key) != value for key, value in wanted.items()):
        return False
    honors_taints = constraint.get("nodeTaintsPolicy", "Ignore") == "Honor"
    return not (honors_taints and any(taint["effect"] != "PreferNoSchedule" for taint in node.object["spec"]["taints"]))


def spread_refusals(cluster: PlainCluster, pod: Object) -> dict[str, str]:
    """Return node -> reason for the nodes that DoNotSchedule constraints rule out. Tolerations are not looked at."""
    entries = pod["spec"].get("topologySpreadConstraints") or ()
    constraints = [entry for entry in entries if entry["whenUnsatisfiable"] == "DoNotSchedule"]
    found: dict[str, str] = {}
    for constraint in reversed(constraints):
        key = constraint["topologyKey"]
        counts: Counter[str] = Counter()
        for node in cluster.nodes:
            if all(other["topologyKey"] in node.labels for other in constraints) and _included(node, pod, constraint):
                counts[node.labels[key]] += _matching(node, pod, constraint)
        enough = len(counts) >= (constraint.get("minDomains") or 1)
        least = min(counts.values()) if counts and enough else 0
        itself = _labels_match(constraint.get("labelSelector"), pod)
        for node in cluster.nodes:
            if key not in node.labels:
                found[node.name] = NO_LABEL
            elif counts[node.labels[key]] + itself - least > constraint["maxSkew"]:
                found[node.name] = TOO_MANY
    return found


def spread_scores(
    cluster: PlainCluster, pod: Object, feasible: Sequence[str], defaults: Sequence[Object] = ()
) -> tuple[dict[str, int], dict[str, int]] | None:
    """Return (raw, normalised) scores of the feasible nodes by the ScheduleAnyway constraints; None without any.

    `defaults`: constraints for a pod that has none of its own; then nodes without a key take part.
    """
    own = pod["spec"].get("topologySpreadConstraints") or ()
    constraints = [entry for entry in own or defaults if entry["whenUnsatisfiable"] == "ScheduleAnyway"]
    if not constraints:
        return None
    nodes = [node for node in cluster.nodes if node.name in feasible]
    ignored = {
        node.name for node in nodes if own and any(entry["topologyKey"] not in node.labels for entry in constraints)
    }
    points = dict.fromkeys(feasible, 0.0)
    for constraint in constraints:
        key = constraint["topologyKey"]
        taking_part = [node for node in nodes if node.name not in ignored]
        around: Counter[str] = Counter()
        for node in cluster.nodes:
            complete = not own or all(entry["topologyKey"] in node.labels for entry in constraints)
            if complete and _included(node, pod, constraint):
                around[node.labels.get(key, "")] += _matching(node, pod, constraint)
        size = len(taking_part) if key == HOST else len({node.labels.get(key, "") for node in taking_part})
        for node in taking_part:
            if key in node.labels:
                count = _matching(node, pod, constraint) if key == HOST else around[node.labels[key]]
                points[node.name] += count * math.log(size + 2) + (constraint["maxSkew"] - 1)
    raw = {name: 0 if name in ignored else _round(points[name]) for name in feasible}
    scored = [raw[name] for name in feasible if name not in ignored]
    highest, lowest = max(scored, default=0), min(scored, default=0)
    scores = {name: 100 if not highest else 100 * (highest + lowest - raw[name]) // highest for name in feasible}
    return raw, scores | dict.fromkeys(ignored, 0)


def _round(value: float) -> int:
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)


# Inter-pod affinity


def terms_of(pod: Object, kind: str, when: str) -> Sequence[Object]:
    found: Sequence[Object] = ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(when) or ()
    return found


def term_matches(cluster: PlainCluster, term: Object, holder: Object, other: Object, *, incoming: bool) -> bool:
    """Return whether a term of `holder` speaks of the pod `other`.

    Of an `incoming` holder the namespaceSelector is asked twice: about the namespace, and about one without labels.
    """
    space = other["metadata"]["namespace"]
    named, chosen = term.get("namespaces") or (), term.get("namespaceSelector")
    if not named and chosen is None:
        named = (holder["metadata"]["namespace"],)
    selector = LabelSelector.of(chosen)
    here = space in named or selector.matches(cluster.namespaces.get(space, {})) or (incoming and selector.matches({}))
    return here and _labels_match(term.get("labelSelector"), other)


def domain_mates(cluster: PlainCluster, node: PlainNode, key: str) -> Iterable[Object]:
    for other in cluster.nodes:
        if key in node.labels and other.labels.get(key) == node.labels[key]:
            yield from other.pods


def affinity_refusals(cluster: PlainCluster, pod: Object) -> dict[str, str]:
    """Return node -> reason for the nodes that required terms rule out."""
    return {node.name: reason for node in cluster.nodes if (reason := _affinity_refusal(cluster, pod, node))}


def _affinity_refusal(cluster: PlainCluster, pod: Object, node: PlainNode) -> str | None:
    if not _affinity_satisfied(cluster, pod, node):
        return AFFINITY
    for term in terms_of(pod, "podAntiAffinity", REQUIRED):
        if any(
            term_matches(cluster, term, pod, mate, incoming=True)
            for mate in domain_mates(cluster, node, term["topologyKey"])
        ):
            return ANTI_AFFINITY
    for other in cluster.nodes:
        for mate in other.pods:
            for term in terms_of(mate, "podAntiAffinity", REQUIRED):
                key = term["topologyKey"]
                together = key in node.labels and other.labels.get(key) == node.labels[key]
                if together and term_matches(cluster, term, mate, pod, incoming=False):
                    return EXISTING
    return None


def _affinity_satisfied(cluster: PlainCluster, pod: Object, node: PlainNode) -> bool:
    terms = terms_of(pod, "podAffinity", REQUIRED)

    def wanted(mate: Object) -> bool:
        return all(term_matches(cluster, term, pod, mate, incoming=True) for term in terms)

    if any(term["topologyKey"] not in node.labels for term in terms):
        return False
    if all(any(map(wanted, domain_mates(cluster, node, term["topologyKey"]))) for term in terms):
        return True
    somewhere = any(
        wanted(mate)
        for other in cluster.nodes
        if any(term["topologyKey"] in other.labels for term in terms)
        for mate in other.pods
    )
    return not somewhere and wanted(pod)


def affinity_scores(
    cluster: PlainCluster, pod: Object, feasible: Sequence[str], hard_weight: int = 1
) -> tuple[dict[str, int], dict[str, int]] | None:
    """Return (raw, normalised) scores of the feasible nodes; None when no term is met anywhere."""
    worth: Counter[tuple[str, str]] = Counter()
    met = False
    for node in cluster.nodes:
        for mate in node.pods:
            for key, weight in _votes(cluster, pod, mate, hard_weight):
                if key in node.labels:
                    worth[key, node.labels[key]] += weight
                    met = True
    if not met:
        return None
    labels = {node.name: node.labels for node in cluster.nodes}
    raw = {name: sum(worth[pair] for pair in labels[name].items()) for name in feasible}
    lowest, highest = min(raw.values()), max(raw.values())
    width = float(highest - lowest)
    return raw, {name: int(100 * ((value - lowest) / width)) if width else 0 for name, value in raw.items()}


def _votes(cluster: PlainCluster, pod: Object, mate: Object, hard_weight: int) -> Iterable[tuple[str, int]]:
    """Yield (topology key, weight) for each preference that the two pods have of each other."""
    for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
        for holder, other in ((pod, mate), (mate, pod)):
            for entry in terms_of(holder, kind, PREFERRED):
                if term_matches(cluster, entry["podAffinityTerm"], holder, other, incoming=holder is pod):
                    yield entry["podAffinityTerm"]["topologyKey"], sign * entry["weight"]
    for term in terms_of(mate, "podAffinity", REQUIRED) if hard_weight else ():
        if term_matches(cluster, term, mate, pod, incoming=False):
            yield term["topologyKey"], hard_weight
