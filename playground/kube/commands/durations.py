"""Lengths of time as people write them: "1m30s". How kubectl prints them is in kubectl/durations.py."""

import re

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse(text: str) -> float:
    """Seconds of "5s", "1m30s", "250ms". Raises ValueError."""
    if not text or PART.sub("", text):
        raise ValueError(f"{text!r} is no length of time; write it as 30s, 5m or 1h30m")
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(text))
