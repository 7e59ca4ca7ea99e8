"""How long ago, as kubectl writes it. Source: k8s.io/apimachinery/pkg/util/duration/duration.go (HumanDuration)."""

from datetime import UTC, datetime

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400


def human(seconds: float) -> str:
    """Return "17s", "5m30s", "3h", "2d4h": two units while the first is small."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 2 * MINUTE:
        return f"{max(whole, 0)}s"
    for limit, unit, big, small_unit, small in (
        (10 * MINUTE, MINUTE, "m", 1, "s"),
        (3 * HOUR, MINUTE, "m", 0, ""),
        (8 * HOUR, HOUR, "h", MINUTE, "m"),
        (2 * DAY, HOUR, "h", 0, ""),
        (8 * DAY, DAY, "d", HOUR, "h"),
        (2 * YEAR, DAY, "d", 0, ""),
        (8 * YEAR, YEAR, "y", DAY, "d"),
    ):
        if whole < limit:
            rest = whole % unit // small_unit if small_unit else 0
            return f"{whole // unit}{big}" + (f"{rest}{small}" if rest else "")
    return f"{whole // YEAR}y"


def since_epoch(stamp: str) -> float:
    """Return a timestamp in seconds since 1970."""
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()


def ago(stamp: str | None, now: float) -> str:
    """Return the time since a timestamp; "<unknown>" for none."""
    return human(now - since_epoch(stamp)) if stamp else "<unknown>"
