"""Remembers what a step was made from, so that a second run does it only when that has changed. Used by `bootstrap`."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from clone import ROOT


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A hash of the files (folders are walked) and words a step is made from. What is not there counts as such."""
    total = hashlib.sha256()
    for word in (str(ROOT), *words):
        total.update(word.encode() + b"\0")
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            content = file.read_bytes() if file.is_file() else b"-"
            total.update(str(file).encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()


def is_current(folder: Path, name: str, value: str) -> bool:
    """Whether step *name* was last done from exactly this."""
    try:
        return (folder / name).read_text() == value
    except OSError:
        return False


def put(folder: Path, name: str, value: str) -> None:
    """Note that step *name* was done."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(value)


def drop(folder: Path, name: str) -> None:
    """Forget it, before the step is begun: a step that is cut off half-way is done again."""
    (folder / name).unlink(missing_ok=True)
