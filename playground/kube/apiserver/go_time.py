"""Why a text is no RFC 3339 time, in the words of Go's time.Parse (time/format.go)."""

from __future__ import annotations

import json
import re
from datetime import datetime

_LAYOUT = "2006-01-02T15:04:05Z07:00"
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"
# The elements of the layout in order: what must be there, and how the layout calls it.
_ELEMENTS = (
    (r"[0-9]{4}", "2006"),
    (r"-", "-"),
    (r"[0-9]{2}", "01"),
    (r"-", "-"),
    (r"[0-9]{2}", "02"),
    (r"T", "T"),
    (r"[0-9]{2}", "15"),
    (r":", ":"),
    (r"[0-9]{2}", "04"),
    (r":", ":"),
    (r"[0-9]{2}", "05"),
)
_FRACTION = re.compile(r"\.[0-9]+")
_ZONE = re.compile(r"Z|[+-][0-9]{2}:[0-9]{2}")


def time_problem(text: str, *, micro: bool = False) -> str:
    """Return Go's sentence about a text that is no time, or ""."""
    layout = _MICRO_LAYOUT if micro else _LAYOUT
    at = 0
    for pattern, element in _ELEMENTS:
        match = re.compile(pattern).match(text, at)
        if match is None:
            return _cannot(text, layout, text[at:], element)
        at = match.end()
    fraction = _FRACTION.match(text, at)
    if micro and (fraction is None or fraction.end() - at != 7):
        return _cannot(text, layout, text[at:], ".000000")
    at = fraction.end() if fraction else at
    zone = _ZONE.match(text, at)
    if zone is None:
        return _cannot(text, layout, text[at:], "Z07:00")
    if zone.end() != len(text):
        return f"parsing time {json.dumps(text)}: extra text: {json.dumps(text[zone.end() :])}"
    return _out_of_range(text)


def _cannot(text: str, layout: str, rest: str, element: str) -> str:
    told = f"cannot parse {json.dumps(rest)} as {json.dumps(element)}"
    return f"parsing time {json.dumps(text)} as {json.dumps(layout)}: {told}"


def _out_of_range(text: str) -> str:
    """Return Go's sentence about a number that no calendar has, or ""."""
    year, month, day, hour, minute, second = (int(part) for part in re.findall(r"[0-9]+", text)[:6])
    checks = (("month", 1 <= month <= 12), ("hour", hour < 24), ("minute", minute < 60), ("second", second < 60))
    for name, fine in checks:
        if not fine:
            return f"parsing time {json.dumps(text)}: {name} out of range"
    try:
        datetime(year, month, day)  # noqa: DTZ001 - only asks whether there is such a day
    except ValueError:
        return f"parsing time {json.dumps(text)}: day out of range"
    return ""
