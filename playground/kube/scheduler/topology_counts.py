"""Counts of pods by row and by topology domain, kept up to date pod by pod. Which pods count, topology_index.py says.

A View says which domain each row belongs to; a Tally counts on rows; Domains are a Tally summed over a View.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.table import Table

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Mask = Callable[[], BoolArray]


class View:
    """The rows by the value of one topology key. With `absent_is_empty` a node without it is in the domain "".

    codes: (rows,) the domain of each row, -1 for a row without the key. size: how many domains there may be.
    mask: (rows,) which rows count, None for all. eligible: the domains with a row that counts, by number.
    present: (size,) the same as a mask, None when all of them are.
    labelled: (rows,) whether the node has the key; labelled_all: whether every node has.
    shared: whether two nodes are in one domain anywhere; over hosts they are not.
    """

    def __init__(self, key: str, mask: Mask | None, *, absent_is_empty: bool) -> None:
        self.version = -1
        self.codes: IntArray = np.zeros(0, dtype=np.int64)
        self.size = 0
        self.mask: BoolArray | None = None
        self.present: BoolArray | None = None
        self.labelled: BoolArray = np.zeros(0, dtype=np.bool_)
        self.labelled_all = True
        self.shared = False
        self.eligible = 0
        self._key = key
        self._mask = mask
        self._absent_is_empty = absent_is_empty

    def refresh(self, table: Table, version: int) -> View:
        """Bring everything up to the table's nodes; `version` numbers their state. Returns itself."""
        if version == self.version:
            return self
        self.version = version
        key = self._key
        facet = table.label(key)
        self.labelled = facet.codes >= 0
        self.labelled_all = bool(self.labelled.all())
        if self._absent_is_empty:
            facet = table.facet(("label or empty", key), lambda node: node.labels.get(key, ""))
        self.codes, self.size = facet.codes, len(facet.values)
        self.shared = bool((np.bincount(self.codes + 1)[1:] > 1).any())
        self.mask = self._mask() if self._mask else None
        counting = self.codes if self.mask is None else self.codes[self.mask]
        present = np.bincount(counting + 1, minlength=self.size + 1)[1:] > 0
        self.eligible = int(np.count_nonzero(present))
        self.present = None if self.eligible == self.size else present
        return self


class Domains:
    """What a Tally has in each domain of a View.

    counts: (size + 1,) by domain; the last entry, which the code -1 reads, is for rows without the key.
    """

    __slots__ = ("_occupied", "_shared", "codes", "counts", "mask", "present", "size")

    def __init__(self, view: View, rows: IntArray) -> None:
        self.codes, self.mask, self.size, self.present = view.codes, view.mask, view.size, view.present
        counted = rows if view.mask is None else np.where(view.mask, rows, 0)
        sums = np.bincount(view.codes + 1, weights=counted, minlength=view.size + 1)
        self.counts: IntArray = np.roll(sums.astype(np.int64), -1)
        self._occupied: BoolArray | None = None
        self._shared = view.shared

    def add(self, row: int, sign: int) -> None:
        """Take over a change of one row."""
        if self.mask is not None and not self.mask[row]:
            return
        domain = self.codes[row]
        before = self.counts[domain]
        self.counts[domain] = before + sign
        if self._occupied is not None and domain >= 0 and (before > 0) != (before + sign > 0):
            self._occupied[self.codes == domain if self._shared else row] = before <= 0

    @property
    def occupied(self) -> BoolArray:
        """(rows,) whether there is some in the row's domain; False for rows without the key. Not to be written."""
        if self._occupied is None:
            some = self.counts > 0
            some[-1] = False
            self._occupied = some[self.codes]
        return self._occupied

    def any(self) -> bool:
        """Return whether some domain has some."""
        return bool(self.counts[:-1].any())

    def minimum(self) -> int:
        """Return the smallest count of the domains that are present; there has to be one."""
        counts = self.counts[:-1]
        return int((counts if self.present is None else counts[self.present]).min())


class Tally:
    """How many of some pods are on each row, and in each domain of the views asked about."""

    __slots__ = ("_domains", "rows", "total")

    def __init__(self, size: int) -> None:
        self.rows: IntArray = np.zeros(size, dtype=np.int64)
        self.total = 0
        self._domains: dict[View, Domains] = {}

    def add(self, row: int, number: int) -> None:
        """Count `number` more (or, below 0, fewer) on a row."""
        self.rows[row] += number
        self.total += number
        for domains in self._domains.values():
            domains.add(row, number)

    def over(self, view: View) -> Domains:
        """Return the counts by domain of a view, which has been refreshed."""
        found = self._domains.get(view)
        if found is None:
            found = self._domains[view] = Domains(view, self.rows)
        return found

    def forget_domains(self) -> None:
        """Sum anew when asked next: nodes have other labels or taints now."""
        self._domains.clear()
