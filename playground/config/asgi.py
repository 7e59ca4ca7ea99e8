"""The web process: HTTP by Django, WebSockets by Channels. `uvicorn playground.config.asgi:application` serves it."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.config.settings")
http = get_asgi_application()  # before anything that touches models

from playground.events.consumers import SameOrigin  # noqa: E402  (needs the app registry that the line above fills)
from playground.events.urls import websockets  # noqa: E402  (the same)

application = ProtocolTypeRouter({"http": http, "websocket": SameOrigin(AuthMiddlewareStack(URLRouter(websockets)))})
