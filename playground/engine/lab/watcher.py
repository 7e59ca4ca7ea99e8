"""Puts a quota on every layer the moment it is made (COPY, ADD, a pull, a cache mount), by inotify(7). Run by `keeper`
as a process of its own inside the engine; RUN steps and containers are bounded by the shim before they begin.
"""

import ctypes
import json
import os
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playground.engine.lab import btrfs

IN_CREATE, IN_MOVED_TO, IN_Q_OVERFLOW = 0x100, 0x80, 0x4000
EVENT = struct.Struct("iIII")
FIRST_LOOK = 0.01


def watch(subvolumes: Path, limits_file: Path) -> None:
    """Limit what is there, then whatever comes, for ever. *subvolumes* is made by dockerd as it starts."""
    while not subvolumes.is_dir():
        time.sleep(FIRST_LOOK)
    fd = _inotify(subvolumes)
    everything(subvolumes, limits_file)
    while True:
        names = list(_names(os.read(fd, 1 << 16)))
        if None in names:  # the kernel had to drop some
            everything(subvolumes, limits_file)
        for name in names:
            if name:
                one(subvolumes / name, limits_file)


def everything(subvolumes: Path, limits_file: Path) -> None:
    """Limit every layer there is."""
    for entry in os.scandir(subvolumes):
        one(Path(entry.path), limits_file)


def one(layer: Path, limits_file: Path) -> None:
    """Limit one layer. It may be gone again already."""
    try:
        btrfs.limit(layer, size_of(layer, limits_file))
    except OSError as error:
        if layer.exists():
            print(f"drydock: no quota for the layer {layer.name}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the engine's log


def size_of(layer: Path, limits_file: Path) -> int:
    """A container's own layer has a twin, `ID-init`, made just before it; all others are an image's or a build's."""
    told = json.loads(limits_file.read_text())
    is_container = (layer.parent / f"{layer.name.removesuffix('-init')}-init").is_dir()
    return int(told["run"]["disk"] if is_container else told["build"]["disk"])


def _inotify(folder: Path) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    fd = int(libc.inotify_init1(os.O_CLOEXEC))
    if fd < 0 or libc.inotify_add_watch(fd, os.fsencode(folder), IN_CREATE | IN_MOVED_TO) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    return fd


def _names(events: bytes) -> Iterator[str | None]:
    """The names in a buffer of struct inotify_event; None where events were lost."""
    at = 0
    while at < len(events):
        _, mask, _, length = EVENT.unpack_from(events, at)
        at += EVENT.size
        yield None if mask & IN_Q_OVERFLOW else os.fsdecode(events[at : at + length].rstrip(b"\0"))
        at += length
