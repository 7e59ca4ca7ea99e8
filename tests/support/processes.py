"""Processes of this machine by a word in their command line: those of containers are seen from here, too."""

from pathlib import Path


def count(word: str) -> int:
    """How many live processes have *word* somewhere in their command line."""
    found = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found += word.encode() in (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return found
