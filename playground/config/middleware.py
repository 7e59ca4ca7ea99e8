"""The one place that turns a refusal into an answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from playground.accounts.errors import Refused
from playground.engine import sandbox
from playground.web.errors import refused

View = Callable[[HttpRequest], HttpResponse]


class refusals:  # noqa: N801  (Django's settings name it like the function it stands for)
    """Maps `Refused` from any view to JSON for the API and to a page elsewhere."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, sandbox.Refused):
            exception = Refused(exception.code, exception.message, field=exception.field, fix=exception.fix)
        if not isinstance(exception, Refused):
            return None
        return refused(request, exception)
