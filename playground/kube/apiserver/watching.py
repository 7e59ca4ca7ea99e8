"""The verb watch: what changes among the objects asked for, as they enter, change and leave a selection.

Sources: k8s.io/apiserver/pkg/storage/cacher/{cacher,cache_watcher}.go. Streams and their framing are the wire's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from playground.kube import errors
from playground.kube.apiserver.core import Core
from playground.kube.apiserver.listing import parse_version
from playground.kube.apiserver.selection import Selection
from playground.kube.objects.frozen import Map, freeze, put
from playground.kube.store import Change, Compacted

INITIAL_EVENTS_END: Final = "k8s.io/initial-events-end"
BOOKMARK_SECONDS: Final = 60.0

EventType = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a watch. An ERROR carries a Status and is the last."""

    type: EventType
    object: Map


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """From where to watch: "" and "0" give all objects first. `initial_events` ends those with a marked bookmark."""

    resource_version: str = ""
    bookmarks: bool = False
    initial_events: bool = False


class ObjectWatch:
    """A watch in progress. It keeps only its position; whoever is too slow for the log gets an ERROR."""

    def __init__(self, core: Core, wanted: Selection, options: WatchOptions) -> None:
        self._core = core
        self._wanted = wanted
        self._options = options
        self._bookmark_at = core.clock.now + BOOKMARK_SECONDS
        asked = parse_version(options.resource_version)
        if asked > core.store.revision:
            raise errors.too_large_resource_version(asked, core.store.revision)
        self.after = asked
        self.done = False
        self._begins = options.initial_events or not asked

    def poll(self) -> list[Event]:
        """Return what happened since the last call, the oldest first."""
        if self.done:
            return []
        events = self._first() if self._begins else []
        try:
            changes = self._core.store.changes(self.after, [self._wanted.resource.qualified])
        except Compacted as gone:
            self.done = True
            status = errors.gone(f"too old resource version: {gone.asked} ({gone.revision})").status
            return [*events, Event("ERROR", freeze(status))]
        self.after = self._core.store.revision
        events += [event for change in changes if (event := self._event(change)) is not None]
        if self._options.bookmarks and self._core.clock.now >= self._bookmark_at:
            events.append(self.bookmark())
        return events

    def bookmark(self, *, initial: bool = False) -> Event:
        """Return a bookmark of the present position."""
        self._bookmark_at = self._core.clock.now + BOOKMARK_SECONDS
        metadata: dict[str, object] = {"resourceVersion": str(self.after)}
        if initial:
            metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
        resource = self._wanted.resource
        return Event(
            "BOOKMARK", freeze({"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata})
        )

    def _first(self) -> list[Event]:
        """Return everything there is now, as added."""
        self._begins = False
        self.after = self._core.store.revision
        found = self._core.store.list(self._wanted.resource.qualified, self._wanted.namespace)
        events = [Event("ADDED", item) for item in found if self._wanted.matches(item)]
        return [*events, self.bookmark(initial=True)] if self._options.initial_events else events

    def _event(self, change: Change) -> Event | None:
        """Return what a change means for the selection; an object that leaves it is shown as it was inside."""
        obj, previous = change.object, change.previous
        was = previous is not None and self._wanted.matches(previous)
        if change.type == "DELETED":
            return Event("DELETED", obj) if was else None
        if self._wanted.matches(obj):
            return Event("MODIFIED" if was else "ADDED", obj)
        if not was or previous is None:
            return None
        return Event("DELETED", put(previous, ("metadata", "resourceVersion"), str(change.revision)))
