"""Who is asking: the learner of the session's user if there is one, else the guest that a signed cookie names.

A guest's cookie stops counting once that learner has signed up: then only the session opens the workspace.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse

from playground.accounts.models import Learner

COOKIE = "drydock_learner"
SALT = "playground.accounts.guest"
MAX_AGE = 365 * 24 * 3600


def cookie_for(learner: Learner) -> str:
    """The cookie's value: the learner's id and our signature."""
    return signing.dumps(learner.id, salt=SALT)


def learner_for(user: AbstractBaseUser | AnonymousUser | None, cookies: Mapping[str, str]) -> Learner | None:
    """The learner of this user or cookie, or None: nobody yet, a forged cookie, a learner who is gone."""
    learners = Learner.objects.select_related("user", "workspace")
    if user is not None and user.is_authenticated:
        known_user = learners.filter(user_id=user.pk).first()
        if known_user is not None:
            return known_user  # an operator's account has no learner: here that is a guest like any other
    try:
        known = signing.loads(cookies.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return learners.filter(pk=known, user=None).first()


def learner_of_scope(scope: Mapping[str, Any]) -> Learner | None:
    """The same for a WebSocket's scope. Reads the database: call it from a thread."""
    return learner_for(scope.get("user"), scope.get("cookies", {}))


def remember(request: HttpRequest, response: HttpResponse, learner: Learner) -> None:
    """Set the guest's cookie: not readable by scripts, sent to this site only."""
    response.set_cookie(
        COOKIE,
        cookie_for(learner),
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE or request.is_secure(),
    )
