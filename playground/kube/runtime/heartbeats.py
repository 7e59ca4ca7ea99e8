"""When nodes beat: a function of the clock, so that a heartbeat is never written down.

A series begins when a kubelet starts to renew its Lease and ends when nobody hears it any more. The node controller
asks here how fresh a node is, and the API server fills in a Lease's renewTime. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PERIOD: Final = 10.0  # a quarter of the Lease's 40 seconds, as the kubelet renews it


@dataclass(frozen=True, slots=True)
class Series:
    """Beats of one node: at *since* and every *period* seconds after it, up to *until* (None: it goes on).

    *command*: the number of the person's command that ended it.
    """

    since: float
    period: float = PERIOD
    until: float | None = None
    command: int | None = None

    def last(self, now: float) -> float:
        """Return the time of the newest beat up to now."""
        end = now if self.until is None else min(now, self.until)
        return self.since + int((end - self.since) / self.period) * self.period if end > self.since else self.since


class Heartbeats:
    """The newest series of each node. Who never began is not known here. *version*: how often it has changed."""

    def __init__(self) -> None:
        self.version = 0
        self._series: dict[str, Series] = {}
        self._silent: dict[str, None] = {}

    def begin(self, node: str, now: float, period: float = PERIOD) -> bool:
        """Let a node beat from now on; False when it does already."""
        if self.beating(node):
            return False
        self._series[node] = Series(now, period)
        self._silent.pop(node, None)
        self.version += 1
        return True

    def end(self, node: str, now: float, command: int | None = None) -> None:
        """Let a node's beats end; the last one stays known."""
        series = self._series.get(node)
        if series is not None and series.until is None:
            self._series[node] = Series(series.since, series.period, now, command)
            self._silent[node] = None
            self.version += 1

    def forget(self, node: str) -> None:
        """Forget a node that is gone."""
        self._series.pop(node, None)
        self._silent.pop(node, None)
        self.version += 1

    def beating(self, node: str) -> bool:
        """Tell whether a node beats."""
        series = self._series.get(node)
        return series is not None and series.until is None

    def silent(self) -> list[str]:
        """Return the nodes that beat once and do no more."""
        return list(self._silent)

    def series(self, node: str) -> Series | None:
        """Return the newest series of a node, or None."""
        return self._series.get(node)

    def last(self, node: str, now: float) -> float | None:
        """Return the time of a node's newest beat up to now; None when it never beat."""
        series = self._series.get(node)
        return None if series is None else series.last(now)

    def state(self) -> dict[str, Any]:
        """Return all series as JSON."""
        # The silent ones come last, in the order in which they fell silent.
        ordered = {node: each for node, each in self._series.items() if node not in self._silent}
        ordered |= {node: self._series[node] for node in self._silent}
        return {node: [each.since, each.period, each.until, each.command] for node, each in ordered.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._series = {node: Series(*each) for node, each in state.items()}
        self._silent = {node: None for node, each in self._series.items() if each.until is not None}
