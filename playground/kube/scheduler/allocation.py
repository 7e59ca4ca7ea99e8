"""How full a node would be with the pod on it, as numbers 0..100: what the two resource plugins score by.

After pkg/scheduler/framework/plugins/noderesources (least_allocated.go, most_allocated.go, balanced_allocation.go,
requested_to_capacity_ratio.go). Arrays have one entry per row; `capacity` 0: the resource does not count on that node.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.framework import MAX_NODE_SCORE
from playground.kube.scheduler.table import IntArray, Rows, Table

FloatArray = npt.NDArray[np.float64]
SCALE = MAX_NODE_SCORE // 10  # RequestedToCapacityRatio's shapes give scores 0..10

BASIC = frozenset({"cpu", "memory", "ephemeral-storage"})  # others count only for pods that ask for them


@dataclass(frozen=True, slots=True)
class Demand:
    """How much a pod wants of one resource, and how much that resource weighs."""

    resource: str
    amount: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Load:
    """One resource on some rows: what there is and what would be used."""

    capacity: IntArray
    used: IntArray
    weight: int


def loads(table: Table, demands: Sequence[Demand], rows: Rows, *, nonzero: bool) -> list[Load]:
    """Return the loads with the pod on each node; resources that are no basic ones and not asked for are left out.

    `nonzero`: CPU and memory of pods there count with the defaults for containers without a request.
    """
    found = []
    for demand in demands:
        if not demand.amount and demand.resource not in BASIC:
            continue
        as_scored = nonzero and demand.resource in ("cpu", "memory")
        column = table.nonzero_requested if as_scored else table.requested
        used = column(demand.resource)[rows] + demand.amount
        found.append(Load(table.allocatable(demand.resource)[rows], used, demand.weight))
    return found


def least_allocated(load: Load) -> IntArray:
    """The share that stays free, in whole percent; 0 where the node would be overfull."""
    free = np.maximum(load.capacity - load.used, 0)
    score: IntArray = free * MAX_NODE_SCORE // np.maximum(load.capacity, 1)
    return score


def most_allocated(load: Load) -> IntArray:
    """The share that is used, in whole percent; an overfull node counts as full."""
    score: IntArray = np.minimum(load.used, load.capacity) * MAX_NODE_SCORE // np.maximum(load.capacity, 1)
    return score


def ratio(load: Load, points: Sequence[tuple[int, int]]) -> IntArray:
    """The score that the broken line through `points` (utilisation in percent, score 0..100) gives."""
    inside = (load.capacity > 0) & (load.used <= load.capacity)
    used = np.where(inside, load.used * MAX_NODE_SCORE // np.maximum(load.capacity, 1), MAX_NODE_SCORE)
    score = np.full(len(used), points[-1][1], dtype=np.int64)
    for (left, low), (right, high) in reversed(list(itertools.pairwise(points))):
        rise = (high - low) * (used - left)
        step = np.where(rise < 0, -(-rise // (right - left)), rise // (right - left))  # Go rounds towards zero
        score = np.where(used <= right, low + step, score)
    first, score_there = points[0]
    result: IntArray = np.where(used <= first, score_there, score)
    return result


def weighted_mean(found: Sequence[Load], scores: Sequence[IntArray]) -> IntArray:
    """The mean of the resources' scores by weight, rounded down; resources a node does not have are left out."""
    total = sum(np.where(load.capacity > 0, score * load.weight, 0) for load, score in zip(found, scores, strict=True))
    weights = sum(np.where(load.capacity > 0, load.weight, 0) for load in found)
    result: IntArray = np.asarray(total // np.maximum(weights, 1), dtype=np.int64)
    return result


def weighted_mean_of_positive(found: Sequence[Load], scores: Sequence[IntArray]) -> IntArray:
    """The same for RequestedToCapacityRatio: scores of 0 are left out, and halves are rounded up."""
    total = sum(score * load.weight for load, score in zip(found, scores, strict=True))
    weights = sum(np.where(score > 0, load.weight, 0) for load, score in zip(found, scores, strict=True))
    mean = np.asarray(total, dtype=np.float64) / np.maximum(weights, 1)
    result: IntArray = np.floor(mean + 0.5).astype(np.int64)
    return result


def balance(found: Sequence[Load]) -> IntArray:
    """100 when all resources are used in the same proportion, less by the standard deviation of the proportions."""
    shares = [np.minimum(load.used / np.maximum(load.capacity, 1), 1.0) for load in found]
    has = [load.capacity > 0 for load in found]
    if len(found) == 2:  # the usual case, and the arithmetic the scheduler has for it
        deviation = np.where(has[0] & has[1], np.abs((shares[0] - shares[1]) / 2), 0.0)
    else:
        deviation = _deviation(np.array(shares), np.array(has))
    score: IntArray = ((1 - deviation) * MAX_NODE_SCORE).astype(np.int64)
    return score


def _deviation(shares: FloatArray, has: npt.NDArray[np.bool_]) -> FloatArray:
    """The standard deviation over the resources a node has; with two of them, half their distance.

    Both of shape (resources, rows).
    """
    count = has.sum(axis=0)
    shares = np.where(has, shares, 0.0)
    total = np.zeros(shares.shape[1])
    for share in shares:  # summed one after the other, as the scheduler does: floats remember the order
        total = total + share
    mean = total / np.maximum(count, 1)
    squares = np.zeros(shares.shape[1])
    for share, there in zip(shares, has, strict=True):
        squares = squares + np.where(there, (share - mean) * (share - mean), 0.0)
    spread = np.sqrt(squares / np.maximum(count, 1))
    highest = np.where(has, shares, -np.inf).max(axis=0)
    lowest = np.where(has, shares, np.inf).min(axis=0)
    two = np.abs((highest - lowest) / 2)
    result: FloatArray = np.where(count > 2, spread, np.where(count == 2, two, 0.0))
    return result
