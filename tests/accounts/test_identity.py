"""Who is asking: a signed cookie or the user of the session."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing

from playground.accounts import identity
from playground.accounts.identity import COOKIE, cookie_for, learner_for, learner_of_scope
from playground.accounts.services import adopt_user, create_guest

pytestmark = pytest.mark.django_db


def test_a_guests_cookie_names_the_guest() -> None:
    guest = create_guest(stream="s")
    assert learner_for(None, {COOKIE: cookie_for(guest)}) == guest
    assert learner_for(AnonymousUser(), {COOKIE: cookie_for(guest)}) == guest


def test_a_visitor_without_a_cookie_is_nobody() -> None:
    assert learner_for(AnonymousUser(), {}) is None


@pytest.mark.parametrize("value", ["", "x", "a:b:c", ":::", "é:ü:ö", "\0", "A" * 5000])
def test_a_forged_cookie_is_nobody(value: str) -> None:
    create_guest(stream="s")
    assert learner_for(None, {COOKIE: value}) is None


def test_a_learners_id_alone_is_no_cookie() -> None:
    guest = create_guest(stream="s")
    assert learner_for(None, {COOKIE: guest.id}) is None


def test_a_signature_does_not_fit_another_learner() -> None:
    mine, theirs = create_guest(stream="s"), create_guest(stream="t")
    payload = cookie_for(theirs).split(":")[0]
    stolen = ":".join([payload, *cookie_for(mine).split(":")[1:]])
    assert learner_for(None, {COOKIE: stolen}) is None


def test_a_signature_made_for_something_else_does_not_count() -> None:
    guest = create_guest(stream="s")
    assert learner_for(None, {COOKIE: signing.dumps(guest.id, salt="playground.other")}) is None
    assert learner_for(None, {COOKIE: signing.dumps(guest.id, key="another key", salt=identity.SALT)}) is None


def test_a_cookie_ends_after_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    guest = create_guest(stream="s")
    cookie = cookie_for(guest)
    monkeypatch.setattr(identity, "MAX_AGE", -1)
    assert learner_for(None, {COOKIE: cookie}) is None


def test_the_cookie_of_a_learner_who_is_gone_is_nobody() -> None:
    guest = create_guest(stream="s")
    cookie = cookie_for(guest)
    guest.delete()
    assert learner_for(None, {COOKIE: cookie}) is None


def test_the_cookie_of_a_learner_who_signed_up_is_nobody() -> None:
    guest = create_guest(stream="s")
    cookie = cookie_for(guest)
    adopt_user(learner=guest, user=User.objects.create_user("ada"))
    assert learner_for(AnonymousUser(), {COOKIE: cookie}) is None


def test_the_user_of_the_session_comes_before_the_cookie() -> None:
    guest, ada = create_guest(stream="s"), create_guest(stream="t")
    user = User.objects.create_user("ada")
    adopt_user(learner=ada, user=user)
    assert learner_for(user, {COOKIE: cookie_for(guest)}) == ada


def test_a_user_without_a_learner_is_the_guest_of_the_cookie() -> None:
    operator, guest = User.objects.create_superuser("root"), create_guest(stream="s")
    assert learner_for(operator, {}) is None
    assert learner_for(operator, {COOKIE: cookie_for(guest)}) == guest


def test_a_websockets_scope_is_read_like_a_request() -> None:
    guest = create_guest(stream="s")
    assert learner_of_scope({"user": AnonymousUser(), "cookies": {COOKIE: cookie_for(guest)}}) == guest
    assert learner_of_scope({"cookies": {COOKIE: cookie_for(guest)}}) == guest
    assert learner_of_scope({}) is None
