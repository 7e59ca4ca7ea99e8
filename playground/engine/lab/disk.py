"""The engine's disk: one sparse file with a btrfs inside, the hard end of all images, layers and containers together.

`prepare` runs in the starter, `attach` in the engine's own mount namespace: when that ends, however it ends, the kernel
unmounts the file and frees its loop device (loop(4), autoclear). The content stays over restarts.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.engine.daemon_install import which
from playground.engine.lab import btrfs
from playground.engine.limits import bytes_text

LEAST = 2 << 30
"""A smaller disk holds no image worth building."""
FREE_SHARE = 0.5
"""Of what is free on the machine's disk, the file itself counted as free, it may become this much."""
DETACHED_WITHIN = 10.0
BLOCKS = Path("/sys/block")


class NoDisk(Exception):
    """No such disk can be had here; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The file and how large it is, in bytes. *note*: what an operator should know about it, or empty."""

    file: Path
    size: int
    note: str = ""


def size_for(wished: int, *, free: int, taken: int) -> int:
    """How large the file may become: what is wished, but never more than a share of the room. In whole mebibytes."""
    return min(wished, int((free + taken) * FREE_SHARE)) >> 20 << 20


def prepare(file: Path, *, wished: int, log: Callable[[str], None]) -> Disk:
    """The file with a file system in it, made or grown if need be, not mounted. Raises `NoDisk`."""
    _possible()
    wait_detached(file)
    taken = file.stat().st_blocks * 512 if file.exists() else 0
    size = size_for(wished, free=shutil.disk_usage(file.parent).free, taken=taken)
    had = file.stat().st_size if file.exists() else 0
    if had == 0:
        if wished < LEAST:
            raise NoDisk(
                f"The engine has no disk of its own: engine.disk is {bytes_text(wished)}, "
                f"and less than {bytes_text(LEAST)} hold no image."
            )
        if size < LEAST:
            raise NoDisk(
                f"The engine has no disk of its own: it needs {bytes_text(2 * LEAST)} of free space, "
                f"and {bytes_text(size * 2)} are there."
            )
        make(file, size)
        log(f"the engine's disk is made anew ({bytes_text(size)} at most)")
        return Disk(file=file, size=size)
    if size > had:
        os.truncate(file, size)
        return Disk(file=file, size=size)
    note = "" if size == had else f"The engine's disk keeps its {bytes_text(had)}: removing {file} makes it smaller."
    return Disk(file=file, size=had, note=note)


def make(file: Path, size: int) -> None:
    """An empty file system, whatever was there before. Raises `NoDisk`."""
    file.unlink(missing_ok=True)
    try:
        with file.open("xb") as handle:
            os.fchmod(handle.fileno(), 0o600)
            handle.truncate(size)
        _run("mkfs.btrfs", "-q", "-K", "-m", "single", "-d", "single", str(file))
    except (OSError, subprocess.CalledProcessError) as error:
        file.unlink(missing_ok=True)
        raise NoDisk(f"The engine has no disk of its own: {_words(error)}.") from error


def attach(disk: Disk, at: Path, log: Callable[[str], None]) -> str:
    """Mount it at *at* with quotas on; a damaged one is made anew, and said so. Answers the kind of quotas.

    Raises `NoDisk`: no loop devices, or no right to mount.
    """
    try:
        try:
            _mount(disk.file, at)
        except subprocess.CalledProcessError:
            if not _loops_work():
                raise
            log("the engine's disk cannot be read any more and is made anew: images have to be built again")
            make(disk.file, disk.size)
            _mount(disk.file, at)
        btrfs.grow(at)
        return btrfs.enable_quotas(at)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDisk(f"The engine's disk cannot be mounted: {_words(error)}.") from error


def attached(file: Path) -> bool:
    """Whether a loop device of this machine has the file (it outlives its mount by a moment)."""
    return any(_backing(block) == str(file) for block in BLOCKS.glob("loop*"))


def wait_detached(file: Path) -> bool:
    """Wait until the kernel has let go of it; whether it has."""
    deadline = time.monotonic() + DETACHED_WITHIN
    while attached(file):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _possible() -> None:
    """Raise `NoDisk` where it is clear before trying."""
    if which("mkfs.btrfs") is None:
        raise NoDisk("The engine has no disk of its own: mkfs.btrfs is missing (Debian's package btrfs-progs).")
    if not Path("/dev/loop-control").exists():
        raise NoDisk("The engine has no disk of its own: there are no loop devices here.")
    if "btrfs" not in Path("/proc/filesystems").read_text().split():
        subprocess.run([which("modprobe") or "true", "btrfs"], check=False, capture_output=True)
        if "btrfs" not in Path("/proc/filesystems").read_text().split():
            raise NoDisk("The engine has no disk of its own: this kernel has no btrfs.")


def _mount(file: Path, at: Path) -> None:
    # nobarrier: only a crash of the whole machine can then damage the file, and everything on it can be made again; a
    # step takes 30 ms less. discard=async gives room back to the machine's disk; kernels before 5.6 do not know it.
    try:
        _run("mount", "-t", "btrfs", "-o", "loop,noatime,nobarrier,discard=async", str(file), str(at))
    except subprocess.CalledProcessError:
        _run("mount", "-t", "btrfs", "-o", "loop,noatime,nobarrier", str(file), str(at))


def _loops_work() -> bool:
    """Whether the kernel gives out loop devices at all: if not, a failed mount says nothing about the file."""
    return subprocess.run([which("losetup") or "losetup", "-f"], check=False, capture_output=True).returncode == 0


def _backing(block: Path) -> str:
    try:
        return (block / "loop" / "backing_file").read_text().strip()
    except OSError:
        return ""


def _run(program: str, *words: str) -> None:
    env = {**os.environ, "LC_ALL": "C"}
    subprocess.run([which(program) or program, *words], check=True, capture_output=True, text=True, env=env)


def _words(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr or "").strip().splitlines()
        return said[-1].rstrip(".") if said else f"{Path(error.cmd[0]).name} ended with {error.returncode}"
    return str(error.strerror or error)
