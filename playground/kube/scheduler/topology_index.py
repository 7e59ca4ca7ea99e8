"""Which pods are where, asked by selector and by what their own affinity terms say: one index for a whole Table.

PodTopologySpread and InterPodAffinity ask it; it follows the Table's logs, so that one pod more costs a few numbers.
The rules are not here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import Node, Table
from playground.kube.scheduler.topology_counts import Tally, View
from playground.kube.scheduler.topology_masks import Eligible
from playground.kube.scheduler.topology_terms import AffinityTerm, AffinityTerms, Labels, affinity_terms
from playground.kube.selectors import Selector

NAME: Final = "topology"
MOST_TALLIES: Final = 512
MOST_VIEWS: Final = 256
MOST_ASKERS: Final = 4096
Kind = Literal["anti_affinity", "affinity", "preferred"]
Looks = tuple[Labels, Any]  # what domains and masks depend on: a node's labels and taints
KINDS: Final[tuple[Kind, ...]] = ("anti_affinity", "affinity", "preferred")


class Question(Protocol):
    """Which pods on nodes count. Questions are hashable: equal ones share a Tally."""

    def matches(self, namespace: str, labels: Labels) -> bool:
        """Return whether pods with these labels in this namespace are asked about."""

    def counts(self, pod: Pod) -> bool:
        """Return whether this one of them counts."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The pods that a spread constraint counts: those of the incoming pod's namespace that are not terminating."""

    namespace: str
    selector: Selector

    def matches(self, namespace: str, labels: Labels) -> bool:
        return namespace == self.namespace and self.selector.matches(labels)

    def counts(self, pod: Pod) -> bool:
        return not pod.terminating and not self.selector.empty


@dataclass(frozen=True, slots=True)
class Near:
    """The pods that match all of an incoming pod's terms, terminating or not; the terms are resolved."""

    terms: tuple[AffinityTerm, ...]

    def matches(self, namespace: str, labels: Labels) -> bool:
        return all(term.matches(namespace, labels, {}) for term in self.terms)

    def counts(self, _pod: Pod) -> bool:
        return True


@dataclass(eq=False, slots=True)
class Holder:
    """A term that pods on nodes have, and the tally of these pods. `weight` is 0 for a required term."""

    term: AffinityTerm
    weight: int
    tally: Tally


class Who(Protocol):
    """The incoming pod, as terms of other pods see it."""

    @property
    def namespace(self) -> str: ...
    @property
    def labels(self) -> Labels: ...
    @property
    def namespace_labels(self) -> Labels: ...


@dataclass(eq=False, slots=True)
class _Group:
    """The pods of one shape: how many on which row, the tallies they count in, and the terms they hold."""

    shape: Shape
    pods: dict[str, tuple[int, Pod]] = field(default_factory=dict)
    tallies: list[tuple[Question, Tally]] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)


