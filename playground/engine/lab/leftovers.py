"""What an engine leaves on the machine, and how it is removed: by whichever of its outer processes is left, and by the
next starter."""

import os
import shutil
import subprocess

from playground.engine.daemon_install import which
from playground.engine.lab.cgroups import Tree
from playground.engine.state import EnginePaths


def tidy(paths: EnginePaths) -> bool:
    """End a dead engine's processes; remove its cgroups, run-time files, socket and record. Whether that worked."""
    gone = Tree().remove(paths.cgroup, paths.daemon_cgroup)
    if os.path.ismount(paths.mounted):  # it never is, outside the engine's mount namespace
        subprocess.run([which("umount") or "umount", "--lazy", str(paths.mounted)], check=False, capture_output=True)
    else:
        shutil.rmtree(paths.run, ignore_errors=True)
    for file in (paths.socket, paths.notes, paths.room, paths.plan, paths.record):
        file.unlink(missing_ok=True)
    return gone
