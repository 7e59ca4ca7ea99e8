"""Who uses the engine we started: a lock for starters and stoppers, a locked file for each user. Called by `daemon`.

The kernel drops a lock when its process ends, however it ends, so a killed user never keeps an engine alive.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.engine.state import EnginePaths

KEPT = "kept"  # the file that `up` leaves: the engine stays although no process uses it


class Busy(Exception):
    """Another process has been starting or stopping the engine for too long."""


@contextlib.contextmanager
def only_one(path: Path, *, wait: float) -> Iterator[None]:
    """Hold the lock file *path*; raise `Busy` after *wait* seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        _take(handle.fileno(), path, time.monotonic() + wait)
        yield


def _take(fd: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy(f"another process holds {path}") from None
            time.sleep(0.05)
        else:
            return


@dataclass(slots=True)
class Use:
    """One process's share in the engine, for as long as it is not given back."""

    path: Path
    fd: int

    def give_back(self) -> None:
        """Say that this user is done; twice does no harm."""
        if self.fd >= 0:
            self.path.unlink(missing_ok=True)
            os.close(self.fd)
            self.fd = -1


def join(paths: EnginePaths) -> Use:
    """Become a user. Call it with the starters' lock held."""
    paths.users.mkdir(parents=True, exist_ok=True)
    path = paths.users / f"{os.getpid()}-{time.monotonic_ns()}"
    fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)
    return Use(path, fd)


def keep(paths: EnginePaths) -> None:
    """Keep the engine although no process uses it, until `release`."""
    paths.users.mkdir(parents=True, exist_ok=True)
    (paths.users / KEPT).touch()


def release(paths: EnginePaths) -> None:
    """Undo `keep`."""
    (paths.users / KEPT).unlink(missing_ok=True)


def users(paths: EnginePaths) -> tuple[str, ...]:
    """The names of those who use it now; files of the dead are removed. Call it with the starters' lock held."""
    if not paths.users.is_dir():
        return ()
    return tuple(sorted(p.name for p in paths.users.iterdir() if p.name == KEPT or _is_alive(p)))


def _is_alive(path: Path) -> bool:
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(fd)
