"""CronJob schedules: five fields or a descriptor, read with the complaints of robfig/cron v3 (parser.go, spec.go).

What a schedule means in time (when it fires next) belongs to the CronJob controller, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.kube.apiserver.validation import go_numbers, time_zones


class ScheduleError(ValueError):
    """A schedule that cannot be read; its text is the real parser's sentence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers a field may hold, and the names for some of them."""

    low: int
    high: int
    names: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A read schedule: the chosen numbers of each field, or `every` nanoseconds; `zone` is None for the server's own.

    `any_day` and `any_weekday` tell whether that field was a star: a day matches either field unless one is a star.
    """

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = False
    any_weekday: bool = False
    every: int | None = None
    zone: str | None = None


MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: Final = (
    Bounds(0, 59, {}),
    Bounds(0, 23, {}),
    Bounds(1, 31, {}),
    Bounds(1, 12, {name: number for number, name in enumerate(MONTHS, start=1)}),
    Bounds(0, 6, {name: number for number, name in enumerate(WEEKDAYS)}),
)
DESCRIPTORS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
STARS: Final = frozenset({"*", "?"})
SECOND: Final = 1_000_000_000


def parse(text: str) -> Schedule:
    """Read a schedule. Raises ScheduleError with the sentence the API server repeats."""
    if not text:
        raise ScheduleError("empty spec string")
    zone, spec = _split_zone(text)
    if spec.startswith("@"):
        return _descriptor(spec, zone)
    return _fields(spec, zone)


def _split_zone(text: str) -> tuple[str | None, str]:
    if not text.startswith(("TZ=", "CRON_TZ=")):
        return None, text
    space = text.find(" ")
    if space < 0:
        # The real parser panics here; the API server recovers and tells of the panic.
        raise ScheduleError("invalid schedule format: runtime error: slice bounds out of range [:-1]")
    zone = text[text.index("=") + 1 : space]
    complaint = time_zones.complaint(zone)
    if complaint:
        raise ScheduleError(f"provided bad location {zone}: {complaint}")
    return zone, text[space:].strip()


def _descriptor(spec: str, zone: str | None) -> Schedule:
    if spec in DESCRIPTORS:
        return _fields(DESCRIPTORS[spec], zone)
    if not spec.startswith("@every "):
        raise ScheduleError(f"unrecognized descriptor: {spec}")
    try:
        every = go_numbers.parse_duration(spec.removeprefix("@every "))
    except ValueError as error:
        raise ScheduleError(f"failed to parse duration {spec}: {error}") from error
    # Whole seconds, and never less than one (constantdelay.go).
    return Schedule(every=max(every - every % SECOND, SECOND), zone=zone)


def _fields(spec: str, zone: str | None) -> Schedule:
    words = spec.split()
    if len(words) != len(FIELDS):
        found = " ".join(words)
        raise ScheduleError(f"expected exactly {len(FIELDS)} fields, found {len(words)}: [{found}]")
    minutes, hours, days, months, weekdays = (_field(word, bounds) for word, bounds in zip(words, FIELDS, strict=True))
    return Schedule(
        minutes[0], hours[0], days[0], months[0], weekdays[0], any_day=days[1], any_weekday=weekdays[1], zone=zone
    )


def _field(word: str, bounds: Bounds) -> tuple[frozenset[int], bool]:
    chosen: set[int] = set()
    star = False
    for expression in filter(None, word.split(",")):
        numbers, starred = _range(expression, bounds)
        chosen.update(numbers)
        star = star or starred
    return frozenset(chosen), star


def _range(expression: str, bounds: Bounds) -> tuple[range, bool]:
    """Read `number | number-number [/step]`; a step over 1 makes a star an ordinary range."""
    span, *steps = expression.split("/")
    ends = span.split("-")
    star = ends[0] in STARS
    low, high = (bounds.low, bounds.high) if star else _ends(ends, bounds, expression)
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {expression}")
    step = 1
    if steps:
        step = _number(steps[0])
        high = bounds.high if len(ends) == 1 else high
    _check(low, high, step, bounds, expression)
    return range(low, high + 1, step), star and step <= 1


def _ends(ends: list[str], bounds: Bounds, expression: str) -> tuple[int, int]:
    low = _number_or_name(ends[0], bounds)
    if len(ends) == 1:
        return low, low
    if len(ends) > 2:
        raise ScheduleError(f"too many hyphens: {expression}")
    return low, _number_or_name(ends[1], bounds)


def _check(low: int, high: int, step: int, bounds: Bounds, expression: str) -> None:
    if low < bounds.low:
        raise ScheduleError(f"beginning of range ({low}) below minimum ({bounds.low}): {expression}")
    if high > bounds.high:
        raise ScheduleError(f"end of range ({high}) above maximum ({bounds.high}): {expression}")
    if low > high:
        raise ScheduleError(f"beginning of range ({low}) beyond end of range ({high}): {expression}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {expression}")


def _number_or_name(word: str, bounds: Bounds) -> int:
    named = bounds.names.get(word.lower())
    return _number(word) if named is None else named


def _number(word: str) -> int:
    try:
        number = go_numbers.atoi(word)
    except ValueError as error:
        raise ScheduleError(f"failed to parse int from {word}: {error}") from error
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {word}")
    return number
