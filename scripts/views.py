"""What each process of the site is shown of the machine, and as whom it runs: the plans that `confine` carries out.

Nothing is done here; the machine is only looked at. A process sees programs, the code of this clone, the learners' work
and the sockets it talks through. docs/settings.md has the list for operators. Standard library only.
"""

import grp
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from clone import PYTHON, ROOT, VENV
from confine import Plan
from users import Users

sys.path.insert(0, str(ROOT))

from playground.engine import installations

TOP = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Beside /usr, where programs are; links into it on most machines."""
ETC = (
    "alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "gai.conf", "group", "host.conf",
    "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "mime.types", "nsswitch.conf",
    "os-release", "passwd", "pki", "protocols", "resolv.conf", "services", "ssl", "timezone",
)  # fmt: skip
"""What the C library and Python read to find names, time, certificates and libraries."""
CODE = ("manage.py", "playground", "templates", "static", ".venv")
"""What of the clone runs. The rest (history, tests, what else lies there) is nobody's business at run time."""
OURS_IN_VAR = ("run", "log", "stamps")
"""What root writes in the var folder. Hidden from the others, so that they can neither read nor replace it."""

POSTGRES = "/var/run/postgresql"
"""Where its clients look for it on Debian when nothing is said."""

Shown = tuple[str, str, str]


@dataclass(frozen=True)
class Site:
    """Where the things are that a process may need: folders, and the addresses of Redis and the engine."""

    var: Path
    state: Path
    private: Path | None = None
    redis: str = ""
    engine: str = ""


def for_web(users: Users, site: Site, env: Mapping[str, str] = os.environ) -> Plan:
    """Web and beat: nothing of the engine's, not even its folder."""
    redis = socket_path(site.redis)
    shown = [*programs(env), *code(), work(site), *folder_of(redis), *folders_of_databases(env)]
    return plan(users.web.uid, users.site, groups_of(redis, users), shown, hidden=hidden(site))


def for_engine(users: Users, site: Site, env: Mapping[str, str] = os.environ) -> Plan:
    """Workers, gateway and canary: also the engine's socket, by the group that may open it, and the notes beside it."""
    redis, engine = socket_path(site.redis), socket_path(site.engine)
    notes = str(installations.folder(site.state))
    state = [(str(site.state), str(site.state), "look"), (notes, notes, "write")]
    sockets = [*folder_of(redis), *folder_of(engine), *folders_of_databases(env)]
    shown = [*programs(env), *code(), work(site), *state, *sockets]
    groups = {users.socket, *groups_of(redis, users), *groups_of_engine(engine, site.state)}
    return plan(users.engine.uid, users.site, groups, shown, hidden=hidden(site))


def for_redis(users: Users, site: Site, env: Mapping[str, str] = os.environ) -> Plan:
    """The embedded server: its program and the folder of its socket."""
    private = str(site.private)
    shown = [*programs(env), (str(VENV), str(VENV), "read"), (private, private, "write")]
    return plan(users.web.uid, users.site, (), shown)


def for_root(site: Site) -> Plan:
    """What has to stay root, but reads where others can write."""
    return Plan(distrusted=[str(site.var)])


def plan(uid: int, gid: int, groups: Iterable[int], shown: Iterable[Shown], *, hidden: Iterable[str] = ()) -> Plan:
    """A plan of things that are there, those above before those in them, each place once."""
    places = {where: (os.path.realpath(what), where, how) for what, where, how in shown if Path(what).exists()}
    in_order = [places[where] for where in sorted(places, key=lambda where: Path(where).parts)]
    return Plan(uid=uid, gid=gid, groups=sorted(set(groups)), shown=in_order, links=links(), hidden=list(hidden))


# --- what there is ------------------------------------------------------------------------------------------------


