"""What the store refuses. The API server words these as Status objects; nobody else sees them."""

from __future__ import annotations

from playground.kube.objects.meta import Key


class Conflict(Exception):
    """The object is at another revision than the writer read."""

    def __init__(self, resource: str, key: Key, expected: int, actual: int) -> None:
        super().__init__(f"{resource} {key} is at revision {actual}, not {expected}")
        self.resource, self.key, self.expected, self.actual = resource, key, expected, actual


class Exists(Exception):
    """There is such an object already."""

    def __init__(self, resource: str, key: Key) -> None:
        super().__init__(f"{resource} {key} exists")
        self.resource, self.key = resource, key


class Missing(Exception):
    """There is no such object."""

    def __init__(self, resource: str, key: Key) -> None:
        super().__init__(f"{resource} {key} does not exist")
        self.resource, self.key = resource, key


class Compacted(Exception):
    """The log no longer reaches back to the asked revision; whoever asked must list anew."""

    def __init__(self, asked: int, revision: int) -> None:
        super().__init__(f"changes after {asked} are gone: compacted at {revision}")
        self.asked, self.revision = asked, revision
