"""docker-compose.yml, built from images made of Debian's packages and started on an engine that can pull nothing: the
first minute on PostgreSQL, who sees the engine, what is open to whom, and that nothing remains.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import bundle
import clone
import compose
from playground.engine import daemon_install
from tests.support import plain_engine
from tests.support.fresh_clone import copy_to
from tests.support.plain_engine import PlainEngine
from tests.support.stack import free_port
from tests.support.wait import until

PROJECT = "drydocktest"
NEAR_ENGINE = {"worker-builds", "worker-short", "worker-images", "worker-canary", "gateway"}
FAR = {"web", "beat", "redis", "postgres"}
RUNNING = (NEAR_ENGINE - {"worker-images"}) | FAR | {"engine"}
UP_WITHIN = 300.0


@dataclass
class Site:
    """The compose project that runs, as its operator would handle it."""

    engine: PlainEngine
    folder: Path
    env: dict[str, str]
    url: str

    def compose(self, *words: str) -> subprocess.CompletedProcess[str]:
        """docker compose, with what it said."""
        command = [*compose.compose_program(), "-p", PROJECT, *words]
        return subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)

    def docker(self, *words: str) -> str:
        """docker, which must succeed."""
        done = subprocess.run(["docker", *words], env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine says of the container of every service."""
        ids = self.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}").split()
        told = json.loads(self.docker("inspect", *ids)) if ids else []
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in told}

    def inside(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run something where the site's port is open."""
        return subprocess.run(
            self.engine.inside(command), cwd=clone.ROOT, env=self.env, capture_output=True, text=True, check=False
        )

    def in_container(self, service: str, code: str) -> str:
        """What a line of Python says in a service's container."""
        python = "python3" if service == "engine" else "python"
        return self.docker("exec", self.containers()[service]["Id"], python, "-c", code).strip()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole, up; taken down at the end, and then nothing may remain."""
    daemon_install.install(daemon_install.missing({"docker-compose": "docker-compose", "docker": "docker.io"}), print)
    folder = copy_to(tmp_path_factory.mktemp("compose") / "clone")
    shutil.copytree(clone.MANIFEST.parent, folder / "static" / "dist")
    wheels = tmp_path_factory.mktemp("wheels") / "all"
    bundle.wheels(wheels)
    shutil.copytree(wheels, folder / "docker" / "wheels", dirs_exist_ok=True)
    with plain_engine.running() as engine:
        port = free_port()
        env = {**os.environ, **compose.STANDS_ON, "DOCKER_HOST": engine.host, "DRYDOCK_PORT": str(port)}
        env |= {
            "COMPOSE_DOCKER_CLI_BUILD": "0",
            "DOCKER_BUILDKIT": "0",
        }  # nothing here needs more than an old engine has
        env |= {"DRYDOCK_IMAGES": str(compose.cache()), "DRYDOCK_SECRETS": str(folder / "docker" / "secrets")}
        env |= {"COMPOSE_PROJECT_NAME": PROJECT, "DRYDOCK_LIMITS": "engine.disk=4294967296"}
        running = Site(engine, folder, env, f"http://localhost:{port}")
        try:
            started(running)
            yield running
        finally:
            down = running.compose("down", "-v", "--timeout", "30")
        assert down.returncode == 0, down.stderr
        check_nothing_remains(running)


def started(site: Site) -> None:
    """Bases, secrets, images, containers."""
    began = time.monotonic()
    for step in ("bases", "secrets"):
        done = subprocess.run(
            [sys.executable, "scripts/compose.py", step], cwd=site.folder, env=site.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    built = site.compose("build")
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    print(f"{compose.compose_program()}: bases and images after {time.monotonic() - began:.0f} s")  # noqa: T201
    began = time.monotonic()
    up = site.compose("up", "-d", "--no-build")
    assert up.returncode == 0, up.stdout[-2000:] + up.stderr[-4000:] + site.compose("logs", "--tail", "20").stdout
    until(lambda: all_healthy(site), seconds=UP_WITHIN, what="every service is healthy", every=1.0)
    print(f"every service is up and healthy after {time.monotonic() - began:.0f} s")  # noqa: T201
    until(lambda: has_imported(site), seconds=UP_WITHIN, what="the base images are imported", every=1.0)
    print(f"every base image is in the lab engine after {time.monotonic() - began:.0f} s")  # noqa: T201


def has_imported(site: Site) -> bool:
    """Whether the base images are all in the engine: until then it has other work than the first visitor's."""
    state = site.containers()["worker-images"]["State"]
    assert state["Running"] or state["ExitCode"] == 0, site.compose("logs", "worker-images").stdout[-3000:]
    return not state["Running"]


def all_healthy(site: Site) -> bool:
    """Whether all that should run does, and what has a check passes it."""
    states = {name: one["State"] for name, one in site.containers().items()}
    healthy = {
        name for name, state in states.items() if state.get("Health", {"Status": "healthy"})["Status"] == "healthy"
    }
    return {name for name in healthy if states[name]["Running"]} >= RUNNING


def test_the_first_minute_works_on_postgresql(site: Site) -> None:
    done = site.inside([sys.executable, "-m", "tests.support.story", site.url])
    assert done.returncode == 0, done.stderr[-3000:] + site.compose("logs", "--tail", "40").stdout
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"the first minute: {told}")  # noqa: T201
    assert told["seconds"] < 60
    vendor = "import django; django.setup(); from django.db import connections as c; "
    vendor += (
        "print([c[a].vendor for a in c], c['default'].cursor().execute('select count(*) from builds_build').fetchone())"
    )
    assert site.in_container("web", vendor).startswith("['postgresql', 'postgresql'] (")


