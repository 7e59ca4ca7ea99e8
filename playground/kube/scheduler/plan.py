"""A Plan: what one profile has to do for pods of one shape, and the columns it uses. Deciding is cycle.py's part."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.columns import Column, Columns
from playground.kube.scheduler.framework import (
    Objects,
    Reads,
    RowFilter,
    RowScore,
    SetFilter,
    SetScore,
    is_row_filter,
    is_row_score,
    is_set_filter,
    is_set_score,
    normalizer,
)
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.profile import Profile
from playground.kube.scheduler.table import IntArray, Rows, Table

KEPT: Final = 256  # plans of a profile; each has two columns of its own

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FilterStep:
    """A filter and what the pods want of it. Either `column` (a RowFilter's verdicts) is set or `ask` (a SetFilter)."""

    plugin: RowFilter | SetFilter
    want: Any
    column: Column | None = None
    ask: Callable[[Any], IntArray | None] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ScoreStep:
    """A score plugin, what the pods want of it and its weight. Of `column` (raw scores of a RowScore) and `ask` (a
    SetScore) one is set; `normalize` is None where raw scores count as they are."""

    plugin: RowScore | SetScore
    want: Any
    weight: int
    column: Column | None = None
    ask: Callable[[Any, Rows], IntArray | None] | None = None
    normalize: Callable[[Any, IntArray, Rows], IntArray] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether its points are raw score times weight, whatever other nodes get."""
        return self.column is not None and self.normalize is None


class Plan:
    """Filters and scores for one shape, in profile order.

    passed: True for each row that all RowFilters accept. base: the sum of the weighted scores that need no normalising.
    Both are refreshed where a row changed, and nowhere else.
    """

    def __init__(self, profile: Profile, shape: Shape, columns: Columns) -> None:
        self.filters = tuple(_filter_steps(profile, shape, columns))
        self.scores = tuple(_score_steps(profile, shape, columns))
        names = {step.plugin.name for step in self.scores}
        self.skipped = tuple(plugin.name for plugin, _ in profile.scores if plugin.name not in names)
        self.set_filters = tuple(step for step in self.filters if step.column is None)
        self.judged = tuple(step for step in self.scores if not step.is_plain)
        verdicts = [step.column for step in self.filters if step.column is not None]
        plain = [(step.column, step.weight) for step in self.scores if step.column is not None and step.is_plain]
        self.passed = _all_zero(columns.table, verdicts)
        self.base = _weighted(columns.table, plain)


class Plans:
    """The plans of one profile, by shape; made anew when an object changed that plugins read for their wants."""

    def __init__(self, profile: Profile, columns: Columns, objects: Objects) -> None:
        self._profile = profile
        self._columns = columns
        self._objects = objects
        self._kept: OrderedDict[Shape, tuple[int, Plan]] = OrderedDict()

    def of(self, shape: Shape) -> Plan:
        """Return the plan for pods of a shape."""
        version = self._objects.version
        found = self._kept.get(shape)
        if found is not None and found[0] == version:
            self._kept.move_to_end(shape)
            return found[1]
        plan = Plan(self._profile, shape, self._columns)
        self._kept[shape] = (version, plan)
        self._kept.move_to_end(shape)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return plan


def _filter_steps(profile: Profile, shape: Shape, columns: Columns) -> Iterator[FilterStep]:
    for plugin in profile.filters:
        want = plugin.filter_want(shape)
        if want is None:
            continue
        if is_row_filter(plugin):
            yield FilterStep(plugin, want, column=_verdicts(columns, plugin, want))
        elif is_set_filter(plugin):
            yield FilterStep(plugin, want, ask=plugin.filter_all)


def _verdicts(columns: Columns, plugin: RowFilter, want: Any) -> Column:
    return columns.get((id(plugin), "filter", want), plugin.reads, lambda rows: plugin.filter_rows(want, rows))


def _score_steps(profile: Profile, shape: Shape, columns: Columns) -> Iterator[ScoreStep]:
    for plugin, weight in profile.scores:
        want = plugin.score_want(shape)
        if want is None:
            continue
        normalize = normalizer(plugin)
        if is_row_score(plugin):
            column = _raw_scores(columns, plugin, want)
            yield ScoreStep(plugin, want, weight, column=column, normalize=normalize)
        elif is_set_score(plugin):
            yield ScoreStep(plugin, want, weight, ask=plugin.score_set, normalize=normalize)


def _raw_scores(columns: Columns, plugin: RowScore, want: Any) -> Column:
    return columns.get((id(plugin), "score", want), plugin.reads, lambda rows: plugin.score_rows(want, rows))


def _all_zero(table: Table, columns: Sequence[Column]) -> Column:
    """True where all columns are 0. What depends on nodes alone is joined first, so a pod's coming costs little."""
    steady, moving = _parted(columns)

    def join(parts: Sequence[Column], rows: Rows) -> BoolArray:
        joined: BoolArray = np.ones(len(rows), dtype=np.bool_)
        for column in parts:
            joined &= column.read()[rows] == 0
        return joined

    first = Column(table, _most(steady), lambda rows: join(steady, rows))
    if not moving:
        return first
    return Column(table, _most(columns), lambda rows: first.read()[rows] & join(moving, rows))


def _weighted(table: Table, columns: Sequence[tuple[Column, int]]) -> Column:
    """The sum of the columns times their weights, likewise."""
    weight_of = {id(column): weight for column, weight in columns}
    steady, moving = _parted([column for column, _ in columns])

    def join(parts: Sequence[Column], rows: Rows) -> IntArray:
        total: IntArray = np.zeros(len(rows), dtype=np.int64)
        for column in parts:
            total += column.read()[rows] * weight_of[id(column)]
        return total

    first = Column(table, _most(steady), lambda rows: join(steady, rows))
    if not moving:
        return first
    reads = _most([column for column, _ in columns])
    return Column(table, reads, lambda rows: first.read()[rows] + join(moving, rows))


def _parted(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Those that depend on node objects alone, and those that depend on pods."""
    moving = [column for column in columns if column.reads in (Reads.PODS, Reads.BOTH)]
    return [column for column in columns if column not in moving], moving


def _most(columns: Sequence[Column]) -> Reads:
    """What a combination of columns depends on: all that any of them does."""
    reads = {column.reads for column in columns}
    if Reads.CLUSTER in reads:
        return Reads.BOTH if Reads.PODS in reads else Reads.CLUSTER
    return max(reads, default=Reads.NODE)
