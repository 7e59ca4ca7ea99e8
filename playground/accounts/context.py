"""What every template may know of the visitor."""

from typing import Any

from django.http import HttpRequest

from playground.accounts.middleware import visitor_of


def learner(request: HttpRequest) -> dict[str, Any]:
    """`learner`: the learner or None. Absent where the middleware has not run (an error before it)."""
    return {"learner": visitor_of(request).learner if hasattr(request, "visitor") else None}
