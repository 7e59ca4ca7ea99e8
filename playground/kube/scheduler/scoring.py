"""Scoring: the totals of the feasible rows, and on demand every plugin's part in them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from playground.kube.scheduler.plan import Plan, ScoreStep
from playground.kube.scheduler.table import IntArray, Rows

NO_POINTS: Final = np.zeros(1, dtype=np.int64)
FIRST_ROW: Final = np.zeros(1, dtype=np.intp)


class Part(NamedTuple):
    """One plugin's scores for the feasible rows: as it gave them, and as they count (normalised times weight)."""

    plugin: str
    raw: IntArray
    points: IntArray


class Scored(NamedTuple):
    """Totals aligned with the rows. `parts` is empty unless asked for; `skipped`: plugins with nothing to score."""

    totals: IntArray
    parts: tuple[Part, ...]
    skipped: tuple[str, ...]


def score(plan: Plan, rows: Rows, *, full: bool) -> Scored:
    """Score the feasible rows, in the order in which they were found."""
    totals: IntArray = plan.base.at(rows)
    parts: dict[str, Part] = {}
    skipped = list(plan.skipped)
    for step in plan.judged:
        if step.column is not None and step.column.is_zero and not full:
            totals = totals + _of_zeros(step)
            continue
        part = _judge(step, rows)
        if part is None:
            skipped.append(step.plugin.name)
            continue
        totals = totals + part.points
        parts[part.plugin] = part
    if not full:
        return Scored(totals, (), ())
    for step in plan.scores:
        if step.column is not None and step.is_plain:
            raw = step.column.at(rows)
            parts[step.plugin.name] = Part(step.plugin.name, raw, raw * step.weight)
    ordered = tuple(parts[step.plugin.name] for step in plan.scores if step.plugin.name in parts)
    return Scored(totals, ordered, tuple(sorted(skipped)))


def _judge(step: ScoreStep, rows: Rows) -> Part | None:
    """A plugin whose points depend on the other rows: all cluster-wide scores, and all that are normalised."""
    if step.column is not None:
        raw: IntArray | None = step.column.at(rows)
    else:
        raw = step.ask(step.want, rows) if step.ask is not None else None
    if raw is None:
        return None
    normalized = raw if step.normalize is None else step.normalize(step.want, raw, rows)
    return Part(step.plugin.name, np.asarray(raw), normalized * step.weight)


def _of_zeros(step: ScoreStep) -> int:
    """The points that every row gets when all raw scores are 0: most clusters have no soft taints."""
    if step.normalize is None:
        return 0
    return int(step.normalize(step.want, NO_POINTS, FIRST_ROW)[0]) * step.weight
