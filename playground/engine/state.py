"""Where the engine's own files live: the one place that names a path. Called by `daemon`, `base_images`, `__main__`.

The directory lies outside the clone, so that two clones share one engine and one cache of base images.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EnginePaths:
    """The files of the engine that we start ourselves, under one state directory."""

    state: Path

    @property
    def root(self) -> Path:
        """Everything of the engine; only root and the socket's group come in."""
        return self.state / "engine"

    @property
    def socket(self) -> Path:
        """Where the engine listens."""
        return self.root / "docker.sock"

    @property
    def host(self) -> str:
        """The socket as Docker's clients write it."""
        return f"unix://{self.socket}"

    @property
    def disk(self) -> Path:
        """The file that is the engine's disk: images, layers and containers. Kept over restarts."""
        return self.root / "disk.img"

    @property
    def data(self) -> Path:
        """The same as a plain folder, where the engine can have no disk of its own."""
        return self.root / "data"

    @property
    def mounted(self) -> Path:
        """Where the engine sees either of them; empty for everybody outside its mount namespace. Others may not pass
        `root`, but the users of containers have to pass this one's folders, so it lies in `run`."""
        return self.run / "data"

    @property
    def run(self) -> Path:
        """The engine's run-time files, thrown away with the process. A short path: sockets in it have 107 letters."""
        return Path("/run") / self.cgroup

    @property
    def config(self) -> Path:
        """daemon.json, written anew at each start."""
        return self.root / "daemon.json"

    @property
    def plan(self) -> Path:
        """What the starter decided, for the engine's first processes."""
        return self.root / "plan.json"

    @property
    def notes(self) -> Path:
        """What the engine enforces and what this machine has not got (`lab.notes`)."""
        return self.root / "notes.json"

    @property
    def room(self) -> Path:
        """How full the engine's disk is, in bytes: `{"total": …, "free": …}`, looked at every few seconds."""
        return self.root / "room.json"

    @property
    def limits(self) -> Path:
        """The limits of a step and a container, as the shim reads them each time."""
        return self.run / "limits.json"

    @property
    def log(self) -> Path:
        """What the engine itself prints."""
        return self.root / "dockerd.log"

    @property
    def record(self) -> Path:
        """Which process is our engine (pid and the moment it started)."""
        return self.root / "engine.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the engine."""
        return self.root / "lock"

    @property
    def users(self) -> Path:
        """One locked file for each process that uses the engine."""
        return self.root / "users"

    @property
    def images(self) -> Path:
        """The cache of base image archives."""
        return self.state / "images"

    @property
    def cgroup(self) -> str:
        """The parent cgroup of all that our engine runs: its own for each state directory."""
        return "drydock-" + hashlib.sha256(str(self.state).encode()).hexdigest()[:8]

    @property
    def daemon_cgroup(self) -> str:
        """The cgroup of the engine itself."""
        return f"{self.cgroup}-daemon"


def state_dir(env: Mapping[str, str]) -> Path:
    """`DRYDOCK_STATE`, or the usual place for root and for others."""
    named = env.get("DRYDOCK_STATE", "")
    if named:
        return Path(named).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/drydock")
    cache = env.get("XDG_CACHE_HOME", "")
    return (Path(cache) if cache else Path.home() / ".cache") / "drydock"
