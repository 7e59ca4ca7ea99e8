"""What is outside of a cluster's programs and outlives each of them: machines, their heartbeats, the watchers' line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from playground.kube.client.line import Line
from playground.kube.runtime.heartbeats import Heartbeats
from playground.kube.runtime.machines import Machines


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What programs are started in."""

    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    machines: Machines = field(default_factory=Machines)
    line: Line = field(default_factory=Line)

    @classmethod
    def restored(cls, state: Mapping[str, Any] | None) -> Self:
        """Return what `state` gave; new ones for None."""
        made = cls()
        if state is not None:
            made.heartbeats.restore(state["heartbeats"])
            made.machines.restore(state["machines"])
            made.line.restore(state["line"])
        return made

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "machines": self.machines.state(),
            "heartbeats": self.heartbeats.state(),
            "line": self.line.state(),
        }
