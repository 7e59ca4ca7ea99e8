"""Asks whether a Docker Engine answers at an address, with the standard library alone. Called by `daemon`.

Docker Engine API v1.41, `GET /_ping`: 200 and the body OK. Addresses are written as DOCKER_HOST writes them.
"""

import http.client
import socket
from urllib.parse import urlsplit

DEADLINE = 2.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def connection(host: str, *, timeout: float = DEADLINE) -> http.client.HTTPConnection:
    """A connection to `unix:///path` or `tcp://name:port`. Raises `ValueError` for what we do not speak."""
    parts = urlsplit(host)
    if parts.scheme == "unix" and parts.path:
        return _UnixConnection(parts.path, timeout)
    if parts.scheme in {"tcp", "http"} and parts.hostname:
        return http.client.HTTPConnection(parts.hostname, parts.port or 2375, timeout=timeout)
    raise ValueError(f"an engine's address starts with unix:// or tcp://, not {host!r}")


def answers(host: str, *, timeout: float = DEADLINE) -> bool:
    """Whether a Docker Engine answers there within *timeout* seconds."""
    try:
        conn = connection(host, timeout=timeout)
    except ValueError:
        return False
    try:
        conn.request("GET", "/_ping")
        reply = conn.getresponse()
        return reply.status == 200 and reply.read(16).strip() == b"OK"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        conn.close()
