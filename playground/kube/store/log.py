"""The log of changes: append, read after a revision, forget. Reading costs what it answers and no more."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from heapq import merge
from operator import attrgetter

from playground.kube.store.change import Change
from playground.kube.store.errors import Compacted

_REVISION = attrgetter("revision")
_FEW = 32  # so many changes are looked through at once, quicker than finding each resource's own


class Log:
    """Changes in order of revision, all together and by resource; revisions have no gaps."""

    def __init__(self) -> None:
        self.compacted = 0
        self._all: list[Change] = []
        self._by_resource: dict[str, list[Change]] = {}

    def append(self, change: Change) -> None:
        """Add the newest change."""
        self._all.append(change)
        mine = self._by_resource.get(change.resource)
        if mine is None:
            self._by_resource[change.resource] = [change]
        else:
            mine.append(change)

    def after(self, revision: int, resources: Collection[str] | None, limit: int | None) -> list[Change]:
        """Return the changes after `revision`, the oldest first; raises Compacted when some of them are forgotten."""
        if revision < self.compacted:
            raise Compacted(revision, self.compacted)
        newer = self._all[-1].revision - revision if self._all else 0
        if newer <= 0:
            return []
        start = max(0, len(self._all) - newer)
        if resources is None:
            return self._all[start : None if limit is None else start + limit]
        if newer <= _FEW:
            return [change for change in self._all[start:] if change.resource in resources][:limit]
        parts = [_tail(self._by_resource[name], revision, limit) for name in resources if name in self._by_resource]
        found = parts[0] if len(parts) == 1 else list(merge(*parts, key=_REVISION))
        return found[:limit]

    def compact(self, revision: int) -> None:
        """Forget the changes up to and with `revision`."""
        self.compacted = max(self.compacted, revision)
        self._all = _tail(self._all, revision, None)
        kept = {name: _tail(changes, revision, None) for name, changes in self._by_resource.items()}
        self._by_resource = {name: changes for name, changes in kept.items() if changes}

    def fork(self) -> Log:
        """Return a log of its own with the same changes."""
        twin = Log()
        twin.compacted = self.compacted
        twin._all = list(self._all)
        twin._by_resource = {name: list(changes) for name, changes in self._by_resource.items()}
        return twin


def _tail(changes: list[Change], revision: int, limit: int | None) -> list[Change]:
    """Return what is newer than `revision`, at most `limit` of it."""
    if changes[-1:] and changes[-1].revision <= revision:
        return []
    start = bisect_right(changes, revision, key=_REVISION)
    return changes[start : None if limit is None else start + limit]
