"""Facets: something of each node object (a label, the taints) as a column of small numbers.

A rule then looks at each distinct value once, in plain Python, and the answers are spread over the rows by numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.logs import Log

if TYPE_CHECKING:
    from playground.kube.scheduler.table import Node

IntArray = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


class Facet:
    """A column of codes: `values[codes[row]]` is what the node of that row has; -1 where it has nothing (None).

    Codes stay the same until the table's epoch changes; values only get more.
    """

    def __init__(self, read: Callable[[Node], Hashable | None]) -> None:
        self.codes: IntArray = np.zeros(0, dtype=np.int64)
        self.values: list[Any] = []
        self._read = read
        self._known: dict[Hashable, int] = {}
        self._epoch = -1
        self._cursor = 0

    def refresh(self, nodes: Sequence[Node], epoch: int, changed: Log[int]) -> None:
        """Take over what changed. Only the Table calls this."""
        rows = changed.since(self._cursor) if epoch == self._epoch else None
        self._epoch, self._cursor = epoch, changed.end
        if rows is None:
            self.values, self._known = [], {}
            self.codes = np.array([self._code(node) for node in nodes], dtype=np.int64)
            return
        for row in rows:
            self.codes[row] = self._code(nodes[row])

    def code(self, value: Hashable) -> int | None:
        """Return the code of a value; None when no node has had it."""
        return self._known.get(value)

    def map(self, rule: Callable[[Any], int], rows: Rows, *, without: int = 0) -> IntArray:
        """Return rule(value) for each of `rows`; `without` where there is none.

        One call per distinct value; a value that no node has any more may be among them.
        """
        codes = self.codes[rows]
        answers = np.full(len(self.values) + 1, without, dtype=np.int64)  # the last is for the code -1
        wanted = range(len(self.values)) if len(rows) >= len(self.values) else sorted(set(codes.tolist()) - {-1})
        for code in wanted:
            answers[code] = rule(self.values[code])
        return answers[codes]

    def _code(self, node: Node) -> int:
        value = self._read(node)
        if value is None:
            return -1
        code = self._known.get(value)
        if code is None:
            code = self._known[value] = len(self.values)
            self.values.append(value)
        return code
