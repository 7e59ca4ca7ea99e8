"""Names of time zones: whether Go's time.LoadLocation knows one, from the bundled list time_zones.txt.

The zones' rules are not here. Source: Go's time/zoneinfo.go; the names are those of the IANA time zone database.
"""

from functools import cache
from importlib import resources
from typing import Final

_ALWAYS: Final = frozenset({"", "UTC", "Local"})


@cache
def names() -> frozenset[str]:
    """Every zone and link of the database."""
    text = resources.files(__package__).joinpath("time_zones.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def complaint(name: str) -> str:
    """Return why the zone cannot be loaded, or "" when it can."""
    if name in _ALWAYS:
        return ""
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        return "time: invalid location name"
    return "" if name in names() else f"unknown time zone {name}"
