"""Becoming a learner, and telling a learner's pages what has changed."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from playground.accounts import ratelimit
from playground.accounts.errors import Refused
from playground.accounts.middleware import learners
from playground.accounts.models import Learner
from playground.builds.services.workspaces import create_guest, ensure_learner, tell
from playground.events import log, wire
from playground.events.models import Stream
from tests.builds.support import SetLimits, told

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
ENTRY: list[log.Entry] = [("project.gone", wire.ProjectGone(id="p"))]


@pytest.fixture(autouse=True)
def no_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates are counted from zero, in a window that does not end."""
    cache.clear()
    monkeypatch.setattr(ratelimit, "time", SimpleNamespace(time=lambda: 1_000_000_000.0))


def visit(*, cookies: dict[str, str] | None = None, writes: int = 1) -> tuple[list[Learner], HttpResponse]:
    """A visitor's request that writes so many times; the learner each time, and the answer."""
    found: list[Learner] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.extend(ensure_learner(request) for _ in range(writes))
        return HttpResponse()

    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    request.COOKIES.update(cookies or {})
    return found, learners(view)(request)


def test_a_guest_has_a_workspace_with_an_empty_stream_of_its_own() -> None:
    learner = create_guest()
    stream = Stream.objects.get(pk=learner.workspace.stream)
    assert (stream.owner, stream.kind, stream.subject, stream.seq) == (learner.id, "workspace", learner.workspace.id, 0)
    assert learner.guest


def test_who_writes_for_the_first_time_becomes_one_guest_and_is_known_from_then_on() -> None:
    found, answer = visit(writes=2)
    assert found[0] == found[1]
    cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
    again, _ = visit(cookies=cookies)
    assert again == [found[0]]
    assert Learner.objects.count() == 1


def test_a_guest_who_writes_too_fast_has_to_wait(set_limits: SetLimits) -> None:
    _, answer = visit()
    cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
    set_limits("rate.writes=2")
    visit(cookies=cookies, writes=2)
    with pytest.raises(Refused) as caught:
        visit(cookies=cookies)
    assert caught.value.status == 429
    assert caught.value.retry_after > 0


def test_too_many_guests_of_one_address_have_to_wait(set_limits: SetLimits) -> None:
    set_limits("rate.guests_address=1")
    visit()
    with pytest.raises(Refused) as caught:
        visit()
    assert caught.value.status == 429
    assert Learner.objects.count() == 1


def test_pages_are_told_after_the_commit_only(ada: Learner) -> None:
    with transaction.atomic():
        tell(ada, ENTRY)
        assert told(ada, "project.gone") == []
    assert told(ada, "project.gone") == [{"id": "p"}]


def test_what_is_rolled_back_is_never_told(ada: Learner) -> None:
    with transaction.atomic():
        tell(ada, ENTRY)
        transaction.set_rollback(True)
    assert told(ada, "project.gone") == []


def test_without_a_transaction_pages_are_told_at_once(ada: Learner, bob: Learner) -> None:
    tell(ada, ENTRY)
    assert (told(ada, "project.gone"), told(bob, "project.gone")) == ([{"id": "p"}], [])
