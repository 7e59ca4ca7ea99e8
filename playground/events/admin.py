"""Streams in Django's admin: to look at, never to change."""

from django.contrib import admin

from playground.accounts.admin import LookOnly
from playground.events.models import Event, Stream


@admin.register(Stream)
class StreamAdmin(LookOnly):
    """One line a stream."""

    list_display = ("id", "kind", "subject", "owner", "seq", "size", "closed", "created_at")
    list_filter = ("kind", "closed")
    search_fields = ("id", "subject", "owner")


@admin.register(Event)
class EventAdmin(LookOnly):
    """One line an event; filter by a stream's id in the search."""

    list_display = ("stream_id", "seq", "type", "at")
    list_filter = ("type",)
    search_fields = ("stream__id",)
    show_full_result_count = False
