"""Root in a container is nobody outside (user_namespaces(7)): which ids its users have, and where dockerd reads them.

dockerd looks names up in /etc; it is shown private copies there, so that the machine's own files stay as they are.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from playground.engine.daemon_install import which

NAME = "drydock-remap"
COUNT = 65536
# systemd's docs/UIDS-GIDS.md leaves this range unused, and useradd(8) gives out sub-ids below it (SUB_UID_MAX).
FIRST, SLOTS = 0x70000000, 4000
ID = 65533  # of the name itself: nobody runs under it
FILES = ("passwd", "group", "subuid", "subgid")


def first_id(name: str) -> int:
    """The machine's id of a container's root; the same for the same engine at every start, another's is another."""
    return FIRST + int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % SLOTS * COUNT


def possible() -> bool:
    """Whether this kernel gives out user namespaces."""
    most = Path("/proc/sys/user/max_user_namespaces")
    try:
        return Path("/proc/self/ns/user").exists() and int(most.read_text()) > 0
    except (OSError, ValueError):
        return False


def write_copies(folder: Path, first: int, *, etc: Path = Path("/etc")) -> None:
    """Copies of the four files with our name in each."""
    folder.mkdir(mode=0o755, exist_ok=True)
    own = {
        "passwd": f"{NAME}:x:{ID}:{ID}::/:/usr/sbin/nologin\n",
        "group": f"{NAME}:x:{ID}:\n",
        "subuid": f"{NAME}:{first}:{COUNT}\n",
        "subgid": f"{NAME}:{first}:{COUNT}\n",
    }
    for name in FILES:
        there = (etc / name).read_text() if (etc / name).exists() else ""
        kept = "".join(line for line in there.splitlines(keepends=True) if not line.startswith(f"{NAME}:"))
        (folder / name).write_text(kept + own[name])


def show_copies(folder: Path) -> None:
    """Lay the copies over /etc in this mount namespace. Raises `OSError` or `CalledProcessError`."""
    if all((Path("/etc") / name).exists() for name in FILES):
        for name in FILES:
            _mount("--bind", str(folder / name), f"/etc/{name}")
        return
    # A file that is not there cannot be covered: then /etc as a whole gets a private upper side, in memory.
    side = folder.parent / "etc-side"
    side.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", "mode=0755", "drydock", str(side))
    for part in ("upper", "work"):
        (side / part).mkdir()
    _mount("-t", "overlay", "-o", f"lowerdir=/etc,upperdir={side}/upper,workdir={side}/work", "overlay", "/etc")
    for name in FILES:
        shutil.copy(folder / name, f"/etc/{name}")


def _mount(*words: str) -> None:
    subprocess.run([which("mount") or "mount", *words], check=True, capture_output=True, text=True)
