"""NodeResourcesFit: the node must have room for what the pod requests; nodes are scored by how full they would be
(plugins/noderesources/fit.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from playground.kube.scheduler import allocation
from playground.kube.scheduler.allocation import Demand
from playground.kube.scheduler.events import Action, Event, Happening, Hint
from playground.kube.scheduler.framework import Code, Handle, Reads, Status
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.requests import DEFAULTS, amounts, pod_requests
from playground.kube.scheduler.table import IntArray, Rows

NAME: Final = "NodeResourcesFit"
TOO_MANY_PODS: Final = "Too many pods"
FIRST: Final = ("cpu", "memory", "ephemeral-storage")  # the order of the reasons; others follow by name

# A verdict is a sum of these, and of RESOURCE << i for the i-th resource of the want.
HOPELESS: Final = 1  # more than the empty node has
PODS: Final = 2
RESOURCE: Final = 4

Want = tuple[tuple[str, int], ...]
DEFAULT_RESOURCES: Final[tuple[dict[str, Any], ...]] = ({"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1})


class NodeResourcesFit:
    """Refuses full nodes and prefers, by default, those that stay emptiest."""

    name = NAME
    reads = Reads.PODS

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        strategy = args.get("scoringStrategy") or {}
        self._table = handle.table
        self._ignored = frozenset(args.get("ignoredResources") or ())
        self._ignored_groups = frozenset(args.get("ignoredResourceGroups") or ())
        self._strategy = strategy.get("type") or "LeastAllocated"
        self._resources = strategy.get("resources") or DEFAULT_RESOURCES
        line = (strategy.get("requestedToCapacityRatio") or {}).get("shape") or ()
        self._points = tuple((point["utilization"], point["score"] * allocation.SCALE) for point in line)

    def filter_want(self, shape: Shape) -> Want:
        """Return the (resource, amount) pairs that have to fit."""
        wanted = [item for item in shape.requests.items() if item[1] > 0 and not self._is_ignored(item[0])]
        return tuple(sorted(wanted, key=lambda item: (FIRST.index(item[0]) if item[0] in FIRST else 9, item[0])))

    def filter_rows(self, want: Want, rows: Rows) -> IntArray:
        """All that is short on each node, as a sum of bits."""
        table = self._table
        full = table.pod_counts[rows] + 1 > table.allocatable("pods")[rows]
        verdict: IntArray = full * np.int64(PODS)
        for index, (resource, amount) in enumerate(want):
            capacity = table.allocatable(resource)[rows]
            short = amount > capacity - table.requested(resource)[rows]
            if short.any():
                verdict |= short * np.int64(RESOURCE << index)
                verdict |= (amount > capacity) * np.int64(HOPELESS)
        return verdict

    def explain(self, want: Want, verdict: int) -> Status:
        """Name everything that is short."""
        reasons = [TOO_MANY_PODS] if verdict & PODS else []
        reasons += [f"Insufficient {name}" for index, (name, _) in enumerate(want) if verdict & (RESOURCE << index)]
        return Status(Code.UNRESOLVABLE if verdict & HOPELESS else Code.UNSCHEDULABLE, tuple(reasons), NAME)

    def score_want(self, shape: Shape) -> tuple[Demand, ...]:
        """Return the pod's demands as scored: a container without a request counts as the default, and pod-level
        requests do not count."""
        wanted = pod_requests(shape.spec, missing=DEFAULTS, pod_level=False)
        return tuple(
            Demand(item["name"], wanted.get(item["name"], 0), item.get("weight") or 1) for item in self._resources
        )

    def score_rows(self, want: tuple[Demand, ...], rows: Rows) -> IntArray:
        """0..100 by the profile's scoring strategy."""
        found = allocation.loads(self._table, want, rows, nonzero=True)
        if self._strategy == "RequestedToCapacityRatio":
            scores = [allocation.ratio(load, self._points) for load in found]
            return allocation.weighted_mean_of_positive(found, scores)
        rule = allocation.most_allocated if self._strategy == "MostAllocated" else allocation.least_allocated
        return allocation.weighted_mean(found, [rule(load) for load in found])

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A pod that left or asks for less; a node that came or got larger."""
        return (
            (Event("assigned", Action.DELETE | Action.UPDATE_POD_SCALE_DOWN), _after_pod),
            (Event("unscheduled", Action.UPDATE_POD_SCALE_DOWN), _after_pod),
            (Event("nodes", Action.ADD | Action.UPDATE_NODE_ALLOCATABLE), self._after_node),
        )

    def _is_ignored(self, resource: str) -> bool:
        if "/" not in resource:
            return False
        return resource in self._ignored or resource.split("/", 1)[0] in self._ignored_groups

    def _after_node(self, pod: Pod, happening: Happening) -> bool:
        """Worth a try when the node, empty, could take the pod and has more of something it wants than before."""
        has, had = _offer(happening.new), _offer(happening.old)
        want = self.filter_want(pod.shape)
        if any(amount > has.get(resource, 0) for resource, amount in want):
            return False
        return happening.old is None or any(has.get(name, 0) > had.get(name, 0) for name in ("pods", *dict(want)))


def _offer(node: Mapping[str, Any] | None) -> dict[str, int]:
    return amounts(((node or {}).get("status") or {}).get("allocatable"))


def _after_pod(pod: Pod, happening: Happening) -> bool:
    """Any pod that leaves its node makes room; a change of requests must lower something that this pod wants."""
    if happening.new is None:
        return True
    if happening.resource == "unscheduled":
        return True
    old, new = happening.old.shape.requests, happening.new.shape.requests
    return any(new.get(name, 0) < old.get(name, 0) for name in pod.shape.requests)


def new(args: Mapping[str, Any], handle: Handle) -> NodeResourcesFit:
    """Make the plugin from NodeResourcesFitArgs."""
    return NodeResourcesFit(args, handle)
