"""NodeAffinity: spec.nodeSelector and node affinity, required and preferred, and the affinity a profile adds
(plugins/nodeaffinity/node_affinity.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.kube.scheduler.events import Action, Event, Happening, Hint
from playground.kube.scheduler.framework import Code, Handle, PreFilterResult, Reads, Status
from playground.kube.scheduler.normalize import to_highest
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Rows
from playground.kube.selectors import NodeSelector, NodeSelectorTerm

NAME: Final = "NodeAffinity"
REASON: Final = "node(s) didn't match Pod's node affinity/selector"
REASON_ENFORCED: Final = "node(s) didn't match scheduler-enforced node affinity"
REASON_CONFLICT: Final = "pod affinity terms conflict"
NOT_ENFORCED, NOT_MATCHED = 1, 2  # verdicts

Labels = Mapping[str, str]
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


@dataclass(frozen=True, slots=True)
class Required:
    """All that a node must have: the nodeSelector's labels and, if there is a selector, one of its terms."""

    labels: tuple[tuple[str, str], ...] = ()
    selector: NodeSelector | None = None

    def matches(self, labels: Labels, name: str) -> bool:
        """Tell whether a node satisfies both."""
        if any(labels.get(key) != value for key, value in self.labels):
            return False
        return self.selector is None or self.selector.matches(labels, name)


@dataclass(frozen=True, slots=True)
class Preference:
    """A term and the points it is worth."""

    weight: int
    term: NodeSelectorTerm


class NodeAffinity:
    """Refuses nodes that do not match what is required; scores by what is preferred."""

    name = NAME
    reads = Reads.NODE

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        added = args.get("addedAffinity") or {}
        self._table = handle.table
        self._enforced = NodeSelector.of(added[REQUIRED]) if added.get(REQUIRED) else None
        self._added = _preferences(added)

    def pre_filter(self, pod: Pod) -> PreFilterResult | None:
        """Name the only nodes that matchFields leave, or refuse when they contradict each other."""
        want = required_of(pod.shape)
        names = _named(want.selector) if want.selector else None
        if names is None:
            return None
        if not names:
            return PreFilterResult(Status(Code.UNRESOLVABLE, (REASON_CONFLICT,), NAME))
        return PreFilterResult(nodes=names)

    def filter_want(self, shape: Shape) -> Required | None:
        """Return what is required, None when neither pod nor profile require anything."""
        want = required_of(shape)
        return None if want == Required() and self._enforced is None else want

    def filter_rows(self, want: Required, rows: Rows) -> IntArray:
        """NOT_ENFORCED, NOT_MATCHED or 0 for each node."""
        nodes = self._table.rows
        return np.array([self._verdict(want, nodes[row].labels, nodes[row].name) for row in rows], dtype=np.int64)

    def explain(self, _want: Required, verdict: int) -> Status:
        """Say whose affinity it was."""
        return Status(Code.UNRESOLVABLE, (REASON_ENFORCED if verdict == NOT_ENFORCED else REASON,), NAME)

    def score_want(self, shape: Shape) -> tuple[Preference, ...] | None:
        """Return the preferences of pod and profile, None without any."""
        return _preferences(shape.affinity.get("nodeAffinity") or {}) + self._added or None

    def score_rows(self, want: tuple[Preference, ...], rows: Rows) -> IntArray:
        """The sum of the weights of the terms that match."""
        nodes = self._table.rows
        return np.array([_points(want, nodes[row].labels, nodes[row].name) for row in rows], dtype=np.int64)

    def normalize(self, _want: tuple[Preference, ...], raw: IntArray, _rows: Rows) -> IntArray:
        """The best node gets 100."""
        return to_highest(raw)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A node that came, or whose labels changed."""
        return ((Event("nodes", Action.ADD | Action.UPDATE_NODE_LABEL), self._after_node),)

    def _verdict(self, want: Required, labels: Labels, name: str) -> int:
        if self._enforced is not None and not self._enforced.matches(labels, name):
            return NOT_ENFORCED
        return 0 if want.matches(labels, name) else NOT_MATCHED

    def _after_node(self, pod: Pod, happening: Happening) -> bool:
        """Worth a try when the node matches now and did not before."""
        want = required_of(pod.shape)
        if self._verdict(want, *_read(happening.new)):
            return False
        return happening.old is None or bool(self._verdict(want, *_read(happening.old)))


def required_of(shape: Shape) -> Required:
    """Return what a pod requires of its node, parsed once per shape."""
    found: Required | None = shape.parsed.get(NAME)
    if found is None:
        labels = tuple(sorted((shape.spec.get("nodeSelector") or {}).items()))
        terms = (shape.affinity.get("nodeAffinity") or {}).get(REQUIRED)
        found = shape.parsed[NAME] = Required(labels, NodeSelector.of(terms) if terms is not None else None)
    return found


def _named(selector: NodeSelector) -> frozenset[str] | None:
    """Return the node names that the terms' matchFields leave, None as soon as one term leaves all."""
    names: frozenset[str] = frozenset()
    for term in selector.terms:
        of_term = term.names()
        if of_term is None:
            return None
        names |= of_term
    return names if selector.terms else None


def _preferences(affinity: Mapping[str, Any]) -> tuple[Preference, ...]:
    terms = affinity.get(PREFERRED) or ()
    return tuple(Preference(item["weight"], NodeSelectorTerm.of(item["preference"])) for item in terms)


def _points(want: tuple[Preference, ...], labels: Labels, name: str) -> int:
    return sum(item.weight for item in want if item.term.matches(labels, name))


def _read(node: Mapping[str, Any]) -> tuple[Labels, str]:
    metadata = node["metadata"]
    return metadata.get("labels") or {}, metadata["name"]


def new(args: Mapping[str, Any], handle: Handle) -> NodeAffinity:
    """Make the plugin; args.addedAffinity is a NodeAffinity that every pod of the profile gets on top."""
    return NodeAffinity(args, handle)
