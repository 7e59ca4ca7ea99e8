"""One scheduling cycle: from a pod and the table to a Decision. Nothing is written here; the actor does that.

After pkg/scheduler/schedule_one.go (schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from playground.kube.scheduler.columns import NO_ROWS, Columns
from playground.kube.scheduler.filtering import Filtering, Refused
from playground.kube.scheduler.framework import Code, CycleState, Objects, PostFilterResult, Status
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.plan import BoolArray, Plan, Plans
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.profile import Profile
from playground.kube.scheduler.scoring import Scored, score
from playground.kube.scheduler.table import Rows, Table
from playground.kube.scheduler.ties import Preorder, best_five
from playground.kube.scheduler.trace import Decision, Details, Summary, count_reasons, fit_message

LEAST_NODES: Final = 100  # at least so many feasible nodes are looked for
LEAST_PERCENT: Final = 5
NO_REASONS: Final[Mapping[str, int]] = {}
NO_NODES: Final = "no nodes available to schedule pods"


Arrange = Callable[[Pod, Sequence[str]], Sequence[str]]
"""Puts the names of a pod's feasible nodes into the order in which they are scored. The real scheduler filters nodes in
parallel, so that order is a matter of chance; it decides which of several equally good nodes is taken."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How to go through the nodes: from which index (nextStartNodeIndex), and how many are enough (0: adaptive).

    revision: the newest change that is known, for the summary.
    """

    start: int = 0
    percentage: int = 0
    revision: int = 0
    arrange: Arrange | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a cycle is about: a pod, a time, a visit of the nodes."""

    pod: Pod
    now: float
    visit: Visit

    def summary(self, **told: Any) -> Summary:
        """Return the summary of what was decided."""
        visit = self.visit
        return Summary(
            pod=self.pod.full_name,
            uid=self.pod.uid,
            time=self.now,
            start=visit.start,
            revision=visit.revision,
            **told,
        )


@dataclass(slots=True)
class Found:
    """What filtering came to. rows: those looked at, in order; feasible: those that passed; refused: the others."""

    rows: Rows
    feasible: Rows
    refused: Sequence[Refused] = ()
    pre_filter: Status | None = None  # PreFilter refused the pod everywhere
    absent: Status | None = None  # what nodes share that PreFilter ruled out
    plugins: frozenset[str] = frozenset()


