"""Control groups, version 1 and 2, behind one set of calls: totals for a group, who is in it, its end.

Pure but for the files under *root*, so that either version can be tried on a tree of plain files. After the kernel's
Documentation/admin-guide/cgroup-v1/{cgroups,memory,pids}.rst, Documentation/scheduler/sched-bwc.rst and
Documentation/admin-guide/cgroup-v2.rst.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids", "cpu")
PERIOD = 100_000  # microseconds
EMPTY_WITHIN = 5.0
MOVED = "drydock-moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the processes of a group may have together; 0: no bound. *memory* in bytes, swap included."""

    memory: int = 0
    processes: int = 0
    millicpus: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """The control groups mounted at *root*."""

    root: Path = ROOT

    @property
    def kind(self) -> Literal["v1", "v2"]:
        """v2 has `cgroup.controllers` at its root (cgroup-v2.rst, "Core Interface Files"); hybrid counts as v1."""
        return "v2" if (self.root / "cgroup.controllers").is_file() else "v1"

    def make(self, name: str, bounds: Bounds) -> tuple[str, ...]:
        """Make the group *name* and bound it, or bind one that is there anew. Answers the controllers not to be had."""
        missing = [controller for controller in CONTROLLERS if not self._make(name, controller)]
        for controller, write in (("memory", self._memory), ("pids", self._pids), ("cpu", self._cpu)):
            if controller not in missing and not write(name, bounds):
                missing.append(controller)
        return tuple(missing)

    def bounds_swap(self, name: str) -> bool:
        """Whether swap is bounded for the group *name* as well (v1: a kernel with swap accounting)."""
        told = {"v1": "memory.memsw.limit_in_bytes", "v2": "memory.swap.max"}[self.kind]
        return (self._folder(name, "memory") / told).exists()

    def join(self, name: str) -> None:
        """Put the calling process into the group, in every hierarchy. A 0 means the writer (cgroup-v2.rst)."""
        for folder in self._folders(name):
            with contextlib.suppress(OSError):
                (folder / "cgroup.procs").write_text("0")

    def leave(self) -> None:
        """Put the calling process into the root group of every hierarchy, so that its own can be removed."""
        for base in self._hierarchies():
            with contextlib.suppress(OSError):
                (base / "cgroup.procs").write_text("0")

    def processes(self, name: str) -> frozenset[int]:
        """Everybody in the group and below it, as the caller's pid namespace numbers them."""
        return frozenset(pid for folder in self._folders(name) for group in _below(folder) for pid in _pids(group))

    def remove(self, *names: str) -> bool:
        """End all processes of the groups but the caller, and remove the groups. Whether nothing is left."""
        deadline = time.monotonic() + EMPTY_WITHIN
        while True:
            for name in names:
                for pid in self.processes(name) - {os.getpid(), 0}:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                for folder in self._folders(name):
                    _rmdirs(folder)
            if not any(self._folders(name) for name in names):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)

    # --- where things are ---------------------------------------------------------------------------------------------

    def _folder(self, name: str, controller: str) -> Path:
        return self.root / controller / name if self.kind == "v1" else self.root / name

    def _hierarchies(self) -> list[Path]:
        if self.kind == "v2":
            return [self.root]
        # A hybrid machine has v1 controllers and a v2 tree without any; runc makes groups in both.
        return [path for path in sorted(self.root.glob("*")) if path.is_dir() and not path.is_symlink()]

    def _folders(self, name: str) -> list[Path]:
        return [base / name for base in self._hierarchies() if (base / name).is_dir()]

    # --- making -------------------------------------------------------------------------------------------------------

    def _make(self, name: str, controller: str) -> bool:
        if self.kind == "v1":
            return (self.root / controller).is_dir() and _mkdir(self.root / controller / name)
        if controller not in _words(self.root / "cgroup.controllers"):
            return False
        own = self.root / name
        return self._enable(self.root, controller) and _mkdir(own) and self._enable(own, controller)

    def _enable(self, group: Path, controller: str) -> bool:
        """Give children of *group* the controller (v2). Only a group without processes may (cgroup-v2.rst, "No Internal
        Process Constraint"): inside a container the root has some, and they move into a group of their own first."""
        if controller in _words(group / "cgroup.subtree_control"):
            return True
        if _write(group / "cgroup.subtree_control", f"+{controller}"):
            return True
        if group != self.root or not _mkdir(self.root / MOVED):
            return False
        for pid in _pids(group):
            _write(self.root / MOVED / "cgroup.procs", str(pid))
        return _write(group / "cgroup.subtree_control", f"+{controller}")

    def _memory(self, name: str, bounds: Bounds) -> bool:
        folder = self._folder(name, "memory")
        if self.kind == "v2":
            swap = folder / "memory.swap.max"
            _ = not swap.exists() or _write(swap, "0" if bounds.memory else "max")
            return _write(folder / "memory.max", str(bounds.memory) if bounds.memory else "max")
        limit = str(bounds.memory or -1)
        # Old kernels count children only where this is set (memory.rst, "Hierarchy support").
        _write(folder / "memory.use_hierarchy", "1")
        # memory+swap may never be below memory, so which of the two goes first depends on the direction.
        swap = folder / "memory.memsw.limit_in_bytes"
        first = swap.exists() and _write(swap, limit)
        done = _write(folder / "memory.limit_in_bytes", limit)
        return done and (first or not swap.exists() or _write(swap, limit))

    def _pids(self, name: str, bounds: Bounds) -> bool:
        return _write(self._folder(name, "pids") / "pids.max", str(bounds.processes) if bounds.processes else "max")

    def _cpu(self, name: str, bounds: Bounds) -> bool:
        folder, quota = self._folder(name, "cpu"), bounds.millicpus * PERIOD // 1000
        if self.kind == "v2":
            return _write(folder / "cpu.max", f"{quota or 'max'} {PERIOD}")
        period, most = folder / "cpu.cfs_period_us", folder / "cpu.cfs_quota_us"
        return _write(period, str(PERIOD)) and _write(most, str(quota or -1))


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def _pids(group: Path) -> list[int]:
    return [int(word) for word in _words(group / "cgroup.procs")]


def _write(file: Path, text: str) -> bool:
    """A control file refuses a value by an error of the write itself."""
    try:
        with file.open("r+") as control:
            control.write(text)
    except OSError:
        return False
    return True


def _mkdir(folder: Path) -> bool:
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return False
    return True


def _below(folder: Path) -> Iterator[Path]:
    """The group and those below it, the deepest first."""
    for path, folders, _ in os.walk(folder, topdown=False):
        del folders
        yield Path(path)


def _rmdirs(folder: Path) -> None:
    for group in _below(folder):
        with contextlib.suppress(OSError):  # somebody is still in it
            group.rmdir()
