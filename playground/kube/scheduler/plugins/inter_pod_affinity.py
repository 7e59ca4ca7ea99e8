"""InterPodAffinity: pods that want to be near to, or apart from, other pods.

Required terms refuse nodes: those of the pod itself, and the anti-affinity of pods that are there already. Preferred
terms score nodes, again from both sides; the required affinity of pods already there scores too.
After pkg/scheduler/framework/plugins/interpodaffinity.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.kube.objects import meta
from playground.kube.scheduler.events import Event, Hint
from playground.kube.scheduler.framework import MAX_NODE_SCORE, Code, Handle, Status
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Rows
from playground.kube.scheduler.topology_counts import Tally, View
from playground.kube.scheduler.topology_hints import affinity_events
from playground.kube.scheduler.topology_index import Near, TopologyIndex, terms_of
from playground.kube.scheduler.topology_terms import AffinityTerm, Labels, WeightedTerm, resolve

NAME: Final = "InterPodAffinity"
REASON_AFFINITY: Final = "node(s) didn't match pod affinity rules"
REASON_ANTI_AFFINITY: Final = "node(s) didn't match pod anti-affinity rules"
REASON_EXISTING: Final = "node(s) didn't satisfy existing pods anti-affinity rules"
# Verdicts, in the order in which they are worked out: of several that hold, the last is told.
EXISTING, ANTI_AFFINITY, AFFINITY = 1, 2, 3
STATUSES: Final = {
    EXISTING: Status(Code.UNSCHEDULABLE, (REASON_EXISTING,), NAME),
    ANTI_AFFINITY: Status(Code.UNSCHEDULABLE, (REASON_ANTI_AFFINITY,), NAME),
    AFFINITY: Status(Code.UNRESOLVABLE, (REASON_AFFINITY,), NAME),
}
MOST_WANTS: Final = 4096
Counted = tuple[Tally, View]


@dataclass(eq=False, slots=True)
class Want:
    """An incoming pod: who it is to others, and its own terms, their namespaces resolved.

    Equal wants are the same object. first: it matches all of its own affinity terms and so may be the first of its
    group.
    """

    namespace: str
    labels: Labels
    namespace_labels: Labels
    affinity: tuple[AffinityTerm, ...] = ()
    anti_affinity: tuple[AffinityTerm, ...] = ()
    preferred: tuple[WeightedTerm, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """The counts behind a want's own terms, in their order."""

    affinity: list[Counted]
    anti_affinity: list[Counted]
    preferred: list[Counted]


