"""What keeps events from becoming too many: similar ones are combined, and who says too much about one object is cut.

After k8s.io/client-go/tools/record/events_cache.go (EventAggregator, EventSourceObjectSpamFilter). Each source has a
memory of its own, as the real recorders do: of the 4096 objects and reasons that it spoke about last. Of ten different
messages the last is not remembered as such, where the real one forgets any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

COMBINED: Final = "(combined from similar events): "
MOST: Final = 9  # different messages that are told one by one
INTERVAL: Final = 600.0  # seconds without a similar event after which counting begins anew
BURST: Final = 25.0
REFILL: Final = 1.0 / 300.0  # events a second
REMEMBERED: Final = 4096

_Source = tuple[str, str]  # component and host
_Similar = tuple[str, str, str, str]  # the object's uid, its name, type, reason
_Spam = tuple[str, str, str]  # the object's uid, its name, type
_NONE: Final = (0.0, ())
_FULL: Final = (BURST, 0.0)


class _Memory:
    """What one source remembers. The oldest entries of each table come first."""

    __slots__ = ("buckets", "missed", "similar")

    def __init__(self) -> None:
        self.similar: dict[_Similar, tuple[float, tuple[str, ...]]] = {}  # -> when the last was seen, what was told
        self.buckets: dict[_Spam, tuple[float, float]] = {}  # -> tokens, and when there were so many
        self.missed: dict[str, int] = {}  # name of an event -> how often it was cut since it was written


class Correlator:
    """The memories of all sources."""

    def __init__(self) -> None:
        self._memories: dict[_Source, _Memory] = {}

    def is_similar(self, source: _Source, key: _Similar, message: str, now: float) -> bool:
        """Take in a message; answer whether it is to be combined with others like it."""
        table = self._memory(source).similar
        last, told = table.pop(key, _NONE)
        if now - last > INTERVAL:
            told = ()
        known = message in told
        combined = not known and len(told) >= MOST
        if not known and not combined:
            told = (*told, message)
        table[key] = (now, told)
        if len(table) > REMEMBERED:
            del table[next(iter(table))]
        return combined

    def accepts(self, source: _Source, key: _Spam, now: float) -> bool:
        """Take a token of the source's bucket for an object; False when it is empty."""
        table = self._memory(source).buckets
        tokens, since = table.pop(key, _FULL)
        if tokens < BURST:
            tokens = min(BURST, tokens + (now - since) * REFILL)
        accepted = tokens >= 1.0
        table[key] = (tokens - 1.0 if accepted else tokens, now)
        if len(table) > REMEMBERED:
            del table[next(iter(table))]
        return accepted

    def miss(self, source: _Source, event: str) -> None:
        """Count an event that was cut."""
        table = self._memory(source).missed
        table[event] = table.pop(event, 0) + 1
        if len(table) > REMEMBERED:
            del table[next(iter(table))]

    def take_missed(self, source: _Source, event: str) -> int:
        """Return how often an event was cut since it was written, and forget it."""
        return self._memory(source).missed.pop(event, 0)

    def state(self) -> list[Any]:
        """Return all memories as JSON."""
        return [
            {
                "source": list(source),
                "similar": [[*key, last, list(told)] for key, (last, told) in memory.similar.items()],
                "buckets": [[*key, tokens, since] for key, (tokens, since) in memory.buckets.items()],
                "missed": dict(memory.missed),
            }
            for source, memory in self._memories.items()
        ]

    def restore(self, state: list[Mapping[str, Any]]) -> None:
        """Take up what `state` gave."""
        self._memories = {}
        for saved in state:
            component, host = saved["source"]
            memory = self._memories[component, host] = _Memory()
            memory.similar = {
                (uid, name, kind, reason): (last, tuple(told))
                for uid, name, kind, reason, last, told in saved["similar"]
            }
            memory.buckets = {(uid, name, kind): (tokens, since) for uid, name, kind, tokens, since in saved["buckets"]}
            memory.missed = dict(saved["missed"])

    def _memory(self, source: _Source) -> _Memory:
        found = self._memories.get(source)
        if found is None:
            found = self._memories[source] = _Memory()
        return found
