"""A bounded log that readers follow by a cursor. The Table says in two of them what changed; nobody is called back."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

Entry = TypeVar("Entry")
KEPT: Final = 8192


class Log(Generic[Entry]):
    """Entries numbered from 0 for ever; only the last few thousand are kept."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._first = 0
        self.end = 0  # the number that the next entry will have: the cursor of a reader that has read everything

    def append(self, entry: Entry) -> None:
        """Add an entry; the older half is dropped when there are too many."""
        self._entries.append(entry)
        self.end += 1
        if len(self._entries) > KEPT:
            drop = KEPT // 2
            del self._entries[:drop]
            self._first += drop

    def since(self, cursor: int) -> list[Entry] | None:
        """Return the entries from `cursor` on, or None when some of them are gone: read everything anew."""
        if cursor < self._first:
            return None
        return self._entries[cursor - self._first :]

    def clear(self) -> None:
        """Drop all entries; cursors from before are too old from now on."""
        self.end += 1
        self._first = self.end
        self._entries.clear()
