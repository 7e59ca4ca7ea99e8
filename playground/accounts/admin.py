"""Learners and workspaces in Django's admin, and `LookOnly`, which the other apps' tables use too."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from playground.accounts.models import Learner, Workspace

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]  # only the stubs make it generic
else:
    ModelAdmin = admin.ModelAdmin


class LookOnly(ModelAdmin):
    """Rows move by services and workers, and the log only grows: a hand in between would break what they promise."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False


@admin.register(Learner)
class LearnerAdmin(LookOnly):
    """Guests and people who signed up. Deleting one deletes all it owns; the sweep then clears the engine."""

    list_display = ("id", "name", "guest", "created_at")
    search_fields = ("id", "user__username")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As Django's permissions say."""
        return bool(ModelAdmin.has_delete_permission(self, request, obj))


@admin.register(Workspace)
class WorkspaceAdmin(LookOnly):
    """One each."""

    list_display = ("id", "learner", "stream", "created_at")
    search_fields = ("id", "learner__id")
