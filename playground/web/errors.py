"""Pages for what went wrong. They need no database and no learner."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from playground.accounts.errors import Refused, as_json


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what belongs to somebody else."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a write without Django's token."""
    message = "The page is too old or the request came from another site."
    refused = Refused("csrf", message, fix="Load the page again.", status=403)
    return JsonResponse(as_json(refused), status=refused.status)
