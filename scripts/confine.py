"""Becomes another program with fewer rights: `python3 -I -S confine.py PLAN COMMAND…`, as root. Plans: `views`.

PLAN is JSON, the list of the fields of `Plan`. The process gets a mount namespace of its own whose root holds nothing
but what the plan shows, then loses every capability for good, then becomes the user; the command keeps pid and working
directory. Run with -I, so it imports nothing of ours. It ends with 125 and one sentence when anything of this cannot be
had: never with more rights.
"""

# It runs before every start of a process, and pathlib would double what it costs.
# ruff: noqa: PTH109,PTH112,PTH116,PTH120,PTH102,PTH211

import ctypes
import json
import os
import resource
import signal
import stat
import sys
from collections.abc import Sequence
from typing import NamedTuple

CANNOT = 125
UMASK = 0o007
"""What one user of the site writes, the other can write too, and nobody else can read."""

# mount(2), unshare(2), prctl(2), from the kernel's headers
CLONE_NEWNS = 0x20000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
MS_NOSYMFOLLOW, MS_BIND, MS_REC, MS_SLAVE = 0x100, 0x1000, 0x4000, 0x80000
MNT_DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217, "armv7l": 218}
PR_SET_PDEATHSIG, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 23, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

SCAFFOLD = "/tmp"  # noqa: S108 - only a place that exists everywhere: what is mounted there, nobody else sees
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
HOW = {
    "read": MS_REC | MS_RDONLY | MS_NOSUID | MS_NODEV,
    "look": MS_RDONLY | MS_NOSUID | MS_NODEV,
    "write": MS_REC | MS_NOSUID | MS_NODEV | MS_NOEXEC,
}
"""How a thing is shown. *look* leaves out what is mounted below it, so that we are never why it cannot be unmounted."""
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
LIBC.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
LIBC.syscall.restype = ctypes.c_long


class Plan(NamedTuple):
    """What a process may be and see. Without a *uid* it stays root and sees all."""

    uid: int | None = None
    gid: int = 0
    groups: Sequence[int] = ()
    shown: Sequence[tuple[str, str, str]] = ()
    """(what, where, a word of `HOW`): files and folders that are there, those above before those in them."""
    links: Sequence[tuple[str, str]] = ()
    """(target, where): symbolic links of the root folder, as /bin is one on most machines."""
    hidden: Sequence[str] = ()
    """Folders in what is shown that are empty and cannot be moved away."""
    distrusted: Sequence[str] = ()
    """Folders in which a process that stays root follows no symbolic link: others can write there."""


class Impossible(Exception):
    """One step could not be done; the message says which and why."""


def main(words: Sequence[str]) -> int:
    """Become the command; returns only when that cannot be."""
    parent, here = os.getppid(), os.getcwd()
    plan, command = Plan(*json.loads(words[0])), list(words[1:])
    try:
        own_mounts()
        if plan.uid is None:
            distrust(plan.distrusted)
        else:
            build_view(plan)
            os.chdir(here if os.path.isdir(here) else "/")
            drop_rights(plan)
        end_with(parent)
        os.execv(command[0], command)  # noqa: S606 - this is the point of it
    except (Impossible, OSError) as problem:
        print(f"{problem}", file=sys.stderr)
    return CANNOT


# --- what it sees -------------------------------------------------------------------------------------------------


def own_mounts() -> None:
    """A mount namespace in which we may change things; what the machine unmounts is unmounted here, too."""
    check(LIBC.unshare(CLONE_NEWNS), "A mount namespace")
    mount("none", "/", flags=MS_REC | MS_SLAVE)


def build_view(plan: Plan) -> None:
    """A root folder made of what *plan* shows, in the place of the machine's."""
    sources = [os.open(what, os.O_PATH | os.O_CLOEXEC) for what, _, _ in plan.shown]
    devices = [(name, os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC)) for name in DEVICES]
    mount("drydock", SCAFFOLD, "tmpfs", MS_NOSUID, "mode=0755,size=1m")
    os.chdir(SCAFFOLD)
    for target, where in plan.links:
        os.symlink(target, below(where))
    make_devices(devices)
    make_folder("./proc")
    mount("proc", "./proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2")
    make_folder("./tmp")
    mount("drydock", "./tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=1g")
    for source, (_, where, how) in zip(sources, plan.shown, strict=True):
        show(source, below(where), HOW[how])
    for folder in plan.hidden:
        mount("drydock", below(folder), "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0,size=4k")
    enter()


