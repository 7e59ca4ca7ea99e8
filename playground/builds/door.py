"""What every view of the API has in common: the methods it takes, no caching, and who may come how often."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from playground.accounts import ratelimit
from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds.limits import limit

View = Callable[..., HttpResponseBase]
SAFE = frozenset({"GET", "HEAD"})
TAB_LENGTH = 40


def door(*methods: str, writes: bool = True) -> Callable[[View], View]:
    """Decorator: only *methods*. Writes are counted per address before anything else happens.

    *writes* False: it changes nothing, though it is asked with POST.
    """

    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def wrap(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            if request.method not in allowed:
                message = f"This address takes {', '.join(methods)}, not {request.method}."
                raise Refused("bad-method", message, status=405)
            if writes and request.method not in SAFE:
                ratelimit.check(
                    what="writes",
                    who=ratelimit.address_of(request),
                    most=limit("rate.writes_address"),
                    window=60,
                )
            return view(request, **arguments)

        return guarded

    return wrap


def throttle_builds(request: HttpRequest, learner: Learner) -> None:
    """Builds an hour, per learner and per address."""
    ratelimit.check(what="builds", who=learner.id, most=limit("rate.builds"), window=3600)
    ratelimit.check(what="builds", who=ratelimit.address_of(request), most=limit("rate.builds_address"), window=3600)


def tab_of(request: HttpRequest) -> str:
    """Which browser tab asks, by its own word: only used to let it pass over its own echo."""
    return request.headers.get("X-Tab", "")[:TAB_LENGTH]
