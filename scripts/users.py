"""The users that the site's processes become when root started it: found, or made once. Standard library only.

Two, since processes of one user may trace each other: one for what learners' browsers talk to, one for what talks to
the engine. Used by `rights`, `hold_engine`; docs/adr/0007-least-privilege.md says why.
"""

import contextlib
import grp
import os
import platform
import pwd
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SITE_GROUP = "drydock"
"""May read and write the learners' work; every process of the site has it as its first group."""
ENGINE_GROUP = "drydock-engine"
"""May open our engine's socket."""
WEB_USER, ENGINE_USER = "drydock-web", "drydock-engine"
NOBODYS_HOME = "/nonexistent"
SBIN = ("/usr/sbin", "/sbin", "/usr/local/sbin")


class NoUsers(Exception):
    """There cannot be users of the site's own on this machine; the message is one sentence that says why."""


class WrongUser(ValueError):
    """The operator named a user that cannot be meant; the message is one sentence."""


@dataclass(frozen=True)
class User:
    """A name and its number."""

    name: str
    uid: int


@dataclass(frozen=True)
class Users:
    """Who the site's processes are. *site*, *socket*: the numbers of the two groups."""

    web: User
    engine: User
    site: int
    socket: int


def wanted(env: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """The names of the two users: `DRYDOCK_WEB_USER`, `DRYDOCK_ENGINE_USER`, or ours."""
    return env.get("DRYDOCK_WEB_USER") or WEB_USER, env.get("DRYDOCK_ENGINE_USER") or ENGINE_USER


def applies() -> bool:
    """Whether there is anything to drop: root on Linux. Everybody else runs all processes as themselves."""
    return os.geteuid() == 0 and platform.system() == "Linux"


def provide(say: Callable[[str], None], env: Mapping[str, str] = os.environ) -> Users:
    """Both users and both groups, made if they are ours and not there. Raises `NoUsers`, `WrongUser`."""
    web, engine = wanted(env)
    if web == engine:
        raise WrongUser(f"DRYDOCK_WEB_USER and DRYDOCK_ENGINE_USER are both {web}; they have to be two users.")
    groups = provide_groups(say)
    found = Users(
        web=provide_user(web, say, env_name="DRYDOCK_WEB_USER"),
        engine=provide_user(engine, say, env_name="DRYDOCK_ENGINE_USER"),
        site=groups[SITE_GROUP],
        socket=groups[ENGINE_GROUP],
    )
    if found.web.uid == found.engine.uid:
        raise WrongUser(f"{web} and {engine} have the same number ({found.web.uid}); they have to be two users.")
    return found


def provide_groups(say: Callable[[str], None]) -> dict[str, int]:
    """The numbers of our groups by name, made if they are not there."""
    for name in (SITE_GROUP, ENGINE_GROUP):
        if gid_of(name) is None:
            make(["groupadd", "--system", name], lambda name=name: gid_of(name) is not None)  # type: ignore[misc]
            say(f"  made the group {name}")
    return {name: grp.getgrnam(name).gr_gid for name in (SITE_GROUP, ENGINE_GROUP)}


def provide_user(name: str, say: Callable[[str], None], *, env_name: str) -> User:
    """The user; one of ours is made if it is not there."""
    found = user_of(name)
    if found is None and name not in {WEB_USER, ENGINE_USER}:
        raise WrongUser(f"{env_name} is {name}, and there is no such user here: make one, or leave {env_name} out.")
    if found is None:
        groups = ["--groups", ENGINE_GROUP] if name == ENGINE_USER else []
        shell = shutil.which("nologin", path=os.pathsep.join(SBIN)) or "/bin/false"
        make(
            ["useradd", "--system", "--no-create-home", "--home-dir", NOBODYS_HOME, "--shell", shell,
             "--gid", SITE_GROUP, *groups, name],
            lambda: user_of(name) is not None,
        )  # fmt: skip
        say(f"  made the user {name}")
        found = user_of(name)
    if found is None or found.uid == 0:
        raise WrongUser(f"{env_name} is {name}, who is root; name a user with fewer rights, or leave {env_name} out.")
    return found


def make(command: Sequence[str], made: Callable[[], bool]) -> None:
    """Run groupadd or useradd; that another start was first is as good. Raises `NoUsers`."""
    program = shutil.which(command[0], path=os.pathsep.join((os.environ.get("PATH", ""), *SBIN)))
    if program is None:
        raise NoUsers(f"there is no {command[0]} on this machine to make {command[-1]} with")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if not made():
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise NoUsers(f"{command[0]} could not make {command[-1]} ({said})")


def gid_of(group: str) -> int | None:
    """The group's number."""
    with contextlib.suppress(KeyError):
        return grp.getgrnam(group).gr_gid
    return None


def user_of(name: str) -> User | None:
    """The user of that name."""
    with contextlib.suppress(KeyError):
        return User(name, pwd.getpwnam(name).pw_uid)
    return None
