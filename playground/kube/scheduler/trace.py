"""What the scheduler tells of a decision: a Summary always, the full Decision on demand. And the words of a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from playground.kube.scheduler.framework import Candidate, Status
from playground.kube.scheduler.pods import Pod

Scores = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Summary:
    """The short trace, kept of every decision.

    reasons: how many nodes were refused for each reason. top: up to five (node, total), the winner first; empty when
    scoring was skipped because at most one node was feasible. victims: namespace/name of the pods to be preempted.
    start: the row at which the visit began. revision: of the newest change that the scheduler knew.
    """

    pod: str  # namespace/name
    uid: str
    time: float
    node: str | None = None
    nodes: int = 0
    feasible: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    top: tuple[tuple[str, int], ...] = ()
    message: str = ""
    nominated: str = ""
    victims: tuple[str, ...] = ()
    start: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Details:
    """The full trace. Nodes neither feasible nor failed were not looked at, or ruled out by PreFilter.

    raw: plugin -> node -> score before normalisation and weight. scores: node -> plugin -> points as they add up.
    """

    feasible: tuple[str, ...] = ()
    failed: Mapping[str, Status] = field(default_factory=dict)
    visit_order: tuple[str, ...] = ()
    score_order: tuple[str, ...] = ()
    raw: Scores = field(default_factory=dict)
    scores: Scores = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    skipped_score: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: where the pod goes, or why it goes nowhere.

    plugins: the names of those that refused it somewhere. unresolvable parts are in the statuses. candidates, chosen:
    what preemption found. details: None unless asked for. clear_nomination: its nominatedNodeName is to be emptied.
    """

    pod: Pod
    summary: Summary
    plugins: frozenset[str] = frozenset()
    candidates: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None
    clear_nomination: bool = True
    details: Details | None = None

    @property
    def node(self) -> str | None:
        """The node chosen, None when the pod stays pending."""
        return self.summary.node

    @property
    def message(self) -> str:
        """The message of the condition and the event; "" when the pod was placed."""
        return self.summary.message


def count_reasons(groups: Iterable[tuple[int, Status]]) -> dict[str, int]:
    """Return how many nodes were refused for each reason; a node with two reasons counts for both."""
    counts: Counter[str] = Counter()
    for number, status in groups:
        for reason in status.reasons:
            counts[reason] += number
    return dict(counts)


def fit_message(nodes: int, reasons: Mapping[str, int], pre_filter: str = "", post_filter: str = "") -> str:
    """Return the message of FitError: "0/3 nodes are available: 1 …, 2 …. preemption: …".

    Reasons are sorted as text, with their numbers in front (pkg/scheduler/framework/types.go).
    """
    message = f"0/{nodes} nodes are available:"
    if pre_filter:
        message += f" {pre_filter}."
    elif reasons:
        message += f" {', '.join(sorted(f'{count} {reason}' for reason, count in reasons.items()))}."
    return f"{message} {post_filter}" if post_filter else message
