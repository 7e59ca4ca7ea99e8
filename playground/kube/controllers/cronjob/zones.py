"""How far a time zone is from Greenwich at a moment, from the bundled table time_zones.txt.

The real controller reads the machine's tz files through Go's time package. Python's zoneinfo would, too, and would say
something else on a machine with other files; so the table is part of the simulator, and the same everywhere. Its rules
are POSIX TZ strings ("CET-1CEST,M3.5.0,M10.5.0/3"), as IEEE Std 1003.1 and RFC 9636 describe them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange, timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Final

DAY: Final = 86400
_TIME: Final = r"[+-]?\d+(?::\d\d){0,2}"
_RULE: Final = re.compile(
    rf"(?:<[^>]+>|[A-Za-z]+)({_TIME})(?:(?:<[^>]+>|[A-Za-z]+)({_TIME})?,M([\d.]+)(?:/({_TIME}))?,M([\d.]+)(?:/({_TIME}))?)?"
)
_TWO: Final = "2"  # o'clock, where a rule names no time of day


@dataclass(frozen=True, slots=True)
class Turn:
    """When the clocks are put forward or back: the week and weekday of a month, seconds after that day's midnight."""

    month: int
    week: int
    weekday: int  # 0 is Sunday
    seconds: int

    def local(self, year: int) -> int:
        """Return the moment in a year, as the clocks on the wall show it until then."""
        first, length = monthrange(year, self.month)
        day = 1 + (self.weekday - (first + 1)) % 7 + 7 * (self.week - 1)
        day -= 7 * (day > length)  # the fifth week is the last
        return timegm((year, self.month, day, 0, 0, 0)) + self.seconds


@dataclass(frozen=True, slots=True)
class Rule:
    """Seconds east of Greenwich, in winter and in summer, and the turns between them."""

    standard: int
    summer: int = 0
    turns: tuple[Turn, Turn] | None = None

    def offset(self, moment: int) -> int:
        """Return what holds at a moment, in seconds since 1970."""
        if self.turns is None:
            return self.standard
        begins, ends = _turns(self, datetime.fromtimestamp(moment + self.standard, UTC).year)
        summer = begins <= moment < ends if begins < ends else not ends <= moment < begins
        return self.summer if summer else self.standard


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: what held before the first of its changes, the changes, and the rule after the last."""

    before: int
    moments: tuple[int, ...]
    offsets: tuple[int, ...]
    rule: Rule

    def offset(self, moment: int) -> int:
        """Return the seconds east of Greenwich at a moment."""
        if not self.moments or moment >= self.moments[-1]:
            return self.rule.offset(moment)
        place = bisect_right(self.moments, moment)
        return self.offsets[place - 1] if place else self.before

    def moment(self, local: int) -> int:
        """Return the moment at which the clocks show a time, as Go's time.Date does where there are two or none."""
        moment = local - self.offset(local)
        return local - self.offset(moment)


GREENWICH: Final = Zone(0, (), (), Rule(0))


@cache
def zone(name: str) -> Zone:
    """Return a zone by name; "", "UTC" and "Local" are Greenwich. Raises KeyError for a name that is none."""
    if name in {"", "UTC", "Local"}:
        return GREENWICH
    before, changes, rule = _lines()[name]
    pairs = [change.split(":") for change in changes.split()]
    return Zone(before, tuple(int(pair[0]) for pair in pairs), tuple(int(pair[1]) for pair in pairs), rule_of(rule))


@cache
def rule_of(text: str) -> Rule:
    """Read a POSIX TZ string; raises ValueError for what it does not understand."""
    found = _RULE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no rule of a time zone")
    standard, summer, begins, at, ends, until = found.groups()
    east = -_seconds(standard)
    if begins is None:
        return Rule(east)
    turns = _turn(begins, at or _TWO), _turn(ends, until or _TWO)
    return Rule(east, -_seconds(summer) if summer else east + 3600, turns)


def _turn(day: str, time: str) -> Turn:
    month, week, weekday = map(int, day.split("."))
    return Turn(month, week, weekday, _seconds(time))


def _seconds(text: str) -> int:
    """Read "5:30" or "-1"."""
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    total = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    return -total if text.startswith("-") else total


@cache
def _turns(rule: Rule, year: int) -> tuple[int, int]:
    """Return the moments of a year at which summer begins and ends."""
    begins, ends = rule.turns or (Turn(1, 1, 0, 0), Turn(1, 1, 0, 0))
    return begins.local(year) - rule.standard, ends.local(year) - rule.summer


@cache
def _lines() -> Mapping[str, tuple[int, str, str]]:
    text = resources.files(__package__).joinpath("time_zones.txt").read_text(encoding="ascii")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            names, before, changes, rule = line.split("|")
            found.update(dict.fromkeys(names.split(), (int(before), changes, rule)))
    return found
