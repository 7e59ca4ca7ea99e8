"""Which installations of Drydock use the engines of this machine, so that what a deleted clone left can be told apart.

Each running one leaves a note under the state directory every half minute: its id (`VAR/instance`) and where its var
folder is. It lives while that folder holds that id, or has been heard of a moment ago. One that has no note is unknown:
it may be another user's, so nothing is concluded from that.
"""

import contextlib
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.engine.daemon_socket import GROUP

Life = Literal["lives", "gone", "unknown"]
JUST_NOW = 600.0
"""Seconds: a var folder may be on a disk that is away for a moment, or in another container."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation as its note has it: the var folder ('' without a note) and when it was last heard of."""

    instance: str
    life: Life
    var: str = ""
    seen: float = 0.0


def folder(state: Path) -> Path:
    """Where the notes are."""
    return state / "installations"


def open_for_users(state: Path) -> None:
    """Make that folder, open for the workers where they are users of their own. Called by root before they start."""
    folder(state).mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(LookupError, PermissionError):
        shutil.chown(folder(state), group=GROUP)
        folder(state).chmod(0o775)


def note(state: Path, instance: str, var: Path) -> None:
    """This installation runs. Raises `OSError` where nothing can be written."""
    folder(state).mkdir(parents=True, exist_ok=True)
    scratch = folder(state) / f".{instance}.{os.getpid()}"
    scratch.write_text(json.dumps({"var": str(var), "seen": time.time()}))
    scratch.replace(folder(state) / f"{instance}.json")


def look(state: Path, instance: str) -> Installation:
    """What is known of *instance*."""
    try:
        told = json.loads((folder(state) / f"{instance}.json").read_text())
        var, seen = str(told["var"]), float(told["seen"])
    except (OSError, ValueError, KeyError, TypeError):
        return Installation(instance, "unknown")
    return Installation(instance, "lives" if _lives(instance, Path(var), seen) else "gone", var, seen)


def forget(state: Path, instance: str) -> None:
    """Nothing of it is left."""
    (folder(state) / f"{instance}.json").unlink(missing_ok=True)


def _lives(instance: str, var: Path, seen: float) -> bool:
    if time.time() - seen < JUST_NOW:
        return True
    try:
        return (var / "instance").read_text(encoding="utf-8").strip() == instance
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, UnicodeDecodeError):  # it is there, and not ours to read
        return True
