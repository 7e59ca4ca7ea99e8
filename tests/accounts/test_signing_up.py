"""Signing up, in and out: what a guest keeps, and which key opens what."""

from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.models import User
from django.test import Client

from playground.accounts import identity, ratelimit
from playground.accounts.models import Learner
from playground.builds.limits import limit
from playground.web import accounts
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "events"])

PASSWORD = "correct-horse-battery"
FORM = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}


def sign_up(client: Client, username: str = "ada") -> None:
    answer = client.post("/accounts/signup/", {**FORM, "username": username})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/"), answer.content.decode()[:2000]


def log_in(client: Client, username: str = "ada", password: str = PASSWORD) -> int:
    return client.post("/accounts/login/", {"username": username, "password": password}).status_code


def who(client: Client) -> str | None:
    """The id of the learner whom the site sees behind *client*."""
    learner = client.get("/api/state/").json()["learner"]
    return str(learner["id"]) if learner else None


def test_signing_up_keeps_everything(cast: Cast) -> None:
    before = cast.as_owner.get("/api/state/").json()
    sign_up(cast.as_owner)
    after = cast.as_owner.get("/api/state/").json()
    assert after["learner"] == {"id": cast.owner.id, "name": "ada", "guest": False}
    for kept in ("workspace", "projects", "images", "containers", "builds", "usage"):
        assert before[kept] == after[kept]
    assert [project["id"] for project in after["projects"]] == [cast.project.id]
    assert cast.as_owner.get(f"/api/projects/{cast.project.id}/files/Dockerfile").status_code == 200


def test_after_signing_up_the_old_guest_cookie_opens_nothing(cast: Cast) -> None:
    old = Client()
    old.cookies = SimpleCookie(cast.as_owner.cookies.output(header=""))
    assert who(old) == cast.owner.id
    sign_up(cast.as_owner)
    assert who(old) is None
    assert old.get(f"/api/projects/{cast.project.id}/").status_code == 404


def test_signing_up_takes_the_guest_cookie_away(cast: Cast) -> None:
    sign_up(cast.as_owner)
    assert cast.as_owner.cookies[identity.COOKIE].value == ""


def test_somebody_new_who_signs_up_gets_a_workspace_and_no_guest_cookie(client: Client) -> None:
    sign_up(client)
    assert client.cookies[identity.COOKIE].value == ""
    assert client.get("/api/state/").json()["workspace"]["stream"]
    assert client.post("/api/projects/", {}, content_type="application/json").status_code == 201


def test_a_form_with_a_fault_is_shown_again_and_makes_nobody(client: Client) -> None:
    answer = client.post("/accounts/signup/", {**FORM, "password2": "something else"})
    assert answer.status_code == 200
    assert "password" in answer.content.decode()
    assert not User.objects.exists()
    assert not Learner.objects.exists()


def test_a_weak_password_is_refused(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "ada", "password1": "password", "password2": "password"})
    assert not User.objects.exists()


def test_a_refused_sign_up_leaves_no_user_behind(client: Client) -> None:
    most = limit("rate.guests_address")
    for _ in range(most):
        ratelimit.check(what="new guests", who="127.0.0.1", most=most, window=3600)
    assert client.post("/accounts/signup/", FORM).status_code == 429
    assert not User.objects.exists()


def test_somebody_signed_in_is_sent_home_from_the_sign_up_page(cast: Cast) -> None:
    sign_up(cast.as_owner)
    assert cast.as_owner.get("/accounts/signup/").headers["Location"] == "/"


def test_logging_in_brings_the_workspace_to_another_browser(cast: Cast, client: Client) -> None:
    sign_up(cast.as_owner)
    assert who(client) is None
    assert log_in(client) == 302
    assert who(client) == cast.owner.id
    assert client.get(f"/api/projects/{cast.project.id}/").status_code == 200


def test_logging_out_closes_the_workspace(cast: Cast) -> None:
    sign_up(cast.as_owner)
    answer = cast.as_owner.post("/accounts/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert who(cast.as_owner) is None
    assert cast.as_owner.get(f"/api/projects/{cast.project.id}/").status_code == 404


def test_a_mere_link_logs_nobody_out(cast: Cast) -> None:
    sign_up(cast.as_owner)
    assert cast.as_owner.get("/accounts/logout/").status_code == 405
    assert who(cast.as_owner) == cast.owner.id


def test_a_wrong_password_opens_nothing(cast: Cast, client: Client) -> None:
    sign_up(cast.as_owner)
    assert log_in(client, password="wrong-horse") == 200
    assert who(client) is None


def test_a_guest_cookie_survives_a_login(cast: Cast) -> None:
    sign_up(cast.as_owner)
    guest = cast.as_other
    assert log_in(guest) == 302
    assert who(guest) == cast.owner.id
    guest.post("/accounts/logout/")
    assert who(guest) == cast.other.id


def test_an_operator_without_a_learner_keeps_one_workspace(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    for _ in range(2):
        assert client.post("/api/projects/", {}, content_type="application/json").status_code == 201
    assert Learner.objects.count() == 1
    assert len(client.get("/api/state/").json()["projects"]) == 2


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_guessing_is_limited_per_address(path: str, client: Client) -> None:
    for _ in range(accounts.ATTEMPTS):
        assert client.post(path, {"username": "ada", "password": "x"}).status_code == 200
    answer = client.post(path, {"username": "ada", "password": "x"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/logout/"])
def test_a_form_without_its_token_is_refused(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, FORM).status_code == 403
