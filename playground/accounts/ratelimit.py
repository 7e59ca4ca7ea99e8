"""How often somebody may do something: a count per window, per learner and per address, in the shared cache.

With the cache's server down nothing is refused: a limit that protects the site must not take it down.
"""

import logging
import time

import redis
from django.core.cache import cache
from django.http import HttpRequest

from playground.accounts.errors import Refused

logger = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """The peer's address. We never read X-Forwarded-For: anybody can write it (a proxy in front sets REMOTE_ADDR)."""
    return str(request.META.get("REMOTE_ADDR", ""))


def check(*, what: str, who: str, most: int, window: int) -> None:
    """Count one *what* of *who*; raises `Refused` (429) when there were *most* in this *window* of seconds."""
    slot, left = int(time.time()) // window, window - int(time.time()) % window
    key = f"rate:{what}:{who}:{slot}".replace(" ", "-")
    try:
        cache.add(key, 0, timeout=window)
        count = cache.incr(key)
    except (redis.RedisError, OSError, ValueError) as error:  # ValueError: the slot ran out between add and incr
        logger.warning("rate limits are not counted: %s", error)
        return
    if count > most:
        raise Refused(
            "too-fast",
            f"That was {count} times {what} in {window} s; {most} are allowed.",
            fix=f"Wait {left} s and try again.",
            status=429,
            retry_after=left,
        )
