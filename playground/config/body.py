"""Refuses a request body over the limit before it is read: Django would first write all of it to a temporary file."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from playground.accounts.errors import Refused, as_json
from playground.builds.limits import limit
from playground.engine.limits import bytes_text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ENVELOPE = 256 * 1024
"""Bytes that a multipart body may have beside its files: part headers and paths."""


class TooLarge(Exception):
    """The body has passed the limit while it was being read."""


class BodyLimit:
    """ASGI middleware around the HTTP application."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = limit("upload.bytes") + ENVELOPE
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > most:
            await _refuse(send, declared.decode("latin-1"))
            return
        read = 0
        answered = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.inner(scope, counted, noted)
        except TooLarge:
            if not answered:
                await _refuse(send, str(read))


async def _refuse(send: Send, size: str) -> None:
    """413 in the one shape of a refusal, and the connection is closed: the rest is never read."""
    shown = bytes_text(int(size)) if size.isdigit() else "an unknown number of bytes"
    refused = Refused(
        "upload-too-large",
        f"The request has at least {shown}; an upload may have {bytes_text(limit('upload.bytes'))}.",
        field="file",
        fix="Send fewer or smaller files.",
        status=413,
    )
    body = json.dumps(as_json(refused)).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
