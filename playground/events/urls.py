"""The WebSocket's address."""

from django.urls import path

from playground.events.consumers import StreamConsumer

websockets = [path("ws/streams/<slug:stream>/", StreamConsumer.as_asgi())]
