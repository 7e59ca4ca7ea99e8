"""What the hardening costs: the same build on the lab engine and on a plain one of the same version beside it, and what
the lab engine itself takes: start-up time and memory.

The plain engine runs in namespaces of its own too, on the machine's disk, with overlay2 and without a shim.
"""

import contextlib
import json
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.build_ratio import NOTHING, SHORT, straight
from benchmarks.report import Line
from playground.engine import base_images, daemon
from playground.engine.daemon_install import which
from playground.engine.docker_engine import DockerEngine
from playground.engine.lab import dockerd
from playground.engine.lab.cgroups import Tree
from playground.engine.ping import answers
from playground.engine.state import EnginePaths, state_dir
from tests.support.stack import Stack
from tests.support.wait import until

ROUNDS = 7
MOST = 1.5
UP_WITHIN = 3.0
PLAIN = """
set -e
ip link set lo up
for d in /run/containerd /run/docker; do mkdir -p "$d"; mount -t tmpfs -o mode=0711 drydock "$d"; done
exec "$@"
"""


def measure(stack: Stack) -> list[Line]:
    """A lab engine and a plain one of this benchmark's own; the site's is not used, so that nothing else is on it."""
    del stack
    if not daemon.can_start():
        return []  # without root there is no lab engine either
    # Short: a socket's path has an end. On the disk where engines usually are: /tmp may be memory.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=state_dir(os.environ)))
    try:
        (folder / "lab").mkdir()
        with lab_engine(folder / "lab") as (host, seconds), plain_engine(folder / "plain") as other:
            provide(host)
            provide(other)
            lines = [*ratios(host, other), *memory(EnginePaths(folder / "lab"))]
        up = Line(what="start-up of the lab engine, its disk being there", value=seconds, unit="s", most=UP_WITHIN)
        lines.insert(0, up)
        return lines
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=False)


@contextlib.contextmanager
def lab_engine(state: Path) -> Iterator[tuple[str, float]]:
    """Ours, started twice: its disk is made only once. Its address and the seconds of the second start."""
    daemon.start(state, silent)
    daemon.stop(state, silent)
    began = time.monotonic()
    started = daemon.start(state, silent)
    seconds = time.monotonic() - began
    try:
        yield started.host, seconds
    finally:
        daemon.stop(state, silent, force=True)


@contextlib.contextmanager
def plain_engine(folder: Path) -> Iterator[str]:
    """The same dockerd as it comes."""
    folder.mkdir()
    paths = EnginePaths(folder)
    told = {
        **dockerd.configuration(paths, group="root", storage="overlay2"),
        "data-root": str(folder / "data"), "exec-root": str(folder / "run"), "pidfile": str(folder / "pid"),
        "hosts": [f"unix://{folder}/sock"],
    }  # fmt: skip
    (folder / "daemon.json").write_text(json.dumps(told))
    command = [
        "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", PLAIN, "plain",
        which("dockerd") or "dockerd", "--config-file", str(folder / "daemon.json"),
    ]  # fmt: skip
    with (folder / "log").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        host = f"unix://{folder}/sock"
        until(lambda: answers(host), seconds=30, what="the plain engine answers")
        yield host
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        Tree().remove(paths.cgroup)


def provide(host: str) -> None:
    """Busybox, from the cache of archives."""
    engine = DockerEngine(host, instance="")
    base_images.ensure(engine, "busybox:latest", EnginePaths(state_dir(os.environ)).images, lambda line, part: None)
    engine.close()


def ratios(lab: str, plain: str) -> list[Line]:
    """Both kinds of steps, in turns.

    Steps that do nothing have no target: before an image is stored, Docker waits for the clock's next full second where
    layers are compared by their files' times (daemon/graphdriver/fsdiff.go), which overlay2 need not: half a second on
    average, however many steps there are.
    """
    lines = []
    for what, steps, most in (("doing nothing", NOTHING, None), ("of 0.3 s", SHORT, MOST)):
        straight(lab, steps), straight(plain, steps)  # warm
        pairs = []
        for number in range(ROUNDS):
            pairs.append((straight(lab, steps), straight(plain, steps)))
            print(f"  round {number + 1}: lab {pairs[-1][0]:.2f} s, plain {pairs[-1][1]:.2f} s", flush=True)
        ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        note = f"medians {ours:.2f} s and {theirs:.2f} s of {ROUNDS}"
        lines.append(
            Line(what=f"10 steps {what}: lab engine ÷ plain engine", value=ours / theirs, most=most, note=note)
        )
    return lines


def memory(paths: EnginePaths) -> list[Line]:
    """Of the engine's processes (proc_pid_smaps(5), Pss: what is shared counts in parts)."""
    found = [(name(pid), pss(pid)) for pid in Tree().processes(paths.daemon_cgroup)]
    note = ", ".join(f"{who} {size / 1e6:.0f}" for who, size in sorted(found, key=lambda one: -one[1]))
    taken = sum(size for _, size in found) / 1e6
    return [Line(what="memory of the lab engine's processes", value=taken, unit="MB", note=note)]


def name(pid: int) -> str:
    """What the process is called."""
    return (Path("/proc") / str(pid) / "comm").read_text().strip()


def pss(pid: int) -> int:
    """Its proportional set size in bytes."""
    rollup = (Path("/proc") / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in rollup if line.startswith("Pss:"))


def silent(line: str) -> None:
    """Progress that nobody reads."""
