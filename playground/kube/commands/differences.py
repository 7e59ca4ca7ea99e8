"""What replaying a recorded scenario yields: how many steps it had, and where we differ from real Kubernetes.

Each `golden_<corpus>.py` offers `replay(scenario) -> Replayed`; `golden.py` finds the files, calls them and prints.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WIDEST = 300  # characters of a value that a difference shows


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one step in which the simulator and the recording disagree."""

    scenario: str
    step: str
    what: str
    expected: object
    actual: object

    def __str__(self) -> str:
        return (
            f"{self.scenario} {self.step} {self.what}\n    real: {shown(self.expected)}\n    ours: {shown(self.actual)}"
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome of one scenario."""

    scenario: str
    steps: int
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Comparison:
    """Collects the differences of one scenario while it is replayed."""

    scenario: str
    steps: int = 0
    differences: list[Difference] = field(default_factory=list)

    def equal(self, step: str, what: str, expected: object, actual: object) -> bool:
        """Note a difference unless the two are equal; answer whether they are."""
        if expected == actual:
            return True
        self.differences.append(Difference(self.scenario, step, what, expected, actual))
        return False

    def done(self) -> Replayed:
        """The outcome."""
        return Replayed(self.scenario, self.steps, tuple(self.differences))


def broken(scenario: str, error: Exception) -> Replayed:
    """The outcome of a scenario in which the simulator broke down: worse than a wrong answer, but no reason to stop."""
    return Replayed(scenario, 1, (Difference(scenario, "-", "fault", None, f"{type(error).__name__}: {error}"),))


def shown(value: object) -> str:
    """A value on one line, cut where it gets long."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return text if len(text) <= WIDEST else text[:WIDEST] + "…"


Scenario = Mapping[str, Any]
