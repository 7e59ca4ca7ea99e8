"""Starts a Docker Engine of our own and shares it among its users, or finds another. Called by
`python -m playground.engine`, the launcher of `make run` and the tests; by the web process never.

Ours is the one fit for strangers, so root on Linux prefers it to any that answers; it is stopped when its last user is
gone. An engine that we only found is used in shared engine mode and never stopped.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from playground.engine import daemon_process, daemon_socket, daemon_users
from playground.engine.daemon_install import ENGINE_PACKAGES, WISHED_PACKAGES, InstallFailed, install, missing
from playground.engine.errors import EngineDown
from playground.engine.lab import egress_setup, leftovers, notes
from playground.engine.lab import plan as plans
from playground.engine.limits import BadOverride, limits, parse_overrides
from playground.engine.ping import answers
from playground.engine.state import EnginePaths, state_dir

LOCK_WAIT = 180.0  # an installation by another starter may take this long


@dataclass(frozen=True, slots=True)
class Started:
    """An engine of ours that answers: its address and the outermost process of it."""

    host: str
    pid: int


@dataclass(slots=True)
class Hold:
    """The use of an engine. *ours*: we started it, and giving the last hold back stops it."""

    host: str
    ours: bool
    _use: daemon_users.Use | None = None
    _paths: EnginePaths | None = None

    def give_back(self, log: Callable[[str], None] = lambda line: None) -> None:
        """Say that this process is done with the engine; twice does no harm."""
        use, paths = self._use, self._paths
        self._use = None
        if use is None or paths is None:
            return
        with daemon_users.only_one(paths.lock, wait=LOCK_WAIT):
            use.give_back()
            if not daemon_users.users(paths):
                _stop(paths, log)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.give_back()


def candidates(env: Mapping[str, str]) -> tuple[str, ...]:
    """Where an engine may answer, best first: the operator's choice alone if there is one."""
    if env.get("DRYDOCK_ENGINE"):
        return (env["DRYDOCK_ENGINE"],)
    runtime = env.get("XDG_RUNTIME_DIR", "")
    places = [
        EnginePaths(state_dir(env)).host,
        env.get("DOCKER_HOST", ""),
        "unix:///var/run/docker.sock",
        f"unix://{runtime}/docker.sock" if runtime else "",
        f"unix://{Path.home()}/.docker/run/docker.sock",
    ]
    return tuple(dict.fromkeys(place for place in places if place))


def find(env: Mapping[str, str]) -> str | None:
    """The first address where an engine answers `GET /_ping` within two seconds."""
    return next((host for host in candidates(env) if answers(host)), None)


def acquire(env: Mapping[str, str], log: Callable[[str], None]) -> Hold:
    """The use of an engine: the operator's choice; else ours, started if need be; else one that answers.

    Raises `EngineDown`: what to do.
    """
    paths = EnginePaths(state_dir(env))
    chosen = env.get("DRYDOCK_ENGINE")
    if chosen != paths.host and (chosen or not can_start()):
        return Hold(_found(env), ours=False)
    try:
        return _hold_ours(paths, env, log)
    except EngineDown as down:
        other = None if chosen else find(env)
        if other is None or other == paths.host:
            raise
        log(f"{down.message} So the engine at {other} is used as it is, in shared engine mode.")
        return Hold(other, ours=False)


def _found(env: Mapping[str, str]) -> str:
    host = find(env)
    if host is None and env.get("DRYDOCK_ENGINE"):
        raise EngineDown(f"No Docker Engine answers at {env['DRYDOCK_ENGINE']} (DRYDOCK_ENGINE).")
    if host is None:
        raise EngineDown(_cannot_start(", ".join(candidates(env))))
    return host


def _hold_ours(paths: EnginePaths, env: Mapping[str, str], log: Callable[[str], None]) -> Hold:
    try:
        with daemon_users.only_one(paths.lock, wait=LOCK_WAIT):
            _ensure(paths, env, log)
            return Hold(paths.host, ours=True, _use=daemon_users.join(paths), _paths=paths)
    except daemon_users.Busy as busy:
        raise EngineDown(f"{busy}; if no engine is being started, end that process.") from busy


