"""Node selectors: terms of which one must match, each with conditions on labels and on the node's name.

Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.selectors.labels import Requirement, Selector, requirement_of

_NAME = "metadata.name"


class NodeSelectorTerm:
    """Conditions that must all hold. An empty term, or one that makes no sense, matches no node."""

    __slots__ = ("fields", "labels", "usable")

    def __init__(self, labels: Selector, fields: Selector, *, usable: bool) -> None:
        self.labels = labels
        self.fields = fields  # requirements on metadata.name
        self.usable = usable

    @classmethod
    def of(cls, mapping: Mapping[str, Any] | None) -> NodeSelectorTerm:
        """Return the term of {"matchExpressions", "matchFields"}."""
        mapping = mapping or {}
        expressions = mapping.get("matchExpressions") or ()
        fields = mapping.get("matchFields") or ()
        try:
            labels = Selector(requirement_of(item) for item in expressions)
            names = Selector(_field_requirement(item) for item in fields)
        except ValueError:
            return cls(Selector(), Selector(), usable=False)
        return cls(labels, names, usable=bool(expressions or fields))

    def matches(self, labels: Mapping[str, str], name: str) -> bool:
        """Tell whether a node with these labels and this name satisfies the term."""
        if not self.usable or not self.labels.matches(labels):
            return False
        return self.fields.matches({_NAME: name})

    def names(self) -> frozenset[str] | None:
        """Return the node names that `metadata.name In [...]` leaves, None when any name may pass."""
        left: frozenset[str] | None = None
        for item in self.fields.requirements:
            if item.operator == "in":
                left = frozenset(item.values) if left is None else left & frozenset(item.values)
        return left

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeSelectorTerm):
            return NotImplemented
        return (self.labels, self.fields, self.usable) == (other.labels, other.fields, other.usable)

    def __hash__(self) -> int:
        return hash((self.labels, self.fields, self.usable))


class NodeSelector:
    """Terms of which one must match; no term at all matches no node."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[NodeSelectorTerm, ...] = ()) -> None:
        self.terms = terms

    @classmethod
    def of(cls, mapping: Mapping[str, Any] | None) -> NodeSelector:
        """Return the selector of {"nodeSelectorTerms": [...]}."""
        return cls(tuple(NodeSelectorTerm.of(term) for term in (mapping or {}).get("nodeSelectorTerms") or ()))

    def matches(self, labels: Mapping[str, str], name: str) -> bool:
        """Tell whether one of the terms matches."""
        return any(term.matches(labels, name) for term in self.terms)

    def __eq__(self, other: object) -> bool:
        return self.terms == other.terms if isinstance(other, NodeSelector) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.terms)


def _field_requirement(item: Mapping[str, Any]) -> Requirement:
    """Return a requirement on metadata.name; raises ValueError for another field, operator or number of values."""
    if item.get("operator") not in {"In", "NotIn"} or len(item.get("values") or ()) != 1:
        raise ValueError("only In and NotIn with one value are fields' operators")
    return requirement_of(item)
