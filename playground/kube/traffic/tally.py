"""Counts of what became of requests, added up over spans of time in which nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube.runtime.capacity import Performance


@dataclass(slots=True)
class Tally:
    """Numbers of requests. *times*: how many were answered with which mean time (seconds, to three digits, as text)."""

    requests: float = 0.0
    answered: float = 0.0
    refused: float = 0.0
    late: float = 0.0
    unserved: float = 0.0  # of those refused: there was no endpoint at all
    times: dict[str, float] = field(default_factory=dict)

    @property
    def errors(self) -> float:
        """Requests without a good answer."""
        return self.refused + self.late

    def add(self, requests: float, found: Performance | None) -> None:
        """Count requests of a span; *found* tells what became of all that its pod was sent, None that none arrived."""
        self.requests += requests
        if found is None or found.offered <= 0:
            self.refused += requests
            return
        part = requests / found.offered
        self.answered += part * found.answered
        self.refused += part * found.refused
        self.late += part * found.late
        if found.answered:
            mean = f"{found.seconds:.3g}"
            self.times[mean] = self.times.get(mean, 0.0) + part * found.answered

    def add_unserved(self, requests: float) -> None:
        """Count requests for which there was no endpoint."""
        self.requests += requests
        self.refused += requests
        self.unserved += requests

    def mixture(self) -> list[tuple[float, float]]:
        """Return (mean time, number) of what was answered, as capacity.quantile takes it."""
        return [(float(mean), count) for mean, count in self.times.items()]

    def state(self) -> list[Any]:
        """Return it as JSON."""
        return [self.requests, self.answered, self.refused, self.late, self.unserved, dict(self.times)]

    @classmethod
    def of(cls, state: Iterable[Any]) -> Tally:
        """Return what `state` gave."""
        requests, answered, refused, late, unserved, times = state
        return cls(requests, answered, refused, late, unserved, dict(times))

    @classmethod
    def total(cls, tallies: Iterable[Tally]) -> Tally:
        """Return several put together."""
        found = cls()
        for each in tallies:
            found.requests += each.requests
            found.answered += each.answered
            found.refused += each.refused
            found.late += each.late
            found.unserved += each.unserved
            _merge(found.times, each.times)
        return found


def _merge(times: dict[str, float], more: Mapping[str, float]) -> None:
    for mean, count in more.items():
        times[mean] = times.get(mean, 0.0) + count
