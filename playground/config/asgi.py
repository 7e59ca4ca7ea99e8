"""The web process: HTTP by Django, WebSockets by Channels. `uvicorn playground.config.asgi:application` serves it."""

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.config.settings")
http: Any = get_asgi_application()  # before anything that touches models

from playground.config.body import BodyLimit  # noqa: E402  (needs the app registry that the line above fills)
from playground.events.consumers import SameOrigin  # noqa: E402  (the same)
from playground.events.urls import websockets  # noqa: E402  (the same)

application = ProtocolTypeRouter(
    {"http": BodyLimit(http), "websocket": SameOrigin(AuthMiddlewareStack(URLRouter(websockets)))}
)
