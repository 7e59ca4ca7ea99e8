"""What was recommended and done lately for an autoscaler: windows and policies look back on it. After horizontal.go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Entry = tuple[int, float]  # a number of replicas, and when
Entries = list[Entry]


@dataclass(slots=True)
class History:
    """Recommendations as they came, and how many replicas were added and taken away."""

    recommendations: Entries = field(default_factory=list)
    ups: Entries = field(default_factory=list)
    downs: Entries = field(default_factory=list)

    def begin(self, current: int, now: float) -> None:
        """Take the replicas that are there as the first recommendation."""
        if not self.recommendations:
            self.recommendations.append((current, now))

    def highest(self, desired: int, window: float, now: float) -> int:
        """Note a recommendation; return the highest of the window (stabilizeRecommendation)."""
        self.recommendations = [entry for entry in self.recommendations if entry[1] >= now - window]
        found = max((replicas for replicas, _ in self.recommendations), default=desired)
        self.recommendations.append((desired, now))
        return max(desired, found)

    def within(self, desired: int, current: int, windows: tuple[float, float], now: float) -> int:
        """Note a recommendation; return what the windows for going up and down leave of it."""
        up, down = (now - window for window in windows)
        least = min((replicas for replicas, at in self.recommendations if at > up), default=desired)
        most = max((replicas for replicas, at in self.recommendations if at > down), default=desired)
        held = min(max(current, min(least, desired)), max(most, desired))
        oldest = min(up, down)
        self.recommendations = [entry for entry in self.recommendations if entry[1] >= oldest]
        self.recommendations.append((desired, now))
        return held

    def scaled(self, before: int, after: int, longest: tuple[float, float], now: float) -> None:
        """Note a change of replicas; *longest*: how far back policies for going up and down look."""
        if after > before:
            self.ups = [*recent(self.ups, longest[0], now), (after - before, now)]
        else:
            self.downs = [*recent(self.downs, longest[1], now), (before - after, now)]

    def at_start(self, current: int, period: float, now: float) -> int:
        """Return how many replicas there were a period ago."""
        added, taken = (sum(count for count, at in entries if at > now - period) for entries in (self.ups, self.downs))
        return current - added + taken

    def state(self) -> list[Any]:
        """Return it as JSON."""
        return [[list(entry) for entry in entries] for entries in (self.recommendations, self.ups, self.downs)]


def recent(entries: Iterable[Entry], seconds: float, now: float) -> Entries:
    """Return the entries that are not older."""
    return [entry for entry in entries if entry[1] >= now - seconds]


def restored(state: Iterable[Iterable[Iterable[Any]]]) -> History:
    """Return the history that `state` described."""
    lists = [[(count, at) for count, at in entries] for entries in state]
    return History(*lists)


Histories = dict[tuple[str, str], History]


def histories_state(histories: Mapping[tuple[str, str], History]) -> list[Any]:
    """Return several histories as JSON, by namespace and name."""
    return [[*key, history.state()] for key, history in histories.items()]
