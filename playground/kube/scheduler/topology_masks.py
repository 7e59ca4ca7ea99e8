"""Which nodes count for a topology spread constraint: nodeAffinityPolicy, nodeTaintsPolicy and the keys they must have.

After podtopologyspread/common.go, matchNodeInclusionPolicies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.kube.scheduler.columns import Column
from playground.kube.scheduler.framework import Reads
from playground.kube.scheduler.plugins.node_affinity import Required
from playground.kube.scheduler.table import Rows, Table
from playground.kube.scheduler.tolerations import Toleration, taints_of, tolerated
from playground.kube.scheduler.topology_counts import BoolArray, Mask

ANYWHERE: Final = Required()
REPELLING: Final = frozenset({"NoSchedule", "NoExecute"})


@dataclass(frozen=True, slots=True)
class Eligible:
    """What a node has to be: labelled with all `keys`, as `required` says, its taints tolerated (None: any taints)."""

    keys: tuple[str, ...] = ()
    required: Required = ANYWHERE
    tolerations: tuple[Toleration, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.keys) or self.required != ANYWHERE or self.tolerations is not None

    def mask(self, table: Table) -> Mask:
        """Return a function that answers (rows,): whether each node counts, as the nodes are when it is called."""
        column = Column(table, Reads.NODE, lambda rows: self._look(table, rows))
        return lambda: np.array(column.read(), dtype=np.bool_)

    def _look(self, table: Table, rows: Rows) -> BoolArray:
        counts = np.ones(len(rows), dtype=np.bool_)
        for key in self.keys:
            counts &= table.label(key).codes[rows] >= 0
        nodes = table.rows
        if self.required != ANYWHERE:
            counts &= [self.required.matches(nodes[row].labels, nodes[row].name) for row in rows]
        if self.tolerations is not None:
            counts &= [self._tolerates(nodes[row].object) for row in rows]
        return counts

    def _tolerates(self, node: Mapping[str, Any]) -> bool:
        taints = taints_of(node)
        return all(taint.effect not in REPELLING or tolerated(taint, self.tolerations or ()) for taint in taints)
