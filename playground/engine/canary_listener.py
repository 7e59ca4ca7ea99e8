"""A service of the machine that nobody may reach: the canary listens with it and counts who comes. For `canary` only.

It listens on the machine's loopback and on the address by which the machine would reach others, if there is one; on no
other, for some seconds, and says nothing but 404.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

NOBODY = "192.0.2.1"  # an address for documentation (RFC 5737): it belongs to nobody, so nobody is disturbed
LOOPBACK = "127.0.0.1"
ANSWER = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PATIENCE = 1.0


@dataclass(slots=True)
class Listener:
    """Where it listens, and how many came and asked for something: whoever only knocks is not counted."""

    address: str
    port: int
    visits: int = 0
    _sockets: list[socket.socket] = field(default_factory=list)


@contextlib.contextmanager
def listening(address: str) -> Iterator[Listener]:
    """Listen at *address* while the block runs."""
    with socket.create_server((address, 0)) as server:
        listener = Listener(address, server.getsockname()[1])
        threading.Thread(target=_serve, args=(server, listener), name="canary-listener", daemon=True).start()
        yield listener
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # wakes the thread, which then ends


def _serve(server: socket.socket, listener: Listener) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client, contextlib.suppress(OSError):
            client.settimeout(PATIENCE)
            listener.visits += client.recv(4096).startswith(b"GET ")
            client.sendall(ANSWER)


def own_address() -> str:
    """The address with which the machine would reach others; '' if it has none. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NOBODY, 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def answers(address: str, port: int) -> bool:
    """Whether somebody takes a connection there."""
    try:
        with socket.create_connection((address, port), PATIENCE):
            return True
    except OSError:
        return False
