"""What a script comes to: what happens at which second, how it ends, and an endless part that repeats itself.

Nothing here runs: a program is a table that is asked what it prints between two moments, or which files there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

MOST: Final = 5000  # things that happen before the endless part, and in one round of it


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that grows by a step with every round of the endless part."""

    base: int
    step: int


@dataclass(frozen=True, slots=True)
class Now:
    """The time of the moment, as `date +FORMAT` writes it."""

    form: str = "%a %b %e %H:%M:%S UTC %Y"


Piece = str | Counter | Now
Text = tuple[Piece, ...]


def rendered(text: Text, turn: int, at: float) -> str:
    """Return a text as it is in a round of the endless part, at a time in seconds since 1970."""
    return "".join(
        piece if isinstance(piece, str)
        else str(piece.base + piece.step * turn) if isinstance(piece, Counter)
        else _date(piece.form, at)
        for piece in text
    )  # fmt: skip


def _date(form: str, at: float) -> str:
    moment = datetime.fromtimestamp(int(at), UTC)
    form = form.replace("%s", str(int(at))).replace("%e", f"{moment.day:2}").replace("%N", "000000000")
    return moment.strftime(form)


@dataclass(frozen=True, slots=True)
class Happening:
    """At a second after the start (or after the beginning of a round): a line, or what becomes of a file.

    *path*: a file that then has *text* as its content; None as text: it is gone.
    """

    at: float
    text: Text | None
    stream: Literal["stdout", "stderr"] = "stdout"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Trap:
    """What a script does on SIGTERM: so many seconds, these lines, this exit code. *ignores*: nothing at all."""

    ignores: bool = False
    seconds: float = 0.0
    code: int = 0
    lines: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """A whole run. *ends*: when, inf for never. *serves*: words of the behaviour of a server that it becomes
    (at the second *serves_at*)."""

    before: tuple[Happening, ...] = ()
    ends: float = 0.0
    code: int = 0
    round: tuple[Happening, ...] = ()
    begins: float = math.inf  # of the endless part
    period: float = 0.0
    busy: tuple[tuple[float, float, float], ...] = ()  # from, to, cores
    trap: Trap | None = None
    serves: str | None = None
    serves_at: float = 0.0
    memory: int = 0

    def happenings(self, since: float, until: float) -> Iterator[tuple[float, int, Happening]]:
        """Yield (second, round, what) of what happens in (since, until], in order."""
        for each in self.before:
            if since < each.at <= until:
                yield each.at, 0, each
        yield from self._rounds(since, until)

    def _rounds(self, since: float, until: float) -> Iterator[tuple[float, int, Happening]]:
        """Yield what happens in the endless part."""
        if not self.round or until < self.begins:
            return
        turn = max(0, int((since - self.begins) // self.period) - 1)
        while self.begins + turn * self.period <= until:
            for each in self.round:
                at = self.begins + turn * self.period + each.at
                if since < at <= until:
                    yield at, turn, each
            turn += 1

    def file(self, path: str, now: float) -> tuple[float, int, Text | None] | None:
        """Return (when, round, content) of the last that became of a file up to a second; None: nothing did."""
        found = None
        for at, turn, each in self._recent(now):
            if each.path == path:
                found = (at, turn, each.text)
        return found

    def _recent(self, now: float) -> Iterator[tuple[float, int, Happening]]:
        """What happened before the endless part, and in its last two rounds."""
        for each in self.before:
            if each.at <= now:
                yield each.at, 0, each
        yield from self._rounds(max(self.begins - 1, now - 2 * self.period), now)

    def cpu(self, now: float) -> float:
        """Return the cores it wants at a second."""
        return sum(cores for begin, end, cores in self.busy if begin <= now < end)
