"""Projects, builds, images, containers and pulses in Django's admin: to look at, and to find what went wrong."""

from django.contrib import admin

from playground.accounts.admin import LookOnly
from playground.builds.models import BaseImage, Build, Container, Image, Notice, Project, Pulse, Run


@admin.register(Project)
class ProjectAdmin(LookOnly):
    """Projects."""

    list_display = ("id", "name", "workspace", "template", "changed_at", "deleted_at")
    search_fields = ("id", "name", "workspace__learner__id")


@admin.register(Build)
class BuildAdmin(LookOnly):
    """Jobs that build."""

    list_display = ("id", "reference", "learner", "state", "attempt", "stream", "created_at", "finished_at", "sealed")
    list_filter = ("state", "sealed")
    search_fields = ("id", "reference", "learner__id", "stream")
    exclude = ("manifest",)


@admin.register(Container)
class ContainerAdmin(LookOnly):
    """Jobs that run."""

    list_display = ("id", "name", "reference", "learner", "state", "exit_code", "stream", "created_at")
    list_filter = ("state",)
    search_fields = ("id", "name", "learner__id", "stream")


@admin.register(Image)
class ImageAdmin(LookOnly):
    """Images of learners."""

    list_display = ("id", "reference", "learner", "size", "state", "created_at")
    search_fields = ("id", "reference", "learner__id", "digest")


@admin.register(Run)
class RunAdmin(LookOnly):
    """Runs of containers within the last day."""

    list_display = ("container", "number", "learner", "started_at", "ended_at")
    search_fields = ("container", "learner__id")


@admin.register(Notice)
class NoticeAdmin(LookOnly):
    """What was cleaned up."""

    list_display = ("at", "learner", "sentence")
    search_fields = ("learner__id", "sentence")


@admin.register(BaseImage)
class BaseImageAdmin(LookOnly):
    """Base images of the site."""

    list_display = ("reference", "state", "progress", "note")


@admin.register(Pulse)
class PulseAdmin(LookOnly):
    """Signs of life."""

    list_display = ("part", "at", "ok", "note")
