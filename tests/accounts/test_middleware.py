"""The learner on every request, and the cookie of a new guest."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from playground.accounts import identity
from playground.accounts.identity import COOKIE
from playground.accounts.middleware import Visitor, learners, visitor_of
from playground.accounts.models import Learner
from playground.accounts.services import create_guest

pytestmark = pytest.mark.django_db(databases=["default", "events"])


def answer_of(view_learner: Learner | None, *, guest: bool, secure: bool = False) -> HttpResponse:
    """What the middleware makes of a view that has just met *view_learner*."""

    def view(request: HttpRequest) -> HttpResponse:
        if view_learner is not None:
            visitor_of(request).became(view_learner, guest=guest)
        return HttpResponse()

    return learners(view)(RequestFactory().get("/", secure=secure))


def test_looking_makes_no_guest(client: Client) -> None:
    for path in ("/api/state/", "/api/images/", "/api/containers/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert not answer.cookies
    assert not Learner.objects.exists()


def test_the_first_write_makes_a_guest_with_a_cookie(client: Client) -> None:
    answer = client.post("/api/projects/", {}, content_type="application/json")
    assert answer.status_code == 201
    guest = Learner.objects.get()
    assert identity.learner_for(None, {COOKIE: answer.cookies[COOKIE].value}) == guest


def test_the_second_write_is_the_same_guests_and_sets_no_cookie(client: Client) -> None:
    client.post("/api/projects/", {}, content_type="application/json")
    again = client.post("/api/projects/", {}, content_type="application/json")
    assert again.status_code == 201
    assert COOKIE not in again.cookies
    assert Learner.objects.count() == 1


def test_a_refused_first_write_of_nonsense_makes_no_guest(client: Client) -> None:
    answer = client.post("/api/projects/", "{", content_type="application/json")
    assert answer.status_code == 400
    assert COOKIE not in answer.cookies
    assert not Learner.objects.exists()


def test_the_cookie_is_for_this_site_only_and_not_for_scripts() -> None:
    morsel = answer_of(create_guest(stream="s"), guest=True).cookies[COOKIE]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert morsel["max-age"] == identity.MAX_AGE
    assert not morsel["domain"]
    assert not morsel["secure"]


def test_the_cookie_is_secure_over_https() -> None:
    assert answer_of(create_guest(stream="s"), guest=True, secure=True).cookies[COOKIE]["secure"]


def test_the_cookie_is_secure_where_the_operator_says_https(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True  # a proxy in front ends TLS, so the request itself looks plain
    assert answer_of(create_guest(stream="s"), guest=True).cookies[COOKIE]["secure"]


def test_somebody_known_gets_no_cookie() -> None:
    assert COOKIE not in answer_of(create_guest(stream="s"), guest=False).cookies
    assert COOKIE not in answer_of(None, guest=True).cookies


def test_the_database_is_asked_once_and_only_when_needed(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = identity.cookie_for(create_guest(stream="s"))
    request.user = None  # type: ignore[assignment]
    with django_assert_num_queries(0):
        visitor = Visitor(request)
    with django_assert_num_queries(1):
        assert visitor.learner is not None
        assert visitor.learner is visitor.learner