class TopologyIndex:
    """Follows a Table. `generation` grows when tallies got before are no longer kept up to date."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.generation = 0
        self._version = 0  # of the nodes
        self._epoch = self._nodes_read = self._pods_read = -1
        self._trial = False
        self._looks: list[Looks] = []  # by row, as last taken in
        self._views: dict[Hashable, View] = {}
        self._forget()

    @staticmethod
    def of(table: Table) -> TopologyIndex:
        """Return the one index of a table."""
        found: TopologyIndex = table.shared.setdefault(NAME, None) or TopologyIndex(table)
        table.shared[NAME] = found
        return found

    # Asking

    def sync(self) -> None:
        """Take over what happened in the table. To be called before the questions of a decision."""
        table = self.table
        len(table)  # renumbers the rows first, if need be
        moves = table.pod_log.since(self._pods_read) if table.epoch == self._epoch else None
        rows = table.node_log.since(self._nodes_read)
        self._epoch, self._nodes_read, self._pods_read = table.epoch, table.node_log.end, table.pod_log.end
        if moves is None:
            self._rebuild()
            return
        if rows is None or self._relabelled(rows):
            self._look_at_nodes_again()
        for move in moves:
            self._move(move.row, move.pod, move.sign)

    def view(self, key: str, eligible: Eligible | None = None, *, absent_is_empty: bool = False) -> View:
        """Return the rows by the value of a topology key, only `eligible` ones; to be refreshed for each decision."""
        name = (key, eligible, absent_is_empty)
        found = self._views.get(name)
        if found is None:
            if len(self._views) >= MOST_VIEWS:
                self._views.clear()
                self._drop_tallies()  # they sum over views that are no longer asked about
            mask = eligible.mask(self.table) if eligible else None
            found = self._views[name] = View(key, mask, absent_is_empty=absent_is_empty)
        return self.refresh(found)

    def refresh(self, view: View) -> View:
        """Bring a view up to the nodes as they are."""
        return view.refresh(self.table, self._version)

    def tally(self, question: Question) -> Tally:
        """Return the tally of the pods a question asks about. It may be kept while `generation` stays."""
        found = self._tallies.get(question)
        if found is None:
            if len(self._tallies) >= MOST_TALLIES:
                self._drop_tallies()
            found = self._tallies[question] = self._count(question)
        return found

    def speaking_of(self, kind: Kind, who: Who) -> list[Holder]:
        """Return the terms of pods on nodes that match an incoming pod."""
        terms = self._holders[kind]
        seen, found = self._speaking.get((kind, who), (0, []))
        if seen < len(terms):
            if len(self._speaking) >= MOST_ASKERS:
                self._speaking.clear()
            found += [
                holder
                for holder in terms[seen:]
                if holder.term.matches(who.namespace, who.labels, who.namespace_labels)
            ]
            self._speaking[kind, who] = len(terms), found
        return found

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Preemption tries a node without its victims: inside, each of them counts, even a terminating one.

        The real one adds and removes pods without the look at deletionTimestamp and at an empty selector that its first
        count has (podtopologyspread/filtering.go, updateWithPod). The pods have to be back at the end.
        """
        self.sync()
        self._trial, generation = True, self.generation
        try:
            yield
        finally:
            self.sync()
            self._trial = False
            if generation != self.generation:
                self._epoch = -1  # counted anew in the middle: count once more

    # Following

    def _move(self, row: int, pod: Pod, sign: int) -> None:
        group = self._groups.get(pod.shape)
        if group is None:
            group = self._groups[pod.shape] = self._new_group(pod.shape)
        if sign > 0:
            group.pods[pod.uid] = row, pod
        else:
            group.pods.pop(pod.uid, None)
        for question, tally in group.tallies:
            if self._trial or question.counts(pod):
                tally.add(row, sign)
        for holder in group.holders:
            holder.tally.add(row, sign)
        if not group.pods:
            del self._groups[pod.shape]

    def _new_group(self, shape: Shape) -> _Group:
        asked = self._tallies.items()
        tallies = [(question, tally) for question, tally in asked if question.matches(shape.namespace, shape.labels)]
        return _Group(shape, tallies=tallies, holders=self._holders_of(terms_of(shape)))

    def _holders_of(self, terms: AffinityTerms) -> list[Holder]:
        if not terms:
            return []
        if len(self._known) >= self._room:
            self._drop_holders()
        return [
            *(self._holder("anti_affinity", term, 0) for term in terms.anti_affinity),
            *(self._holder("affinity", term, 0) for term in terms.affinity),
            *(self._holder("preferred", preferred.term, preferred.weight) for preferred in terms.preferred),
        ]

    def _holder(self, kind: Kind, term: AffinityTerm, weight: int) -> Holder:
        key = (kind, term, weight)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Holder(term, weight, Tally(len(self.table)))
            self._holders[kind].append(found)
        return found

    def _count(self, question: Question) -> Tally:
        tally = Tally(len(self.table))
        for group in self._groups.values():
            if question.matches(group.shape.namespace, group.shape.labels):
                group.tallies.append((question, tally))
                for row, pod in group.pods.values():
                    if question.counts(pod):
                        tally.add(row, 1)
        return tally

    def _relabelled(self, rows: list[int]) -> bool:
        """Return whether one of these rows has other labels or taints; most changes of nodes are heartbeats."""
        nodes = self.table.rows
        return any(_looks(nodes[row]) != self._looks[row] for row in rows)

    # Starting anew

    def _look_at_nodes_again(self) -> None:
        self._version += 1
        self._looks = [_looks(node) for node in self.table.rows]
        for tally in (*self._tallies.values(), *(holder.tally for holder in self._known.values())):
            tally.forget_domains()

    def _rebuild(self) -> None:
        self._forget()
        self._look_at_nodes_again()
        for row, pod in self.table.pods():
            self._move(row, pod, 1)

    def _forget(self) -> None:
        self.generation += 1
        self._groups: dict[Shape, _Group] = {}
        self._tallies: dict[Question, Tally] = {}
        self._known: dict[tuple[Kind, AffinityTerm, int], Holder] = {}
        self._room = 64
        self._holders: dict[Kind, list[Holder]] = {kind: [] for kind in KINDS}
        self._speaking: dict[tuple[Kind, Who], tuple[int, list[Holder]]] = {}

    def _drop_tallies(self) -> None:
        """Too many questions: those still asked are counted again."""
        self.generation += 1
        self._tallies.clear()
        for group in self._groups.values():
            group.tallies.clear()

    def _drop_holders(self) -> None:
        """Forget the terms that no pod holds any more."""
        self._known = {key: holder for key, holder in self._known.items() if holder.tally.total}
        self._room = 2 * len(self._known) + 64
        self._holders = {
            kind: [holder for holder in held if holder.tally.total] for kind, held in self._holders.items()
        }
        self._speaking.clear()


def _looks(node: Node) -> Looks:
    return node.labels, (node.object.get("spec") or {}).get("taints")


def terms_of(shape: Shape) -> AffinityTerms:
    """Return the affinity terms of pods of a shape, parsed once."""
    found = shape.parsed.get(NAME)
    if found is None:
        found = shape.parsed[NAME] = affinity_terms(shape.spec, shape.namespace)
    terms: AffinityTerms = found
    return terms
