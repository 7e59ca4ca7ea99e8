"""The line between the API server and those who watch it. While it is cut, watchers stay with what they heard.

Writes go through all the same, as they do where only a watch hangs. What is heard late is heard in order.
"""

from __future__ import annotations

from collections.abc import Collection

from playground.kube.apiserver import ApiServer
from playground.kube.client.informers import objects_at
from playground.kube.objects.frozen import Map
from playground.kube.store import Change


class Line:
    """Whether watchers hear the API server. *cut_at*: the last revision heard, None while it is whole."""

    def __init__(self) -> None:
        self.cut_at: int | None = None

    def state(self) -> int | None:
        """Return the last revision that was heard before the line was cut."""
        return self.cut_at

    def restore(self, state: int | None) -> None:
        """Take up what `state` gave."""
        self.cut_at = state


class Watched(ApiServer):
    """An API server as watchers see it: the same verbs, but what they read is the past while the line is cut."""

    def __init__(self, api: ApiServer, line: Line) -> None:
        super().__init__(api.core.store, api.core.clock, api.core.names, api.core)
        self._api, self._line = api, line

    @property
    def revision(self) -> int:
        """Return the newest revision that can be heard of."""
        return super().revision if self._line.cut_at is None else self._line.cut_at

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """Return what can be heard of what happened after a revision; raises Compacted."""
        end = self._line.cut_at
        if end is None:
            return super().changes(after, resources, limit)
        return [change for change in super().changes(after, resources, limit) if change.revision <= end]

    def objects(self, resource: str, namespace: str | None = None) -> list[Map]:
        """Return all objects of a resource as far as they were heard of."""
        end = self._line.cut_at
        if end is None:
            return super().objects(resource, namespace)
        past = objects_at(self._api, resource, end)
        return [past[key] for key in sorted(past) if namespace in {None, key[0]}]
