"""The limits in force: `engine.limits`' table with the operator's overrides from DRYDOCK_LIMITS."""

from functools import lru_cache

from django.conf import settings

from playground.engine import limits as table


class LimitsError(ValueError):
    """DRYDOCK_LIMITS cannot be read."""


def parse_overrides(text: str) -> dict[str, int]:
    """`build.seconds=300,run.memory=268435456` as a dictionary. Raises `LimitsError`."""
    try:
        return table.parse_overrides(text)
    except table.BadOverride as bad:
        raise LimitsError(str(bad)) from bad


@lru_cache(maxsize=1)
def in_force() -> dict[str, table.Limit]:
    """Every limit by key."""
    return dict(table.limits(parse_overrides(settings.DRYDOCK_LIMITS)))


def limit(key: str) -> int:
    """One limit's value, in its unit."""
    return in_force()[key].value
