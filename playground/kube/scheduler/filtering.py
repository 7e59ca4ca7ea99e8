"""Filtering: which rows a pod may go to, and why it may not go to the others.

It reads a Plan's columns and the SetFilters' answers. Scores are scoring.py's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from playground.kube.scheduler.framework import Status, is_row_filter, is_set_filter, judges_one
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.plan import BoolArray, FilterStep, Plan
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.table import IntArray, Rows, Table


class Refused(NamedTuple):
    """Rows that were refused for the same cause."""

    rows: Rows
    status: Status


class Filtering:
    """The filters of one cycle. It is also the Runner that preemption asks about single rows."""

    def __init__(self, table: Table, plan: Plan, pod: Pod, nominator: Nominator) -> None:
        self._table = table
        self._plan = plan
        self._pod = pod
        self._nominator = nominator
        self._answers: list[tuple[FilterStep, IntArray]] = []
        self._overruled: dict[int, Status] = {}  # rows that nominated pods make unfit
        self._skipped: set[FilterStep] = set()  # steps with nothing to say about this pod

    def passed(self) -> BoolArray:
        """Run all filters on all rows; True where the pod may go. Not to be written."""
        answers = self._ask_all()
        if self._nominator:
            self._overruled = dict(self._spoken_for())
            answers = self._ask_all()  # a plugin may have used its array again meanwhile
        self._answers = answers
        passed: BoolArray = self._plan.passed.read()
        for _, verdicts in answers:
            passed = passed & (verdicts == 0)
        if self._overruled:
            passed = passed.copy()
            passed[list(self._overruled)] = False
        return passed

    def refusals(self, rows: Rows) -> Iterator[Refused]:
        """Group rows that did not pass by their first refusal, in profile order. To be read right after passed()."""
        if self._overruled:
            own = np.isin(rows, list(self._overruled))
            for row in rows[own]:
                yield Refused(np.array([row]), self._overruled[int(row)])
            rows = rows[~own]
        answers = dict(self._answers)
        for step in self._plan.filters:
            if not len(rows):
                return
            column = step.column.read() if step.column is not None else answers.get(step)
            if column is None:
                continue
            verdicts = column[rows]
            if not verdicts.any():
                continue
            for verdict in np.unique(verdicts).tolist():
                if verdict:
                    yield Refused(rows[verdicts == verdict], step.plugin.explain(step.want, verdict))
            rows = rows[verdicts == 0]

    def check(self, row: int) -> Status | None:
        """Run every filter on one row as the table is now; with the nominated pods first, then without them."""
        node = self._table.rows[row].name
        rivals = self._nominator.rivals(self._pod, node) if self._nominator else []
        if rivals:
            status = self._check_with(rivals, node)
            if status is not None:
                return status
        return self._check_bare(row)

    def _check_with(self, rivals: list[Pod], node: str) -> Status | None:
        """Put the nominated pods on their node, look, and take them off again."""
        try:
            for pod in rivals:
                self._table.add_pod(pod, node)
            found = self._table.find(node)
            return self._check_bare(found.row) if found else None
        finally:
            for pod in rivals:
                self._table.remove_pod(pod.uid)
                pod.node = ""

    def _check_bare(self, row: int) -> Status | None:
        for step in self._plan.filters:
            if step in self._skipped:
                continue
            verdict = _verdict(step, row)
            if verdict:
                return step.plugin.explain(step.want, verdict)
        return None

    def _ask_all(self) -> list[tuple[FilterStep, IntArray]]:
        """Ask the cluster-wide filters. One that has nothing to say about the pod is not asked again in this cycle."""
        answers = []
        for step in self._plan.set_filters:
            if step in self._skipped or step.ask is None:
                continue
            verdicts = step.ask(step.want)
            if verdicts is None:
                self._skipped.add(step)
            else:
                answers.append((step, verdicts))
        return answers

    def _spoken_for(self) -> Iterator[tuple[int, Status]]:
        """Yield the rows that would not do if the pods nominated there were there already."""
        for name, rivals in self._nominator.ahead_of(self._pod):
            node = self._table.find(name)
            if node is None:
                continue
            status = self._check_with(rivals, name)
            if status is not None:
                yield node.row, status


def _verdict(step: FilterStep, row: int) -> int:
    plugin = step.plugin
    if is_row_filter(plugin):
        return int(plugin.filter_rows(step.want, np.array([row], dtype=np.intp))[0])
    if judges_one(plugin):
        return plugin.filter_row(step.want, row)
    verdicts = plugin.filter_all(step.want) if is_set_filter(plugin) else None
    return 0 if verdicts is None else int(verdicts[row])
