"""Numbers and durations read from text as Go reads them, with Go's complaints. No rule about any field lives here.

Source: Go's strconv.Atoi and time.ParseDuration.
"""

import re
from fractions import Fraction
from typing import Final

from playground.kube.apiserver.validation.field import go_quote

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?")
_UNIT: Final = re.compile(r"[^.0-9]+")
_LIMIT: Final = 2**63
# Nanoseconds in a unit; a micro may be written u, the micro sign or the Greek letter.
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}


def atoi(text: str) -> int:
    """Read a decimal number of 64 bits. Raises ValueError with Go's sentence."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"strconv.Atoi: parsing {go_quote(text)}: invalid syntax")
    number = int(text)
    if not -_LIMIT <= number < _LIMIT:
        raise ValueError(f"strconv.Atoi: parsing {go_quote(text)}: value out of range")
    return number


def parse_duration(text: str) -> int:
    """Read a duration such as `1h30m` or `-1.5s`, in nanoseconds. Raises ValueError with Go's sentence."""
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    total = Fraction(0)
    if not rest:
        raise ValueError(f"time: invalid duration {go_quote(text)}")
    while rest:
        amount, rest = _amount(rest, text)
        unit = _UNIT.match(rest)
        if unit is None:
            raise ValueError(f"time: missing unit in duration {go_quote(text)}")
        if unit[0] not in _UNITS:
            raise ValueError(f"time: unknown unit {go_quote(unit[0])} in duration {go_quote(text)}")
        rest = rest[unit.end() :]
        total += amount * _UNITS[unit[0]]
    if total >= _LIMIT:
        raise ValueError(f"time: invalid duration {go_quote(text)}")
    return -int(total) if text.startswith("-") else int(total)


def _amount(rest: str, text: str) -> tuple[Fraction, str]:
    match = _DECIMAL.match(rest)
    if match is None or not (match[1] or match[2]):
        raise ValueError(f"time: invalid duration {go_quote(text)}")
    digits, decimals = match[1] or "0", match[2] or ""
    return Fraction(int(digits + decimals), 10 ** len(decimals)), rest[match.end() :]
