"""What the lab engine enforces and what this machine has not got: one small file beside the socket. Written by the
starter and the keeper, read by `daemon.status` and whoever shows it. It says what was set up, not what was proved."""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from playground.engine.limits import amount, bytes_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One piece that cannot be had here: *key* for programs, *sentence* for people."""

    key: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is in force. *storage* "btrfs" or "" (the engine's choice); *quota* "simple", "full" or ""; totals: 0 for
    none; *egress*: where RUN steps find the proxy for package installs, or "".
    """

    storage: str = ""
    quota: str = ""
    remap: int = 0
    firewall: bool = False
    cgroups: str = ""
    memory: int = 0
    millicpus: int = 0
    processes: int = 0
    disk: int = 0
    egress: str = ""
    missing: tuple[Missing, ...] = field(default=())

    def without(self, key: str, sentence: str) -> "Notes":
        """The same, and one piece that is not to be had."""
        return replace(self, missing=(*self.missing, Missing(key=key, sentence=sentence)))


def lines(notes: Notes, *, free: int | None = None) -> tuple[str, ...]:
    """What was set up, a line for each piece, for a terminal. *free*: bytes left on the engine's disk."""
    told = []
    if notes.quota:
        left = "" if free is None else f", {bytes_text(free)} free"
        told.append(f"disk: {bytes_text(notes.disk)} of its own{left}; each layer and container has a quota")
    if notes.remap:
        told.append(f"users: root in a container is user {notes.remap} outside")
    totals = [bytes_text(notes.memory) + " of memory", amount(notes.millicpus, "millicpus")]
    totals.append(amount(notes.processes, "processes"))
    told.append(f"together at most: {', '.join(totals)} (cgroups {notes.cgroups})")
    if notes.firewall:
        told.append("network: no way out, and nothing beside the engine can be reached from a container")
    return (*told, *(f"cannot be had here: {one.sentence}" for one in notes.missing))


def write(file: Path, notes: Notes) -> None:
    """All of it, at once."""
    scratch = file.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(notes), indent=1))
    scratch.chmod(0o644)  # the folder says who may come here
    scratch.replace(file)


def free_room(file: Path) -> int | None:
    """How many bytes are left on the engine's disk; None if nobody has looked."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return int(json.loads(file.read_text())["free"])
    return None


def read(file: Path) -> Notes | None:
    """What was noted; None if there is no engine of ours or its file cannot be read."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        told = json.loads(file.read_text())
        missing: Sequence[dict[str, str]] = told.pop("missing", ())
        return Notes(**told, missing=tuple(Missing(**one) for one in missing))
    return None
