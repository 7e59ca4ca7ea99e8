"""Virtual time. Nobody in this package asks the machine what time it is; timers are kept by who wants them."""

from __future__ import annotations

from datetime import UTC, datetime

START = 1767225600.0  # 2026-01-01T00:00:00Z


def stamp_of(seconds: float) -> str:
    """Return a metav1.Time: "2026-01-01T00:00:00Z". Parts of a second are cut off, as Kubernetes does."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_of(seconds: float) -> str:
    """Return a metav1.MicroTime: "2026-01-01T00:00:00.000000Z"."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_of(stamp: str) -> float:
    """Return the seconds since 1970 of an RFC 3339 time; raises ValueError for anything else."""
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        raise ValueError(f"{stamp!r} has no time zone")
    return moment.timestamp()


class Clock:
    """A clock that moves when told to, and only forwards."""

    def __init__(self, start: float = START) -> None:
        self.now = start  # seconds since 1970
        self._second = -1
        self._stamp = ""

    def stamp(self) -> str:
        """Return now as "2026-01-01T00:00:00Z"."""
        second = int(self.now)
        if second != self._second:
            self._second, self._stamp = second, stamp_of(second)
        return self._stamp

    def micro(self) -> str:
        """Return now as "2026-01-01T00:00:00.000000Z"."""
        return micro_of(self.now)

    def advance_to(self, seconds: float) -> None:
        """Move to a moment; raises ValueError for one that has passed."""
        if seconds < self.now:
            raise ValueError(f"time cannot go back from {self.now} to {seconds}")
        self.now = seconds
