"""Becoming a guest, and signing up."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from playground.accounts.models import Learner, Workspace
from playground.accounts.services import adopt_user, create_guest

pytestmark = pytest.mark.django_db


def test_a_guest_has_a_workspace_and_no_user() -> None:
    guest = create_guest(stream="stream")
    assert guest.guest
    assert guest.workspace.stream == "stream"
    assert guest.name == f"guest-{guest.id[:4]}"


def test_signing_up_gives_the_same_learner_a_user() -> None:
    guest = create_guest(stream="stream")
    adopt_user(learner=guest, user=User.objects.create_user("ada"))
    stored = Learner.objects.get(pk=guest.pk)
    assert (stored.guest, stored.name, stored.workspace.stream) == (False, "ada", "stream")


def test_a_user_is_one_learner_only() -> None:
    user = User.objects.create_user("ada")
    adopt_user(learner=create_guest(stream="s"), user=user)
    with pytest.raises(IntegrityError):
        adopt_user(learner=create_guest(stream="t"), user=user)


def test_a_guest_without_a_workspace_is_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**fields: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Workspace.objects, "create", broken)
    with pytest.raises(OSError, match="full"):
        create_guest(stream="s")
    assert not Learner.objects.exists()
