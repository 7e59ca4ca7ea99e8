"""Puts the learner on every request, and the cookie of a guest who has just become one on the answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from playground.accounts import identity
from playground.accounts.models import Learner


class Visitor:
    """Who sends this request. The database is asked when `learner` is first read."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._asked = False
        self._learner: Learner | None = None
        self.is_new = False

    @property
    def learner(self) -> Learner | None:
        """The learner, or None for somebody who has not written anything yet."""
        if not self._asked:
            self._learner = identity.learner_for(self._request.user, self._request.COOKIES)
            self._asked = True
        return self._learner

    def became(self, learner: Learner, *, guest: bool) -> None:
        """From now on this request is *learner*'s; *guest*: hand out a cookie."""
        self._learner, self._asked, self.is_new = learner, True, guest


def learners(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: `request.visitor`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        visitor = Visitor(request)
        request.visitor = visitor  # type: ignore[attr-defined]
        response = get_response(request)
        if visitor.is_new and visitor.learner is not None and visitor.learner.guest:
            identity.remember(request, response, visitor.learner)
        return response

    return middleware


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor that `learners` put on the request."""
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]
    return visitor
