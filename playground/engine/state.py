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
        """Everything of the engine; readable by root and the socket's group only where it matters."""
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
    def data(self) -> Path:
        """Images, layers and containers."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """The engine's run-time files, thrown away with the process. A short path: sockets in it have 107 letters."""
        return Path("/run") / self.cgroup

    @property
    def config(self) -> Path:
        """daemon.json, written anew at each start."""
        return self.root / "daemon.json"

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


def state_dir(env: Mapping[str, str]) -> Path:
    """`DRYDOCK_STATE`, or the usual place for root and for others."""
    named = env.get("DRYDOCK_STATE", "")
    if named:
        return Path(named).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/drydock")
    cache = env.get("XDG_CACHE_HOME", "")
    return (Path(cache) if cache else Path.home() / ".cache") / "drydock"
