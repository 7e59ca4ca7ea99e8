"""Inter-pod affinity terms and topology spread constraints, read once from a pod into plain, hashable values.

Only reading and matching live here; counting is in topology_counts.py, the rules in plugins/.
After pkg/scheduler/framework/plugins/podtopologyspread/common.go and the AffinityTerm of the framework's types.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from playground.kube.selectors import EVERYTHING, NOTHING, Requirement, Selector

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AffinityTerm:
    """Pods of some namespaces with some labels, and the topology key that says what "near" means."""

    topology_key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector

    def matches(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Return whether a pod with these labels in this namespace is one the term speaks of."""
        here = namespace in self.namespaces or self.namespace_selector.matches(namespace_labels)
        return here and self.selector.matches(labels)

    @property
    def chooses_namespaces(self) -> bool:
        """Whether the namespaceSelector has to be looked up: it selects some, but not simply all."""
        return self.namespace_selector not in (NOTHING, EVERYTHING)


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A preferred term; `weight` is 1..100, negative for anti-affinity."""

    term: AffinityTerm
    weight: int


@dataclass(frozen=True, slots=True)
class AffinityTerms:
    """All terms of one pod."""

    affinity: tuple[AffinityTerm, ...] = ()
    anti_affinity: tuple[AffinityTerm, ...] = ()
    preferred: tuple[WeightedTerm, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.affinity or self.anti_affinity or self.preferred)


NO_TERMS: Final = AffinityTerms()


def affinity_terms(spec: Mapping[str, Any], namespace: str) -> AffinityTerms:
    """Read spec.affinity.podAffinity and podAntiAffinity of a pod that lives in `namespace`."""
    affinity = spec.get("affinity") or {}
    near, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
    if not near and not apart:
        return NO_TERMS
    return AffinityTerms(
        affinity=_required(near, namespace),
        anti_affinity=_required(apart, namespace),
        preferred=(*_preferred(near, namespace, 1), *_preferred(apart, namespace, -1)),
    )


def _required(rules: Mapping[str, Any], namespace: str) -> tuple[AffinityTerm, ...]:
    return tuple(_term(term, namespace) for term in rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())


def _preferred(rules: Mapping[str, Any], namespace: str, sign: int) -> Iterable[WeightedTerm]:
    for weighted in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
        yield WeightedTerm(_term(weighted["podAffinityTerm"], namespace), sign * weighted["weight"])


def _term(term: Mapping[str, Any], namespace: str) -> AffinityTerm:
    """Without namespaces and without a namespaceSelector a term means the pod's own namespace."""
    named, chosen = term.get("namespaces") or (), term.get("namespaceSelector")
    return AffinityTerm(
        topology_key=term["topologyKey"],
        selector=Selector.of(term.get("labelSelector")),
        namespaces=frozenset(named) if named or chosen is not None else frozenset({namespace}),
        namespace_selector=Selector.of(chosen),
    )


def resolve(term: AffinityTerm, namespaces: Mapping[str, Labels]) -> AffinityTerm:
    """Add to an incoming pod's term the names of the namespaces that its namespaceSelector chooses now.

    The selector stays. The real one means to drop it, but drops it from a copy (interpodaffinity/plugin.go of v1.36,
    mergeAffinityTermNamespacesIfNotEmpty), and later asks it about a namespace without labels: a selector that only
    excludes labels then means every namespace.
    """
    if not term.chooses_namespaces:
        return term
    names = frozenset(name for name, labels in namespaces.items() if term.namespace_selector.matches(labels))
    return replace(term, namespaces=term.namespaces | names)


@dataclass(frozen=True, slots=True)
class SpreadConstraint:
    """One entry of topologySpreadConstraints."""

    topology_key: str
    max_skew: int
    selector: Selector
    min_domains: int = 1
    honor_affinity: bool = True
    honor_taints: bool = False

    @property
    def counts_pods(self) -> bool:
        """Whether it counts pods on nodes: an empty selector does not, though it matches the incoming pod itself."""
        return not self.selector.empty


def spread_constraints(entries: Iterable[Mapping[str, Any]], labels: Labels, when: str) -> tuple[SpreadConstraint, ...]:
    """Read the entries whose whenUnsatisfiable is `when`; matchLabelKeys take their values from `labels`."""
    return tuple(_constraint(entry, labels) for entry in entries if entry["whenUnsatisfiable"] == when)


def _constraint(entry: Mapping[str, Any], labels: Labels) -> SpreadConstraint:
    selector = Selector.of(entry.get("labelSelector"))
    # The API server has merged them already, unless it was an older one; doing it again changes nothing.
    merged = [Requirement(key, "in", (labels[key],)) for key in entry.get("matchLabelKeys") or () if key in labels]
    if merged and not selector.nothing:
        selector = Selector((*selector.requirements, *merged))
    return SpreadConstraint(
        topology_key=entry["topologyKey"],
        max_skew=entry["maxSkew"],
        selector=selector,
        min_domains=entry.get("minDomains") or 1,
        honor_affinity=entry.get("nodeAffinityPolicy", "Honor") == "Honor",
        honor_taints=entry.get("nodeTaintsPolicy", "Ignore") == "Honor",
    )


def default_selector(
    labels: Labels,
    services: Iterable[Mapping[str, Any]],
    owner: Mapping[str, Any] | None,
    *,
    owner_selects_plainly: bool,
) -> Selector:
    """Deduce the selector of the default constraints; it is empty when nothing selects the pod.

    `services` are those of the pod's namespace, `owner` the ReplicationController (whose selector is a plain map of
    labels), ReplicaSet or StatefulSet that controls the pod. After plugins/helper/spread.go, DefaultSelector.
    """
    wanted: dict[str, str] = {}
    for service in services:
        chosen = service["spec"].get("selector")
        if chosen and all(labels.get(key) == value for key, value in chosen.items()):
            wanted |= chosen
    owned = owner["spec"].get("selector") if owner else None
    if owned and owner_selects_plainly:
        return Selector.of_set(wanted | owned)
    return Selector((*Selector.of_set(wanted).requirements, *Selector.of(owned).requirements))
