"""What went wrong, as a page for people and in the API's one shape for programs. Needs no database and no learner."""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from playground.accounts.errors import NotFound, Refused, as_json

API = "/api/"


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal: JSON under /api/, a page elsewhere."""
    answer: HttpResponse
    if request.path.startswith(API):
        answer = JsonResponse(as_json(refusal), status=refusal.status)
    elif isinstance(refusal, NotFound):
        answer = render(request, "404.html", status=refusal.status)
    else:
        answer = render(request, "pages/error.html", as_json(refusal), status=refusal.status)
    if refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    add_never_cache_headers(answer)  # a view's own `never_cache` sees no answer when the view raises
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what belongs to somebody else."""
    return refused(request, NotFound("address"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself would not read: 413 for too much of it, else 400."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        message = "The request is larger than anything that may be saved here."
        return refused(request, Refused("too-large", message, fix="Send less at once; see /limits/.", status=413))
    return refused(request, Refused("malformed", "The request cannot be read.", fix="Load the page again.", status=400))


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a write without Django's token."""
    message = "The page is too old or the request came from another site."
    return refused(request, Refused("csrf", message, fix="Load the page again.", status=403))
