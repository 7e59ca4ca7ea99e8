"""How long a failed pod of a DaemonSet is left alone: a second for a node's first, twice as long each time.

After k8s.io/client-go/util/flowcontrol/backoff.go, as cmd/kube-controller-manager/app/apps.go sets it up.
"""

from __future__ import annotations

from typing import Any, Final

FIRST: Final = 1.0  # seconds
LONGEST: Final = 900.0


class BackOff:
    """When each key was last dealt with, and how long it waits since then."""

    def __init__(self) -> None:
        self._waits: dict[str, tuple[float, float]] = {}  # key -> (seconds, since when)

    def wait(self, key: str, now: float) -> float | None:
        """Return the seconds that a key has to wait in all, None when it need not any more."""
        seconds, since = self._waits.get(key, (0.0, 0.0))
        return seconds if now - since < seconds else None

    def next(self, key: str, now: float) -> None:
        """Count that a key is dealt with now. What nobody asked for in half an hour is forgotten."""
        self._waits = {key: wait for key, wait in self._waits.items() if now - wait[1] <= 2 * LONGEST}
        seconds, _ = self._waits.get(key, (0.0, 0.0))
        self._waits[key] = (min(2 * seconds, LONGEST) if seconds else FIRST, now)

    def state(self) -> list[list[Any]]:
        """Return everything as JSON."""
        return [[key, *wait] for key, wait in self._waits.items()]

    def restore(self, state: list[list[Any]]) -> None:
        """Become what `state` described."""
        self._waits = {key: (seconds, since) for key, seconds, since in state}