def start(state: Path, log: Callable[[str], None]) -> Started:
    """Our own engine, kept until `stop`; one that runs is answered. Raises `EngineDown` with one sentence."""
    paths = EnginePaths(state)
    if not can_start():
        raise EngineDown(_cannot_start(paths.host))
    with daemon_users.only_one(paths.lock, wait=LOCK_WAIT):
        process = _ensure(paths, os.environ, log)
        daemon_users.keep(paths)
        return Started(paths.host, process.pid)


def stop(state: Path, log: Callable[[str], None], *, force: bool = False) -> tuple[str, ...]:
    """Stop our engine unless others use it (*force*: even so). Answers those who do; empty: it is stopped."""
    paths = EnginePaths(state)
    if not paths.root.exists():
        return ()
    with daemon_users.only_one(paths.lock, wait=LOCK_WAIT):
        daemon_users.release(paths)
        others = daemon_users.users(paths)
        if others and not force:
            return others
        _stop(paths, log)
        return ()


def status(env: Mapping[str, str]) -> str:
    """Which engine answers, in one sentence for a terminal; of ours also what it bounds and what cannot be had here."""
    host = find(env)
    if host is None:
        return f"No Docker Engine answers; looked at {', '.join(candidates(env))}."
    paths = EnginePaths(state_dir(env))
    if host != paths.host:
        return f"A Docker Engine answers at {host}; it is not ours, so we never stop it."
    with daemon_users.only_one(paths.lock, wait=LOCK_WAIT):
        count = len(daemon_users.users(paths))
    told = notes.read(paths.notes)
    more = notes.lines(told, free=notes.free_room(paths.room)) if told else ()
    return "\n  ".join((f"Our own Docker Engine answers at {host}; {count} use it.", *more))


def can_start() -> bool:
    """Whether this process may start an engine of our own at all."""
    return os.geteuid() == 0 and os.uname().sysname == "Linux"


def _cannot_start(looked: str) -> str:
    return (
        f"No Docker Engine answers ({looked}), and only root on Linux can start one: "
        "start Docker, or set DRYDOCK_ENGINE to the address of an engine."
    )


def _ensure(paths: EnginePaths, env: Mapping[str, str], log: Callable[[str], None]) -> daemon_process.Process:
    process = daemon_process.recorded(paths)
    if process is not None and not answers(paths.host):  # it lives but does not answer: a half-dead one helps nobody
        log("our Docker Engine does not answer; starting it anew")
        daemon_process.stop(paths, process)
        process = None
    overrides = _overrides(env)
    if process is None:
        process = _start(paths, env, overrides, log)
    elif plans.names_ours(overrides):
        daemon_process.apply(paths, limits(overrides))
    if daemon_socket.hand_over(paths.socket):
        shutil.chown(paths.root, group=daemon_socket.GROUP)  # its folder lets in nobody else
    return process


def _overrides(env: Mapping[str, str]) -> dict[str, int]:
    """DRYDOCK_LIMITS. Raises `EngineDown` if it cannot be understood: another value might bound less."""
    try:
        overrides = parse_overrides(env.get("DRYDOCK_LIMITS", ""))
        limits(overrides)
    except BadOverride as bad:
        raise EngineDown(str(bad)) from bad
    return overrides


def _start(
    paths: EnginePaths, env: Mapping[str, str], overrides: Mapping[str, int], log: Callable[[str], None]
) -> daemon_process.Process:
    try:
        install(missing(ENGINE_PACKAGES), log)
        with contextlib.suppress(InstallFailed):  # the engine itself says what it lacks then
            install(missing(WISHED_PACKAGES), log, refresh=False)
        return daemon_process.start(
            paths, group="root", log=log, table=limits(overrides), egress=egress_setup.wanted(env)
        )
    except (RuntimeError, egress_setup.BadSetting, daemon_process.StartFailed) as failed:
        raise EngineDown(str(failed)) from failed


def _stop(paths: EnginePaths, log: Callable[[str], None]) -> None:
    process = daemon_process.recorded(paths)
    if process is None:
        leftovers.tidy(paths)
        return
    daemon_process.stop(paths, process)
    log("our Docker Engine is stopped")
