"""The append-only log and its delivery."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "playground.events"
    label = "events"