class Scheduling:
    """Decides for the pods of one profile. `start` (nextStartNodeIndex) moves with every decision that is not dry."""

    def __init__(self, profile: Profile, columns: Columns, objects: Objects, nominator: Nominator) -> None:
        self.profile = profile
        self._table: Table = columns.table
        self._plans = Plans(profile, columns, objects)
        self._nominator = nominator
        self._order = Preorder()

    def plan(self, shape: Shape) -> Plan:
        """Return the plan for pods of a shape."""
        return self._plans.of(shape)

    def decide(self, pod: Pod, now: float, visit: Visit, *, full: bool = False) -> tuple[Decision, int]:
        """Return the decision and the next start index. The table is as before when this returns."""
        subject = Subject(pod, now, visit)
        if not len(self._table):
            return Decision(pod, subject.summary(message=NO_NODES)), visit.start
        plan = self._plans.of(pod.shape)
        filtering = Filtering(self._table, plan, pod, self._nominator)
        found, following = self._find(pod, filtering, visit)
        if visit.arrange is not None and len(found.feasible) > 1:
            found.feasible = self._arranged(pod, found.feasible, visit.arrange)
        if len(found.feasible):
            return self._place(subject, plan, found, full=full), following
        return self._refuse(subject, filtering, found, full=full), following

    # Filtering

    def _find(self, pod: Pod, filtering: Filtering, visit: Visit) -> tuple[Found, int]:
        """Look for feasible rows: the nominated one first, then all that PreFilter leaves, from `start` on."""
        nodes, status, plugins = self._pre_filter(pod)
        if status is not None:
            return Found(
                NO_ROWS, NO_ROWS, pre_filter=status, absent=status, plugins=frozenset({status.plugin})
            ), visit.start
        if pod.nominated:
            nominated = self._table.find(pod.nominated)
            if nominated is not None and filtering.check(nominated.row) is None:
                row = np.array([nominated.row], dtype=np.intp)
                return Found(row, row), visit.start
        rows = self._visit(nodes, visit.start)
        passed = filtering.passed()
        if rows is not self._table.all_rows:
            passed = passed[rows]
        rows, passed = _cut(rows, passed, self._wanted(len(rows), visit.percentage))
        all_passed = bool(passed.all())
        refused = () if all_passed else tuple(filtering.refusals(rows[~passed]))
        names = frozenset(group.status.plugin for group in refused) | plugins
        absent = None
        if nodes is not None:
            words = f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}]"
            absent = Status(Code.UNRESOLVABLE, (words,))
        found = Found(rows, rows if all_passed else rows[passed], refused, absent=absent, plugins=names)
        return found, (visit.start + len(rows)) % len(self._table)

    def _pre_filter(self, pod: Pod) -> tuple[frozenset[str] | None, Status | None, frozenset[str]]:
        """Return the only nodes to look at (None: all), a refusal, and the plugins that ruled nodes out."""
        nodes: frozenset[str] | None = None
        names: set[str] = set()
        for plugin in self.profile.pre_filters:
            result = plugin.pre_filter(pod)
            if result is None:
                continue
            if result.status is not None:
                return None, result.status, frozenset()
            if result.nodes is None:
                continue
            names.add(plugin.name)
            nodes = result.nodes if nodes is None else nodes & result.nodes
            if not nodes:
                words = f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(names))}] simultaneously"
                return None, Status(Code.UNRESOLVABLE, (words,), plugin.name), frozenset()
        return nodes, None, frozenset(names)

    def _visit(self, nodes: frozenset[str] | None, start: int) -> Rows:
        """Return the rows in the order of the visit."""
        if nodes is None:
            rows = self._table.all_rows
        else:
            known = [self._table.find(name) for name in nodes]
            rows = np.array(sorted(node.row for node in known if node is not None), dtype=np.intp)
        turn = start % len(rows) if len(rows) else 0
        return np.concatenate((rows[turn:], rows[:turn])) if turn else rows

    def _wanted(self, total: int, percentage: int) -> int:
        """Return how many feasible nodes are enough (numFeasibleNodesToFind)."""
        if total < LEAST_NODES or not self.profile.scores:
            return total if self.profile.scores else 1
        if self.profile.percentage is not None:
            percentage = self.profile.percentage
        if percentage == 0:
            percentage = max(50 - total // 125, LEAST_PERCENT)
        return max(total * percentage // 100, LEAST_NODES)

    # Choosing

    def _place(self, subject: Subject, plan: Plan, found: Found, *, full: bool) -> Decision:
        """Score the feasible rows, unless there is only one, and take the best."""
        nodes = self._table.rows
        rows = found.feasible
        scored, top = None, [0]
        if len(rows) > 1:
            scored = score(plan, rows, full=full)
            top = best_five(scored.totals, self._order.ranks(len(rows)))
        winner = nodes[rows[top[0]]].name
        best = () if scored is None else tuple((nodes[rows[index]].name, int(scored.totals[index])) for index in top)
        summary = subject.summary(
            node=winner, nodes=len(nodes), feasible=len(rows), reasons=self._reasons(found), top=best
        )
        return Decision(subject.pod, summary, details=self._details(found, scored) if full else None)

    def _arranged(self, pod: Pod, rows: Rows, arrange: Arrange) -> Rows:
        """The feasible rows in the order that `arrange` gives their names."""
        row_of = {self._table.rows[row].name: row for row in rows}
        return np.array([row_of[name] for name in arrange(pod, tuple(row_of))], dtype=np.intp)

    def _refuse(self, subject: Subject, filtering: Filtering, found: Found, *, full: bool) -> Decision:
        """Ask the PostFilter plugins for a way out, and put the message together."""
        failed = {self._table.rows[row].name: group.status for group in found.refused for row in group.rows}
        pod = subject.pod
        state = CycleState(pod, self._table, filtering, failed, found.absent, prefiltered=found.pre_filter is None)
        words, result = self._post_filter(state)
        total = len(self._table)
        reasons = self._reasons(found)
        before = found.pre_filter.message if found.pre_filter else ""
        message = fit_message(total, reasons, before, words)
        summary = subject.summary(
            nodes=total,
            reasons=reasons,
            message=message,
            nominated=result.chosen.node if result.chosen else "",
            victims=tuple(victim.full_name for victim in result.chosen.victims) if result.chosen else (),
        )
        return Decision(
            pod,
            summary,
            plugins=found.plugins,
            candidates=result.candidates,
            chosen=result.chosen,
            clear_nomination=result.clear_nomination,
            details=replace(self._details(found, None), failed=failed) if full else None,
        )

    def _post_filter(self, state: CycleState) -> tuple[str, PostFilterResult]:
        """Run the PostFilter plugins until one has an answer; their words are joined."""
        words: list[str] = []
        last = PostFilterResult(Status(Code.UNSCHEDULABLE, ()))
        for plugin in self.profile.post_filters:
            result = plugin.post_filter(state)
            if result.status.code in (Code.SUCCESS, Code.ERROR, Code.UNRESOLVABLE):
                return result.status.message, result
            words += result.status.reasons
            last = result if result.chosen or not result.clear_nomination else last
        return ", ".join(words), last

    # Telling

    def _reasons(self, found: Found) -> Mapping[str, int]:
        if not found.refused and found.absent is None:
            return NO_REASONS
        groups = [(len(group.rows), group.status) for group in found.refused]
        if found.absent is not None:
            groups.append((len(self._table) - len(found.rows), found.absent))
        return count_reasons(groups)

    def _details(self, found: Found, scored: Scored | None) -> Details:
        names = [node.name for node in self._table.rows]
        visited = tuple(names[row] for row in found.rows)
        feasible = tuple(names[row] for row in found.feasible)
        failed = {names[row]: group.status for group in found.refused for row in group.rows}
        if scored is None:
            return Details(feasible=feasible, failed=failed, visit_order=visited)
        points = {
            name: {part.plugin: int(part.points[index]) for part in scored.parts} for index, name in enumerate(feasible)
        }
        return Details(
            feasible=feasible,
            failed=failed,
            visit_order=visited,
            score_order=feasible,
            raw={part.plugin: dict(zip(feasible, part.raw.tolist(), strict=True)) for part in scored.parts},
            scores=points,
            totals=dict(zip(feasible, scored.totals.tolist(), strict=True)),
            skipped_score=scored.skipped,
        )


def _cut(rows: Rows, passed: BoolArray, wanted: int) -> tuple[Rows, BoolArray]:
    """Stop the visit where one feasible row more than wanted turns up; that one is not taken any more."""
    positions = np.flatnonzero(passed) if len(rows) > wanted else NO_ROWS
    if len(positions) <= wanted:
        return rows, passed
    end = positions[wanted]
    return rows[:end], passed[:end]
