"""The only writers of learners and workspaces: becoming a guest, signing up."""

from django.contrib.auth.models import User
from django.db import transaction

from playground.accounts.models import Learner, Workspace


def create_guest(*, stream: str) -> Learner:
    """A new guest with an empty workspace whose events go to *stream*."""
    with transaction.atomic():
        learner = Learner.objects.create()
        Workspace.objects.create(learner=learner, stream=stream)
    return learner


def adopt_user(*, learner: Learner, user: User) -> Learner:
    """Give a guest the account it signed up for: everything it owns stays its own."""
    with transaction.atomic():
        learner.user = user
        learner.save(update_fields=["user"])
    return learner
