"""How a figure is written down: what, how much, and the target if there is one."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure. *most*: it misses its target above this."""

    what: str
    value: float
    unit: str = ""
    most: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Over the target."""
        return self.most is not None and self.value > self.most


def table(lines: Sequence[Line]) -> str:
    """Figures beside their targets."""
    rows = []
    for line in lines:
        figure = f"{line.value:,.2f}{' ' + line.unit if line.unit else ''}"
        target = "" if line.most is None else f"target ≤ {line.most:,.2f}: {'MISSED' if line.missed else 'met'}"
        rows.append(f"  {line.what:<58}{figure:>14}  {target}{'  ' if target else ''}{line.note}".rstrip())
    return "\n".join(rows)


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which *share* percent of the values are."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
