"""The WebSocket's address."""

from django.urls import path, re_path

from playground.events.consumers import StreamConsumer, nowhere

websockets = [
    path("ws/streams/<slug:stream>/", StreamConsumer.as_asgi()),
    re_path("", nowhere),  # type: ignore[arg-type]  # such a view answers by sending
]
