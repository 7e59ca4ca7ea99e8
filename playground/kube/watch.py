"""Reading the log as an informer does: from a revision on, a batch at a time. Selectors are the API's part."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from playground.kube.store import Change


class Source(Protocol):
    """What a watch reads from: the store, or anything that answers as it does."""

    @property
    def revision(self) -> int:
        """Return the newest revision."""

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """Return the changes after a revision; raises Compacted."""


class Watch:
    """A position in the log. `after` is the revision up to which everything has been seen."""

    def __init__(self, source: Source, resources: Collection[str] | None = None, after: int = 0) -> None:
        self.after = after
        self._source = source
        self._resources = None if resources is None else tuple(dict.fromkeys(resources))

    def poll(self, limit: int | None = None) -> list[Change]:
        """Return what happened since the last poll, oldest first, and move on.

        Raises Compacted when the log no longer reaches back; then list anew and start a watch from there.
        """
        newest = self._source.revision
        if newest <= self.after:
            return []
        changes = self._source.changes(self.after, self._resources, limit)
        # Whatever was not asked for is seen too, unless the limit cut the answer short.
        whole = limit is None or len(changes) < limit
        self.after = newest if whole else changes[-1].revision
        return changes
