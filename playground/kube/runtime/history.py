"""What happened to a container since it was started: load, signals, faults, requests that somebody sent by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

LOADS: Final = 60  # pieces of the past that are kept for the log
ASKED: Final = 50  # single requests likewise


@dataclass(slots=True)
class History:
    """All that a container's answers follow from, beside its plan. Times are seconds since 1970."""

    loads: list[list[float]] = field(default_factory=list)  # [since, requests a second, answered a second]
    leaked: float = 0.0  # bytes, up to *settled*
    settled: float = 0.0
    term: float | None = None
    killed: float | None = None
    out_of_memory: float | None = None  # when more load made it too large at once
    failing: bool = False
    asked: list[list[Any]] = field(default_factory=list)  # [at, method, path, status]
    written: dict[str, str | None] = field(default_factory=dict)  # files that commands from outside changed

    @property
    def requests(self) -> float:
        """The load now, in requests a second."""
        return self.loads[-1][1] if self.loads else 0.0

    def loaded(self, now: float, requests: float, answered: float) -> None:
        """Note a new load."""
        if self.loads and self.loads[-1][0] == now:
            self.loads.pop()
        self.loads = [*self.loads[-LOADS + 1 :], [now, requests, answered]]

    def ask(self, now: float, method: str, path: str, status: int) -> None:
        """Note a single request."""
        self.asked = [*self.asked[-ASKED + 1 :], [now, method, path, status]]

    def state(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> History:
        """Return what `state` gave."""
        found = cls(**state)
        found.loads = [list(each) for each in found.loads]
        found.asked = [list(each) for each in found.asked]
        found.written = dict(found.written)
        return found