def test_the_engine_is_the_lab_engine(site: Site) -> None:
    notes = site.in_container("engine", "print(open('/var/lib/drydock/engine/notes.json').read())")
    print(f"the lab engine in its container says: {notes}")  # noqa: T201
    info = json.loads(site.in_container("engine", ASK_INFO))
    assert info["ID"] != json.loads(site.docker("info", "--format", "{{json .}}"))["ID"], "not the engine we run on"


ASK_INFO = """
import http.client, socket
class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/var/lib/drydock/engine/docker.sock")
asked = Local("localhost")
asked.request("GET", "/info")
print(asked.getresponse().read().decode())
"""
OPENS = (
    "import socket; s = socket.socket(socket.AF_UNIX); s.connect('/var/lib/drydock/engine/docker.sock'); print('open')"
)


def test_only_workers_and_gateway_reach_the_engine(site: Site) -> None:
    containers = site.containers()
    seen = {
        name for name, one in containers.items() if any("engine" in mount["Destination"] for mount in one["Mounts"])
    }
    assert seen == NEAR_ENGINE | {"engine"}
    assert site.in_container("gateway", OPENS) == "open"
    for far in ("web", "beat"):
        with pytest.raises(subprocess.CalledProcessError):
            site.in_container(far, OPENS)


def test_nothing_but_the_engine_is_privileged_and_all_else_is_bound(site: Site) -> None:
    for name, one in site.containers().items():
        host, config = one["HostConfig"], one["Config"]
        assert host["Privileged"] == (name == "engine"), name
        if name == "engine":
            assert host["NetworkMode"] == "none"
            continue
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert config["User"] not in {"", "root", "0"}, name
        assert ("10002" in (host["GroupAdd"] or [])) == (name in NEAR_ENGINE), name


def test_one_port_is_open_and_to_this_machine_only(site: Site) -> None:
    open_to = {
        (name, binding["HostIp"])
        for name, one in site.containers().items()
        for bindings in (one["HostConfig"]["PortBindings"] or {}).values()
        for binding in bindings
    }
    assert open_to == {("web", "127.0.0.1")}


def test_no_secret_stands_in_an_environment_or_a_command(site: Site) -> None:
    folder = Path(site.env["DRYDOCK_SECRETS"])
    words = [(folder / name).read_text() for name in ("secret_key", "postgres_password", "redis_password")]
    told = json.dumps(list(site.containers().values()))
    assert all(len(word) > 40 for word in words)
    assert not [word for word in words if word in told]


def check_nothing_remains(site: Site) -> None:
    """After it was taken down."""
    left: dict[str, Callable[[], str]] = {
        "containers": lambda: site.docker("ps", "-aq"),
        "volumes": lambda: site.docker("volume", "ls", "-q"),
        "networks": lambda: site.docker("network", "ls", "-q", "--filter", "type=custom"),
    }
    assert {what: ask() for what, ask in left.items()} == dict.fromkeys(left, "")
    loops = subprocess.run(["losetup", "-l", "-O", "BACK-FILE"], capture_output=True, text=True, check=True).stdout
    assert str(site.engine.root) not in loops
    assert "/var/lib/drydock/engine/disk.img (deleted)" not in loops
