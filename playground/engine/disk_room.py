"""How much room is left where an engine on this machine keeps its images. Called by the Docker adapter.

Our own engine's disk is a mount that only its own processes see, so its watcher notes the figures in a file beside the
socket. Of another engine the process that listens is known from the socket, and its root from proc(5), if we may look.
"""

import contextlib
import json
import os
import shutil
import socket
import struct
import time
from pathlib import Path

from playground.engine.port import Room
from playground.engine.state import EnginePaths

FRESH = 60.0
"""Seconds that a note of the watcher is believed."""
PATIENCE = 2.0


def look(host: str, root: str) -> Room | None:
    """The room of the engine at *host* that keeps its things in *root*; None where that cannot be seen from here."""
    if not host.startswith("unix://"):
        return None
    path = Path(host.removeprefix("unix://"))
    paths = EnginePaths(path.parent.parent)
    if paths.host == host and paths.room.parent.is_dir() and (noted := _noted(paths)):
        return noted
    return _seen_by(_listener(path), root)


def _noted(paths: EnginePaths) -> Room | None:
    """What the watcher of our own engine wrote. The file under its disk may lack the room that it promises."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if time.time() - paths.room.stat().st_mtime < FRESH:
            told = json.loads(paths.room.read_text())
            below = shutil.disk_usage(paths.state).free
            return Room(free=min(int(told["free"]), below), total=int(told["total"]))
    return None


def _seen_by(pid: int, root: str) -> Room | None:
    """The file system of *root* as process *pid* sees it."""
    if not pid or not root.startswith("/"):
        return None
    with contextlib.suppress(OSError):
        found = os.statvfs(f"/proc/{pid}/root{root}")
        return Room(free=found.f_bavail * found.f_frsize, total=found.f_blocks * found.f_frsize)
    return None


def _listener(path: Path) -> int:
    """The process that listens at a Unix socket (unix(7), SO_PEERCRED); 0 if nobody does."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(PATIENCE)
        door.connect(str(path))
        pid: int = struct.unpack("3i", door.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        return pid
    return 0
