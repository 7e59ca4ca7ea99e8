"""A bundle carries the whole site onto a machine without a network: a fresh clone in a network namespace with only lo,
with empty caches, no base image archives and no index to ask.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import clone
from playground.engine import base_images
from playground.engine.state import EnginePaths, state_dir
from tests.support.fresh_clone import copy_to
from tests.support.stack import descendants, free_port
from tests.support.wait import until

HIDDEN = ("PIP_", "UV_", "NPM_", "DRYDOCK_", "DOCKER_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
UP_WITHIN = 180.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `make bundle` writes."""
    file = tmp_path_factory.mktemp("bundle") / "drydock.tar"
    subprocess.run([sys.executable, "scripts/bundle.py", "--out", file], cwd=clone.ROOT, check=True)
    return file


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    """The project's files and nothing that was made from them."""
    return copy_to(tmp_path / "clone")


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder with a path short enough for a socket, and no archive in it."""
    folder = Path(f"/var/lib/drydock-bundle-{os.getpid()}")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def bare_environment(home: Path, state: Path) -> dict[str, str]:
    """No word about an index, a proxy, a cache or another engine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    empty = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PIP_CONFIG_FILE": "/dev/null"}
    return {**kept, **empty, "DRYDOCK_STATE": str(state), "DRYDOCK_PORT": str(free_port())}


def run_without_network(command: list[str], folder: Path, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """*command* in a network namespace that has lo only."""
    inside = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
    with log.open("wb") as out:
        return subprocess.Popen(inside, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out)


def is_up(site: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether make run says so; fails if it has ended instead."""
    text = log.read_text(errors="replace")
    assert site.poll() is None, text
    return "Drydock is at " in text


def test_a_fresh_clone_runs_without_a_network(bundle: Path, fresh_clone: Path, state: Path, tmp_path: Path) -> None:
    env = bare_environment(tmp_path / "home", state)
    log = tmp_path / "run.log"
    began = time.monotonic()
    site = run_without_network(["make", "run", f"BUNDLE={bundle}"], fresh_clone, env, log)
    try:
        until(lambda: is_up(site, log), seconds=UP_WITHIN, what="the site is up from the bundle", every=0.1)
        print(f"up from the bundle after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure of the report
        told = live_inside(site.pid, env)
        print(f"the first minute on it: {told}")  # noqa: T201
        assert told["seconds"] < 60
    finally:
        end(site)
    assert not (fresh_clone / "node_modules").exists(), "no Node was needed"
    second = tmp_path / "second.log"
    began = time.monotonic()
    site = run_without_network(["make", "run", f"BUNDLE={bundle}"], fresh_clone, env, second)
    try:
        until(lambda: is_up(site, second), seconds=30, what="the second start", every=0.05)
        took = time.monotonic() - began
    finally:
        end(site)
    print(f"a second start with the bundle: {took:.1f} s")  # noqa: T201
    assert "…" not in second.read_text().partition("Drydock is at")[0], "nothing was set up again"


def live_inside(pid: int, env: Mapping[str, str]) -> dict[str, float]:
    """The story, told from inside the site's network namespace."""
    story = ["nsenter", f"--net=/proc/{pid}/ns/net", sys.executable, "-m", "tests.support.story"]
    done = subprocess.run(
        [*story, f"http://localhost:{env['DRYDOCK_PORT']}"], cwd=clone.ROOT, capture_output=True, text=True, check=True
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def end(site: subprocess.Popen[bytes]) -> None:
    """Ctrl-C to the supervisor; make waits for it."""
    for pid in (*descendants(site.pid), site.pid):
        if "supervise" in (command := command_of(pid)) or "run.py" in command:
            os.kill(pid, signal.SIGTERM)
            break
    site.wait(90)


def command_of(pid: int) -> str:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def test_a_damaged_bundle_is_refused_with_one_sentence(bundle: Path, fresh_clone: Path, state: Path) -> None:
    damaged = bundle.with_name("damaged.tar")
    shutil.copy2(bundle, damaged)
    with damaged.open("r+b") as file:
        file.seek(damaged.stat().st_size * 3 // 4)  # in an archive of a base image
        file.write(b"\xff" * 4096)
    env = bare_environment(fresh_clone.parent, state)
    done = subprocess.run(
        ["make", "run", f"BUNDLE={damaged}"], cwd=fresh_clone, env=env, capture_output=True, text=True, check=False,
        timeout=UP_WITHIN,
    )  # fmt: skip
    damaged.unlink()
    assert done.returncode != 0
    assert "is damaged" in done.stderr
    assert "Traceback" not in done.stderr


INSTALL = """
import sys
from pathlib import Path
sys.path.insert(0, "scripts")
import bootstrap, bundle_file, offline
before = offline.missing_packages()
bootstrap.perform(offline.debian_step(bundle_file.Bundle(Path("/srv/bundle.tar"))))
print("installed", before, "missing", offline.missing_packages())
"""
CHROOT = """
set -e
mount --bind /dev "$1/dev"; mount -t proc proc "$1/proc"; mount --bind "$2" "$1/srv/bundle.tar"
exec chroot "$1" env -C /srv/clone python3 -c "$3"
"""


def test_the_engines_programs_come_from_the_bundle(bundle: Path, tmp_path: Path) -> None:
    """On a Debian that has Python and nothing of the engine's, without a network and without apt's own sources."""
    python = base_images.BY_REFERENCE["python:3.11-slim"]
    archive = base_images.archive(python, EnginePaths(state_dir(os.environ)).images, lambda note, part: None)
    root = tmp_path / "root"
    for folder in ("", "dev", "proc", "srv"):
        (root / folder).mkdir(exist_ok=True)
    subprocess.run(["tar", "-xf", archive, "-C", root], check=True)
    (root / "etc" / "apt" / "sources.list").write_text("")
    (root / "srv" / "bundle.tar").touch()
    copy_to(root / "srv" / "clone")
    done = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-c", CHROOT, "sh", root, bundle, INSTALL],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    last = done.stdout.splitlines()[-1]
    print(last)  # noqa: T201
    assert all(f"'{name}'" in last.partition("missing")[0] for name in ("docker.io", "iptables", "btrfs-progs"))
    assert last.endswith("missing []")
