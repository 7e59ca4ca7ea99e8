"""How much a container can serve, how long that takes, and what it costs: the one place of the load model.

A container is one queue with room for a number of requests and one server that works at the speed of its CPU
(M/M/1/K). docs/kube-load.md states the formulas and what they leave out. Load and capacity are in requests a second,
CPU in cores, times in seconds, memory in bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

TIMEOUT: Final = 10.0  # seconds after which a client gives up
ROOM: Final = 100  # requests that a container holds: being worked on, or waiting
WORKERS: Final = 2.0  # cores that a server without a CPU limit can use
_EVEN: Final = 1e-9  # closer to 1 the formula for a utilisation of exactly 1 is used


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a container brings along. *cost*: CPU seconds a request; *idle*: cores that it uses without any."""

    cores: float
    cost: float
    idle: float = 0.0
    room: int = ROOM

    @property
    def rate(self) -> float:
        """The most requests a second it can serve."""
        free = max(self.cores - self.idle, 0.0)
        return free / self.cost if self.cost > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Performance:
    """What becomes of a load: answered, refused and timed out a second; mean time; requests inside; cores in use."""

    offered: float = 0.0
    answered: float = 0.0
    refused: float = 0.0
    late: float = 0.0
    seconds: float = 0.0
    inside: float = 0.0
    cpu: float = 0.0
    throttled: float = 0.0  # the part of the CPU it wanted and did not get

    @property
    def errors(self) -> float:
        """Requests a second without a good answer."""
        return self.refused + self.late


def cores_of(limit: float | None, workers: float = WORKERS) -> float:
    """Return the cores a container may use. A request guarantees CPU and limits nothing."""
    return workers if limit is None else min(limit, workers)


@lru_cache(maxsize=4096)
def perform(capacity: Capacity, offered: float) -> Performance:
    """Return what becomes of so many requests a second."""
    if offered <= 0:
        return Performance(cpu=min(capacity.idle, capacity.cores))
    rate = capacity.rate
    if rate <= 0:
        return Performance(offered, refused=offered, cpu=capacity.cores, throttled=1.0)
    if rate == math.inf:
        return Performance(offered, answered=offered, cpu=min(capacity.idle, capacity.cores))
    blocked, inside = _queue(offered / rate, capacity.room)
    taken = offered * (1 - blocked)
    seconds = inside / taken + alone(capacity) - 1 / rate
    late = taken * math.exp(-TIMEOUT / seconds)
    wanted = capacity.idle + offered * capacity.cost
    used = min(capacity.idle + taken * capacity.cost, capacity.cores)
    return Performance(
        offered,
        answered=taken - late,
        refused=offered * blocked,
        late=late,
        seconds=seconds,
        inside=inside,
        cpu=used,
        throttled=max(0.0, 1 - capacity.cores / wanted),
    )


def alone(capacity: Capacity) -> float:
    """Return how long one request takes when there is no other: it runs on one core, or on the part that it may use."""
    return capacity.cost / max(min(1.0, capacity.cores - capacity.idle), 1e-6)


def _queue(busy: float, room: int) -> tuple[float, float]:
    """Return the part of requests that find no room, and how many are inside on average (M/M/1/K)."""
    if abs(busy - 1) < _EVEN:
        return 1 / (room + 1), room / 2
    if busy > 1:  # free places behave as requests do when load and capacity are exchanged
        full = (1 - 1 / busy) / (1 - (1 / busy) ** (room + 1))
        return full, room - _queue(1 / busy, room)[1]
    power = busy ** (room + 1)
    return (1 - busy) * busy**room / (1 - power), busy / (1 - busy) - (room + 1) * power / (1 - power)


def quantile(part: float, mixture: Iterable[tuple[float, float]]) -> float:
    """Return the time within which this part of requests was answered, of pairs (mean time, number of requests).

    Each pair's times are taken as exponentially distributed; nobody waits longer than TIMEOUT.
    """
    pairs = [(mean, weight) for mean, weight in mixture if weight > 0]
    total = sum(weight for _, weight in pairs)
    if not total:
        return 0.0
    low, high = 0.0, TIMEOUT
    for _ in range(50):
        middle = (low + high) / 2
        below = sum(weight * _within(middle, mean) for mean, weight in pairs)
        low, high = (low, middle) if below >= part * total else (middle, high)
    return high


def _within(time: float, mean: float) -> float:
    """Return the part of answered requests that took at most this time."""
    if mean <= 0:
        return 1.0
    return -math.expm1(-time / mean) / -math.expm1(-TIMEOUT / mean)
