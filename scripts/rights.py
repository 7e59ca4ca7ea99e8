"""Which process of the site runs with which rights: wraps its command and trims its environment. For `supervise`.

Started by root, everything but the supervisor, the engine's holder and what makes base images is confined; started by
anybody else, everything runs as that user, as it is. There is nothing between: what cannot be confined wholly is said.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import users
import varfolder
import views
from clone import PYTHON, ROOT
from confine import Plan
from users import ENGINE_GROUP, NOBODYS_HOME, NoUsers, User, Users
from views import Site

WEB_SIDE = frozenset({"web", "beat"})
ENGINE_SIDE = frozenset({"worker-builds", "worker-short", "gateway", "canary"})
SERVER = "redis"
ROOTS = frozenset({"baseimages"})
"""What makes base images changes root folders and devices, so it has to be root."""
PASSED = ("DRYDOCK_", "DJANGO_", "PYTHON", "LANG", "LC_", "SSL_CERT_", "PG")
"""Beginnings of variables that a confined process is given; of the operator's others it learns nothing."""
PASSED_WHOLE = frozenset({"PATH", "TZ", "NO_COLOR"})
PROBE_WITHIN = 20.0


class NotConfined(Exception):
    """The operator insists on confinement, and it cannot be had. The message is one sentence."""


@dataclass(frozen=True)
class Rights:
    """What the site's processes may. Without *users* all of them run as whoever started them."""

    users: Users | None = None
    strict: bool = False
    """The operator insists: rather nothing than a process with more rights than planned."""

    def confine(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str], site: Site
    ) -> tuple[list[str | Path], dict[str, str]]:
        """Command line and environment of the process *name*. Raises `ValueError` with a sentence."""
        plan = self.plan(name, site)
        if plan is None or self.users is None:
            return list(command), dict(env)
        if plan.uid is None:
            return confined(plan, command), dict(env)
        user = self.users.engine if plan.uid == self.users.engine.uid else self.users.web
        return confined(plan, command), trimmed(env, user)

    def plan(self, name: str, site: Site) -> Plan | None:
        """What `confine` makes of the process; None: nothing."""
        if self.users is None:
            return None
        if name in ENGINE_SIDE:
            plan = views.for_engine(self.users, site)
            return plan if self.strict or views.may_open(plan, site.engine) else views.for_root(site)
        if name in WEB_SIDE:
            return views.for_web(self.users, site)
        if name == SERVER:
            return views.for_redis(self.users, site)
        return views.for_root(site) if name in ROOTS else None

    def complaint(self, site: Site) -> str:
        """One sentence if the engine's users may not open its socket; else nothing."""
        if self.users is None or views.may_open(views.for_engine(self.users, site), site.engine):
            return ""
        socket, name = views.socket_path(site.engine), self.users.engine.name
        so = "there are no builds and no runs" if self.strict else "workers and gateway run as root"
        return f"{name} may not open {socket}, so {so}. To mend it: chgrp {ENGINE_GROUP} {socket}; chmod 660 {socket}"

    def own_private_folder(self, folder: Path) -> None:
        """The folder of the embedded server's socket: the server writes there, the others may pass through."""
        if self.users is not None:
            os.chown(folder, self.users.web.uid, self.users.site)
            folder.chmod(0o710)


def confined(plan: Plan, command: Sequence[str | Path]) -> list[str | Path]:
    """The command line that becomes *command* under the plan."""
    script = ROOT / "scripts" / "confine.py"
    return [sys.executable, "-I", "-S", script, json.dumps(plan), *command]


def trimmed(env: Mapping[str, str], user: User) -> dict[str, str]:
    """Of *env* what concerns the site. Secrets in files that only root can read are read here, by root."""
    kept = {name: value for name, value in env.items() if name in PASSED_WHOLE or name.startswith(PASSED)}
    for name in [name for name in kept if name.startswith("DRYDOCK_") and name.endswith("_FILE") and kept[name]]:
        try:
            kept[name.removesuffix("_FILE")] = Path(kept.pop(name)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise ValueError(f"{name} names {env[name]}, which cannot be read: {why}.") from error
    return {**kept, "HOME": NOBODYS_HOME, "USER": user.name, "LOGNAME": user.name}


def provide(var: Path, env: Mapping[str, str], say: Callable[[str], None], warn: Callable[[str], None]) -> Rights:
    """The rights of this start, with users made and the var folder shared where root starts the site.

    Where that cannot be, all runs as root and *warn* is told why, unless DRYDOCK_REQUIRE_HARDENED says that it must
    not: then `NotConfined` is raised. A user that cannot be meant is `users.WrongUser`.
    """
    if not users.applies():
        return Rights()
    strict = env.get("DRYDOCK_REQUIRE_HARDENED", "").lower() in {"1", "true", "yes", "on"}
    try:
        found = users.provide(say, env)
        varfolder.share(var, found.site)
        probe(Rights(found), Site(var=var, state=Path("/nonexistent")))
    except (NoUsers, OSError, subprocess.SubprocessError) as problem:
        sentence = f"The site's processes cannot have fewer rights than root: {problem}"
        if strict:
            raise NotConfined(f"{sentence} (DRYDOCK_REQUIRE_HARDENED)") from problem
        warn(f"{sentence} They run as root.")
        return Rights()
    return Rights(found, strict)


def probe(rights: Rights, site: Site) -> None:
    """Try it once: our Python, confined as the web process will be, has to start. Raises `NoUsers` with its words."""
    command, env = rights.confine("web", [PYTHON, "-I", "-S", "-c", ""], {}, site)
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PROBE_WITHIN, check=False, cwd="/")
    if done.returncode:
        raise NoUsers((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