def show(source: int, where: str, how: int) -> None:
    """Bind one file or folder."""
    folder = stat.S_ISDIR(os.fstat(source).st_mode)
    make_folder(where if folder else os.path.dirname(where))
    if not folder and not os.path.lexists(where):
        os.close(os.open(where, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    mount(f"/proc/self/fd/{source}", where, flags=MS_BIND | (how & MS_REC))
    mount("none", where, flags=MS_BIND | MS_REMOUNT | (how & ~MS_REC))
    os.close(source)


def make_folder(where: str) -> None:
    """The folder and those above it; one that exists and that not everybody may enter is covered by a new one."""
    at = "."
    for name in where.split("/")[1:]:
        at = f"{at}/{name}"
        if not os.path.isdir(at):
            os.mkdir(at, 0o755)
        elif not os.stat(at).st_mode & stat.S_IXOTH:
            mount("drydock", at, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")


def make_devices(devices: Sequence[tuple[str, int]]) -> None:
    """The few devices that a program expects, and shared memory, which a Python pool of processes needs."""
    make_folder("./dev/shm")
    for name, source in devices:
        os.close(os.open(f"./dev/{name}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
        mount(f"/proc/self/fd/{source}", f"./dev/{name}", flags=MS_BIND)
        os.close(source)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"./dev/{name}")
    mount("drydock", "./dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=64m")


def enter() -> None:
    """Make the folder we are in the root, and let go of the machine's (pivot_root(2), NOTES)."""
    number = PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise Impossible(f"A root folder of its own cannot be had: not known how on {os.uname().machine}.")
    check(LIBC.syscall(number, b".", b"."), "A root folder of its own")
    check(LIBC.umount2(b".", MNT_DETACH), "Letting go of the machine's files")
    os.chdir("/")
    mount("none", "/", flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID)


def distrust(folders: Sequence[str]) -> None:
    """Follow no symbolic link in *folders*. A kernel older than 5.10 does not know how, and then they are followed."""
    for folder in folders:
        mount(folder, folder, flags=MS_BIND | MS_REC)
        LIBC.mount(b"none", folder.encode(), None, MS_BIND | MS_REMOUNT | MS_NOSYMFOLLOW | MS_NOSUID | MS_NODEV, None)


def below(where: str) -> str:
    """An absolute path as seen from the folder that is going to be the root."""
    return "." + where


def mount(what: str, where: str, kind: str = "none", flags: int = 0, words: str = "") -> None:
    """mount(2)."""
    done = LIBC.mount(what.encode(), where.encode(), kind.encode(), flags, words.encode())
    check(done, f"A mount at {where.removeprefix('.')}")


# --- what it may --------------------------------------------------------------------------------------------------


def drop_rights(plan: Plan) -> None:
    """Become the user, with these groups and no others, without a capability and without a way to get one."""
    assert plan.uid  # noqa: S101 - the caller has looked
    capability = 0
    while LIBC.prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
        check(LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "Dropping a capability")
        capability += 1
    LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    os.setgroups(list(plan.groups))
    os.setresgid(plan.gid, plan.gid, plan.gid)
    os.setresuid(plan.uid, plan.uid, plan.uid)
    check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "Giving up new privileges")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold secrets
    os.umask(UMASK)


def end_with(parent: int) -> None:
    """SIGTERM when the parent dies: the kernel forgets that wish whenever a process changes its user (prctl(2))."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        raise Impossible("Whoever started this is gone.")


def check(code: int, what: str) -> None:
    """Raise `Impossible` if a call of the C library failed."""
    if code:
        raise Impossible(f"{what} cannot be had: {os.strerror(ctypes.get_errno())}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
