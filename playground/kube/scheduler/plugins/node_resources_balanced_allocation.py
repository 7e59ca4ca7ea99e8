"""NodeResourcesBalancedAllocation: prefers nodes whose resources the pod makes more evenly used
(plugins/noderesources/balanced_allocation.go as of v1.36: the balance with the pod against that without it)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from playground.kube.scheduler import allocation
from playground.kube.scheduler.allocation import Demand
from playground.kube.scheduler.framework import Handle, Reads
from playground.kube.scheduler.plugins.node_resources_fit import DEFAULT_RESOURCES
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Rows

NAME: Final = "NodeResourcesBalancedAllocation"

Want = tuple[Demand, ...]


class NodeResourcesBalancedAllocation:
    """Scores by what the pod does to the balance of CPU, memory and whatever else is configured."""

    name = NAME
    reads = Reads.PODS

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        self._table = handle.table
        self._resources = [item["name"] for item in args.get("resources") or DEFAULT_RESOURCES]

    def score_want(self, shape: Shape) -> Want | None:
        """Return what the pod requests; None for a pod that requests none of these resources."""
        wanted = tuple(Demand(name, shape.requests.get(name, 0)) for name in self._resources)
        return wanted if any(demand.amount for demand in wanted) else None

    def score_rows(self, want: Want, rows: Rows) -> IntArray:
        """75 where the balance stays as it is; from 50 (worse) to 100 (better)."""
        with_pod = allocation.loads(self._table, want, rows, nonzero=False)
        without = [
            allocation.Load(load.capacity, load.used - demand.amount, load.weight)
            for load, demand in zip(with_pod, _counted(want), strict=True)
        ]
        change = 50 + allocation.balance(with_pod) - allocation.balance(without)
        score: IntArray = 50 + np.sign(change) * (np.abs(change) // 2)  # Go's division rounds towards zero
        return score


def _counted(want: Want) -> Want:
    """The demands that allocation.loads keeps."""
    return tuple(demand for demand in want if demand.amount or demand.resource in allocation.BASIC)


def new(args: Mapping[str, Any], handle: Handle) -> NodeResourcesBalancedAllocation:
    """Make the plugin from NodeResourcesBalancedAllocationArgs."""
    return NodeResourcesBalancedAllocation(args, handle)