def programs(env: Mapping[str, str]) -> Iterator[Shown]:
    """Programs and libraries, what they are set up by, the Python of .venv, and what the operator adds."""
    yield "/usr", "/usr", "read"
    yield from ((f"/{name}", f"/{name}", "read") for name in TOP if not Path(f"/{name}").is_symlink())
    yield from ((f"/etc/{name}", f"/etc/{name}", "read") for name in ETC)
    yield from ((str(place), str(place), "read") for place in python_places())
    for place in filter(None, env.get("DRYDOCK_VISIBLE", "").split(os.pathsep)):
        yield place, place, "read"


def python_places(python: Path = PYTHON) -> Iterator[Path]:
    """The folder of each Python on the way from .venv/bin/python to the real one, which may be in somebody's home."""
    while python.is_symlink():
        python = Path(os.path.normpath(python.parent / python.readlink()))
        folder = python.parent.parent
        if folder != Path("/") and not any(folder.is_relative_to(known) for known in ("/usr", VENV)):
            yield folder


def links() -> list[tuple[str, str]]:
    """The links of the root folder, such as /bin."""
    return [(os.readlink(f"/{name}"), f"/{name}") for name in TOP if Path(f"/{name}").is_symlink()]  # noqa: PTH115


def code() -> Iterator[Shown]:
    """This clone's code."""
    yield from ((str(ROOT / name), str(ROOT / name), "read") for name in CODE)


def work(site: Site) -> Shown:
    """The learners' work."""
    return str(site.var), str(site.var), "write"


def hidden(site: Site) -> list[str]:
    """What is root's in it."""
    return [str(site.var / name) for name in OURS_IN_VAR]


def folder_of(socket: Path | None) -> Iterator[Shown]:
    """The folder of a socket: who listens there may come back with another one of that name."""
    if socket is not None:
        yield str(socket.parent), str(socket.parent), "look"


def folders_of_databases(env: Mapping[str, str]) -> Iterator[Shown]:
    """The folders of PostgreSQL's sockets, where the site's databases are on this machine."""
    for url in filter(None, (env.get(name, "") for name in ("DRYDOCK_DATABASE", "DRYDOCK_DATABASE_EVENTS"))):
        parts = urlsplit(url)
        host = parse_qs(parts.query).get("host", [parts.hostname or POSTGRES])[-1]
        if host.startswith("/"):
            yield host, host, "look"


# --- who may open what --------------------------------------------------------------------------------------------


def socket_path(address: str) -> Path | None:
    """Of `unix:///path/to.sock`; None for an address that is none of a socket."""
    parts = urlsplit(address)
    return Path(parts.path) if parts.scheme == "unix" and parts.path else None


def groups_of(socket: Path | None, users: Users) -> set[int]:
    """The group that may open a server's socket, unless that is root's or the engine's: those are not for everybody."""
    return group_of(socket) - {0, users.site, users.socket}


def groups_of_engine(socket: Path | None, state: Path) -> set[int]:
    """The same for an engine's: whoever may talk to it can do what root can, so root's group adds nothing to that.

    For a socket that is not there yet, and none of our own engine's: the group that Docker gives it by default.
    """
    if socket is None or socket.exists() or socket.is_relative_to(state):
        return group_of(socket)
    try:
        return {grp.getgrnam("docker").gr_gid}
    except KeyError:
        return set()


def group_of(socket: Path | None) -> set[int]:
    """The number of the group that may connect to it, if there is one."""
    try:
        found = socket.stat() if socket else None
    except OSError:
        return set()
    return {found.st_gid} if found and found.st_mode & stat.S_IWGRP else set()


def may_open(identity: Plan, address: str) -> bool:
    """Whether that process can connect to the address. What is not there, or is no socket, is none of our refusals."""
    socket = socket_path(address)
    if socket is None or not socket.exists():
        return True
    return allows(identity, socket.parent, stat.S_IXOTH) and allows(identity, socket, stat.S_IWOTH)


def allows(identity: Plan, path: Path, right: int) -> bool:
    """Whether the mode of *path* gives the process a right, written as others' bit of it (path_resolution(7))."""
    found = path.stat()
    if found.st_uid == identity.uid:
        return bool(found.st_mode & right << 6)
    in_group = found.st_gid in {identity.gid, *identity.groups}
    return bool(found.st_mode & (right << 3 if in_group else right))
