"""Learner and workspace. A learner without a user is a guest, known by a signed cookie only."""

from django.conf import settings
from django.db import models

from playground.accounts.ids import new_id


class Learner(models.Model):
    """Somebody who has written something. Signing up gives a guest a user; the learner and all it owns stay."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def guest(self) -> bool:
        """Has not signed up."""
        return self.user_id is None

    @property
    def name(self) -> str:
        """What pages call them."""
        return self.user.get_username() if self.user else f"guest-{self.id[:4]}"


class Workspace(models.Model):
    """What a learner has here. One each for now; classes will share some."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="workspace")
    stream = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"workspace of {self.learner}"
