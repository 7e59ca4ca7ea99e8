"""Shares the var folder between the two users of the site: root does it at every start, before anybody else runs.

Owners stay who they are; the site's group gets what the owner has. SQLite gives its -wal and -shm files the mode of the
database, setgid folders give what is made in them the group, and both users make files that the group may write.
Standard library only.
"""

import os
import stat
from pathlib import Path

from views import OURS_IN_VAR

FOLDER = 0o2770
FILE = 0o660
KEPT = {"secret_key": 0o640, "instance": 0o640}
"""What is made once and then only read."""


def share(var: Path, group: int) -> int:
    """Give *var* and what is in it to *group*. Answers how many files and folders had to be changed.

    Root walks where others could write, so it follows no link and leaves a file with several names alone: one of them
    might be elsewhere. Raises `OSError` where a file system knows no groups.
    """
    var.mkdir(parents=True, exist_ok=True)
    for name in OURS_IN_VAR:
        keep_for_root(var / name)
    changed = 0
    for where, folders, files, here in os.fwalk(var):
        top = where == str(var)
        if top:
            folders[:] = [name for name in folders if name not in OURS_IN_VAR]
        changed += give(here, ".", group, FOLDER)
        for name in files:
            changed += give(here, name, group, KEPT.get(name, FILE) if top else FILE)
    return changed


def keep_for_root(folder: Path) -> None:
    """A folder in which only we write: it has to be there, and be no way to elsewhere."""
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise OSError(f"{folder} is a link; it has to be a folder")


def give(here: int, name: str, group: int, mode: int) -> bool:
    """Set group and mode of one file or folder, if they are others. Links, sockets and the like are left alone."""
    found = os.stat(name, dir_fd=here, follow_symlinks=False)
    if not is_plain(found) or (found.st_gid, stat.S_IMODE(found.st_mode)) == (group, mode):
        return False
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
    try:
        if not is_plain(os.fstat(file)):
            return False
        os.fchown(file, -1, group)
        os.fchmod(file, mode)
    finally:
        os.close(file)
    return True


def is_plain(found: os.stat_result) -> bool:
    """A folder, or a file with one name."""
    return stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)
