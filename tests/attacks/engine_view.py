"""The engine as an operator sees it, beside the port: pings, what exists on it, its processes, its disk."""

import http.client
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.engine.labels import OWNER
from playground.engine.ping import connection
from tests.support.stack import descendants

PING_WITHIN = 20.0
ENGINES_OWN = frozenset(
    {"dockerd", "containerd", "containerd-shim", "containerd-shim-runc-v2", "runc", "runc:[2:INIT]"}
)


@dataclass(frozen=True, slots=True)
class Things:
    """What exists: ids or names of objects, processes beside the engine's own, and bytes used on its own disk."""

    containers: frozenset[str]
    images: frozenset[str]
    networks: frozenset[str]
    volumes: frozenset[str]
    processes: frozenset[str]
    disk: int

    def grown_since(self, before: "Things", *, slack: int) -> dict[str, object]:
        """What is here and was not *before*; empty if nothing. The disk may have *slack* bytes more."""
        kinds = ("containers", "images", "networks", "volumes", "processes")
        new: dict[str, object] = {
            kind: sorted(found) for kind in kinds if (found := getattr(self, kind) - getattr(before, kind))
        }
        if self.disk > before.disk + slack:
            new["disk"] = f"{(self.disk - before.disk) >> 20} MiB more"
        return new


class EngineView:
    """The engine that listens at *host* (unix://…)."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.path = host.removeprefix("unix://")
        self.about: dict[str, Any] = self.get("/info")

    def get(self, path: str, *, method: str = "GET", timeout: float = 60.0) -> Any:
        """One call, its JSON."""
        asked = connection(self.host, timeout=timeout)
        try:
            asked.request(method, path)
            return json.loads(asked.getresponse().read() or b"null")
        finally:
            asked.close()

    def ping(self) -> float:
        """Seconds until /_ping has answered; all of the time allowed if it does not."""
        asked = connection(self.host, timeout=PING_WITHIN)
        began = time.monotonic()
        try:
            asked.request("GET", "/_ping")
            asked.getresponse().read()
        except (OSError, http.client.HTTPException):
            return max(PING_WITHIN, time.monotonic() - began)
        finally:
            asked.close()
        return time.monotonic() - began

    @property
    def hardened(self) -> bool:
        """Whether attacks that only the lab engine stops may be tried: they would hurt the machine elsewhere.

        From what the engine says, and only for this choice; that the limits hold is what the tests then show.
        """
        users = any("name=userns" in option for option in self.about.get("SecurityOptions") or ())
        return users and self.about["Driver"] == "btrfs"

    @property
    def pid(self) -> int:
        """The outermost process of an engine that was started for us; 0 for one that we only found."""
        folder = Path(self.path).parent
        try:
            return int(json.loads((folder / "engine.json").read_text())["pid"])
        except (OSError, ValueError, KeyError):
            return min(mentioning(f"{folder}/daemon.json"), default=0)

    def processes(self) -> dict[int, str]:
        """Every process that the engine has started for somebody: pid → command."""
        found: dict[int, str] = {}
        for pid in descendants(self.pid) if self.pid else ():
            try:
                found[pid] = Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                continue
        own = {name[:15] for name in ENGINES_OWN}
        return {pid: name for pid, name in found.items() if name not in own}

    def daemon(self) -> int:
        """The pid of dockerd itself, seen from here; 0 if it is not ours."""
        for pid in descendants(self.pid) if self.pid else ():
            try:
                if Path(f"/proc/{pid}/comm").read_text().strip() == "dockerd":
                    return pid
            except OSError:
                continue
        return 0

    def disk_used(self) -> int:
        """Bytes used on the engine's file system if it has one of its own, else what it says of its layers."""
        root = Path(f"/proc/{self.daemon() or 'self'}/root{self.about['DockerRootDir']}")
        try:
            own = root.stat().st_dev != Path("/").stat().st_dev
        except OSError:
            own = False
        if own:
            told = os.statvfs(root)
            return (told.f_blocks - told.f_bfree) * told.f_frsize
        return int(self.get("/system/df")["LayersSize"])

    def empty_cache(self) -> None:
        """Throw the build cache away, which the engine by itself does at 4 GB."""
        self.get("/build/prune?all=1", method="POST")

    def things(self, *, but: str = "", networks: Collection[str] = ()) -> Things:
        """What exists now, without what belongs to the learner *but*, and without those *networks*."""

        def foreign(one: Mapping[str, Any]) -> bool:
            return not but or (one.get("Labels") or {}).get(OWNER) != but

        return Things(
            containers=frozenset(one["Id"][:12] for one in self.get("/containers/json?all=1") if foreign(one)),
            images=frozenset(
                f"{name}"
                for one in self.get("/images/json")
                if foreign(one)
                for name in one["RepoTags"] or (one["Id"],)
            ),
            networks=frozenset(one["Name"] for one in self.get("/networks") if foreign(one)) - frozenset(networks),
            volumes=frozenset(one["Name"] for one in self.get("/volumes")["Volumes"] or ()),
            processes=frozenset(f"{pid} {name}" for pid, name in self.processes().items()),
            disk=self.disk_used(),
        )


def mentioning(word: str) -> Iterator[int]:
    """Processes with *word* in their command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if word.encode() in (entry / "cmdline").read_bytes():
                    yield int(entry.name)
            except OSError:
                continue
