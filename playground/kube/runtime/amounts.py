"""Amounts as people write them in behaviours and commands: "30s", "10ms", "64Mi", "500m". Nothing else reads them."""

from __future__ import annotations

import math
import re
from typing import Final

_NUMBER: Final = re.compile(r"([0-9]*\.?[0-9]+)\s*([a-zA-Zµ]*)")
_SECONDS: Final = {"": 1.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Final = {
    "": 1,
    "b": 1,
    "k": 1000,
    "m": 1000**2,
    "g": 1000**3,
    "ki": 1024,
    "mi": 1024**2,
    "gi": 1024**3,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
}


def seconds(text: str) -> float:
    """Return "1m30s", "30s", "10ms", "5" (seconds) or "infinity" in seconds; raises ValueError."""
    if text in {"infinity", "inf"}:
        return math.inf
    at, total = 0, 0.0
    for match in _NUMBER.finditer(text):
        if match.start() != at or match[2] not in _SECONDS or (not match[2] and match[0] != text):
            break
        at, total = match.end(), total + float(match[1]) * _SECONDS[match[2]]
    if at != len(text) or not text:
        raise ValueError(f"{text!r} is no time; write 30s, 10ms or 5m")
    return total


def size(text: str) -> int:
    """Return "64Mi", "10M" or "1000" in bytes; raises ValueError."""
    match = _NUMBER.fullmatch(text)
    if match is None or match[2].lower() not in _BYTES:
        raise ValueError(f"{text!r} is no amount of memory; write 64Mi")
    return int(float(match[1]) * _BYTES[match[2].lower()])


def cores(text: str) -> float:
    """Return "500m" or "2" in cores; raises ValueError."""
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] not in {"", "m"}:
        raise ValueError(f"{text!r} is no amount of CPU; write 500m or 2")
    return float(match[1]) / (1000 if match[2] else 1)