class InterPodAffinity:
    """Refuses nodes where required terms are not met; scores the others by preferred terms."""

    name = NAME

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        self._objects = handle.objects
        self._table = handle.table
        self._hard_weight = args.get("hardPodAffinityWeight", 1)
        self._ignore_existing = args.get("ignorePreferredTermsOfExistingPods", False)
        self._wants: dict[Hashable, Want] = {}
        self._own: dict[Want, tuple[int, Own]] = {}

    # Filter

    def filter_want(self, shape: Shape) -> Want:
        """Return the pod and its required terms; even without any, other pods may mind it."""
        terms = terms_of(shape)
        return self._want(shape, terms.affinity, terms.anti_affinity, ())

    def filter_all(self, want: Want) -> IntArray | None:
        """A verdict for every row; None when neither the pod nor any pod there requires anything that concerns it."""
        index = self._sync()
        minding = [
            (holder.tally, index.view(holder.term.topology_key)) for holder in index.speaking_of("anti_affinity", want)
        ]
        minding = [(tally, view) for tally, view in minding if tally.total and tally.over(view).any()]
        if not minding and not want.affinity and not want.anti_affinity:
            return None
        verdicts = np.zeros(len(self._table), dtype=np.int64)
        own = self._count(want)
        for tally, view in minding:
            verdicts[tally.over(view).occupied] = EXISTING
        for tally, view in own.anti_affinity:
            verdicts[tally.over(view).occupied] = ANTI_AFFINITY
        if want.affinity:
            verdicts[~self._satisfied(want, own.affinity)] = AFFINITY
        return verdicts

    def filter_row(self, want: Want, row: int) -> int:
        """The same for one row."""
        index = self._sync()
        own = self._count(want)
        if want.affinity and not self._satisfied_on(want, own.affinity, row):
            return AFFINITY
        if any(_some_on(tally, view, row) for tally, view in own.anti_affinity):
            return ANTI_AFFINITY
        for holder in index.speaking_of("anti_affinity", want):
            if holder.tally.total and _some_on(holder.tally, index.view(holder.term.topology_key), row):
                return EXISTING
        return 0

    def explain(self, _want: Want, verdict: int) -> Status:
        """Removing pods from a node never brings the pods that affinity wants."""
        return STATUSES[verdict]

    # Score

    def score_want(self, shape: Shape) -> Want | None:
        """Return the pod and its preferred terms; None when only its own would be looked at and there are none."""
        preferred = terms_of(shape).preferred
        if self._ignore_existing and not preferred:
            return None
        return self._want(shape, (), (), preferred)

    def score_set(self, want: Want, rows: Rows) -> IntArray | None:
        """The sum of the weights of all terms met on each of `rows`; None when no term is met anywhere."""
        index = self._sync()
        own = self._count(want).preferred
        parts = [(weighted.weight, *counted) for weighted, counted in zip(want.preferred, own, strict=True)]
        if self._hard_weight:
            parts += [
                (self._hard_weight, holder.tally, index.view(holder.term.topology_key))
                for holder in index.speaking_of("affinity", want)
            ]
        parts += [
            (holder.weight, holder.tally, index.view(holder.term.topology_key))
            for holder in index.speaking_of("preferred", want)
        ]
        return _sum(parts, rows)

    def normalize(self, _want: Want, raw: IntArray, _rows: Rows) -> IntArray:
        """The lowest gets 0 and the highest 100; all 0 when they are equal."""
        lowest, highest = int(raw.min()), int(raw.max())
        if lowest == highest:
            return np.zeros(len(raw), dtype=np.int64)
        # In this order, and cut off, as the real one does: another order rounds differently.
        scores: IntArray = (MAX_NODE_SCORE * ((raw - lowest) / float(highest - lowest))).astype(np.int64)
        return scores

    # Queue

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """Pods and nodes that came, went or got other labels."""
        return affinity_events()

    # Inside

    def _want(
        self,
        shape: Shape,
        affinity: Sequence[AffinityTerm],
        anti_affinity: Sequence[AffinityTerm],
        preferred: Sequence[WeightedTerm],
    ) -> Want:
        space = self._objects.get("namespaces", "", shape.namespace)
        here = meta.labels(space) if space else {}
        near = tuple(map(self._resolved, affinity))
        apart = tuple(map(self._resolved, anti_affinity))
        liked = tuple(WeightedTerm(self._resolved(weighted.term), weighted.weight) for weighted in preferred)
        content = (shape.namespace, _frozen(shape.labels), _frozen(here), near, apart, liked)
        found = self._wants.get(content)
        if found is None:
            if len(self._wants) >= MOST_WANTS:
                self._wants.clear()
                self._own.clear()
            first = bool(near) and Near(near).matches(shape.namespace, shape.labels)
            found = self._wants[content] = Want(shape.namespace, shape.labels, here, near, apart, liked, first)
        return found

    def _resolved(self, term: AffinityTerm) -> AffinityTerm:
        if not term.chooses_namespaces:
            return term
        return resolve(term, {meta.name(space): meta.labels(space) for space in self._objects.list("namespaces")})

    def _sync(self) -> TopologyIndex:
        index = TopologyIndex.of(self._table)
        index.sync()
        return index

    def _count(self, want: Want) -> Own:
        """Return the counts behind the want's own terms, up to date."""
        index = TopologyIndex.of(self._table)
        generation, own = self._own.get(want, (-1, Own([], [], [])))
        while generation != index.generation:
            generation = index.generation
            own = _own(index, want)
            self._own[want] = generation, own
        for _, view in (*own.affinity, *own.anti_affinity, *own.preferred):
            index.refresh(view)
        return own

    def _satisfied(self, want: Want, counted: Sequence[Counted]) -> Any:
        """Return (rows,): whether every affinity term has its label and, unless this pod is the first, a pod there."""
        labelled = np.ones(len(self._table), dtype=np.bool_)
        for _, view in counted:
            labelled &= view.labelled
        if _nobody(counted):
            return labelled & want.first
        for tally, view in counted:
            labelled &= tally.over(view).occupied
        return labelled

    def _satisfied_on(self, want: Want, counted: Sequence[Counted], row: int) -> bool:
        if not all(view.labelled[row] for _, view in counted):
            return False
        if _nobody(counted):
            return want.first
        return all(_some_on(tally, view, row) for tally, view in counted)


def _own(index: TopologyIndex, want: Want) -> Own:
    def counted(question: tuple[AffinityTerm, ...], term: AffinityTerm) -> Counted:
        return index.tally(Near(question)), index.view(term.topology_key)

    return Own(
        affinity=[counted(want.affinity, term) for term in want.affinity],
        anti_affinity=[counted((term,), term) for term in want.anti_affinity],
        preferred=[counted((weighted.term,), weighted.term) for weighted in want.preferred],
    )


def _some_on(tally: Tally, view: View, row: int) -> bool:
    domain = view.codes[row]
    return bool(domain >= 0 and tally.over(view).counts[domain] > 0)


def _nobody(counted: Sequence[Counted]) -> bool:
    """Return whether no pod in any domain matches the affinity terms: then the pod may be the first of its group."""
    return not any(tally.total and tally.over(view).any() for tally, view in counted)


def _sum(parts: Sequence[tuple[int, Tally, View]], rows: Rows) -> IntArray | None:
    by_view: dict[View, IntArray] = {}
    for weight, tally, view in parts:
        domains = tally.over(view)
        if tally.total and domains.any():
            points = weight * domains.counts
            by_view[view] = by_view[view] + points if view in by_view else points
    if not by_view:
        return None
    raw = np.zeros(len(rows), dtype=np.int64)
    for view, points in by_view.items():
        points[-1] = 0  # rows without the label
        raw += points[view.codes[rows]]
    return raw


def _frozen(labels: Labels) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def new(args: Mapping[str, Any], handle: Handle) -> InterPodAffinity:
    """Make the plugin; args: hardPodAffinityWeight, ignorePreferredTermsOfExistingPods."""
    return InterPodAffinity(args, handle)
