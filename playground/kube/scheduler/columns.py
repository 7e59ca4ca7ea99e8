"""Columns: what a rule answers for every row, kept, and worked out again only for the rows that changed.

One Column per (plugin, want), shared by all pods that want the same. It knows nothing of what the numbers mean.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.framework import Reads
from playground.kube.scheduler.table import Rows, Table

Array = npt.NDArray[Any]
KEPT: Final = 1024  # columns; at 5,000 nodes one takes 40 kB
MANY: Final = 4  # beyond a quarter of the rows, all of them are worked out at once

NO_ROWS: Final[Rows] = np.zeros(0, dtype=np.intp)


class Follower:
    """Follows the table's logs and says which rows changed since it was last asked."""

    def __init__(self, table: Table, reads: Reads) -> None:
        self._table = table
        self._by_pods = reads in (Reads.PODS, Reads.BOTH)
        self._by_cluster = reads in (Reads.CLUSTER, Reads.BOTH)
        self._epoch = -1
        self._nodes = 0
        self._pods = 0

    def changed(self) -> Rows | None:
        """Return the rows to work out again; None: all of them."""
        table = self._table
        length = len(table)
        nodes, pods = table.node_log.end, table.pod_log.end
        if self._epoch != table.epoch:
            self._epoch, self._nodes, self._pods = table.epoch, nodes, pods
            return None
        if nodes == self._nodes and (pods == self._pods or not self._by_pods):
            return NO_ROWS
        rows = self._touched()
        self._nodes, self._pods = nodes, pods
        if rows is None or len(rows) * MANY > length:
            return None
        return np.array(sorted(rows), dtype=np.intp)

    def _touched(self) -> set[int] | None:
        """The rows that the logs name since the last time; None when that is not known, or all depend on them."""
        touched = self._table.node_log.since(self._nodes)
        if touched is None or (touched and self._by_cluster):
            return None
        rows = set(touched)
        if self._by_pods:
            moves = self._table.pod_log.since(self._pods)
            if moves is None:
                return None
            rows.update([move.row for move in moves])
        return rows


class Column:
    """An array with one entry per row, kept up to date by `compute`."""

    def __init__(self, table: Table, reads: Reads, compute: Callable[[Rows], Array]) -> None:
        self.reads = reads
        self._table = table
        self._follower = Follower(table, reads)
        self._compute = compute
        self._array: Array = NO_ROWS
        self._is_zero: bool | None = None

    @property
    def is_zero(self) -> bool:
        """Whether every entry is 0."""
        array = self.read()
        if self._is_zero is None:
            self._is_zero = not array.any()
        return self._is_zero

    def at(self, rows: Rows) -> Array:
        """Return the entries of some rows; of all rows without copying, so not to be written."""
        array = self.read()
        return array if rows is self._table.all_rows else array[rows]

    def read(self) -> Array:
        """Return the array of shape (len(table),); it is changed in place by a later read."""
        rows = self._follower.changed()
        if rows is NO_ROWS:
            return self._array
        self._is_zero = None
        if rows is None:
            self._array = self._compute(self._table.all_rows)
        else:
            self._array[rows] = self._compute(rows)
        return self._array


class Columns:
    """All columns of one table, by whatever key; those not used for long are dropped."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._kept: OrderedDict[Hashable, Column] = OrderedDict()

    def get(self, key: Hashable, reads: Reads, compute: Callable[[Rows], Array]) -> Column:
        """Return the column of that key, made with `compute` when it is new."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = Column(self.table, reads, compute)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found
