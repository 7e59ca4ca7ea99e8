"""The process of the engine we start: its configuration, its birth in namespaces of its own, its end. For `daemon`.

dockerd runs under an init in its own network, mount and process namespaces (unshare(1)). So no other engine's iptables
rules are touched, and when the init ends, however it ends, the kernel ends every container and mount with it.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.engine.daemon_install import which
from playground.engine.ping import answers
from playground.engine.state import EnginePaths

READY_WITHIN = 30.0
RECORDED_WITHIN = 5.0
STOPPED_WITHIN = 20.0
LOG_KEPT = 4 << 20
SOCKET_LENGTH = 107  # unix(7)
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"

# /run/containerd and /run/docker are fixed in containerd's shims and in libnetwork: ours are private to the namespace.
SCRIPT = """
set -e
ip link set lo up
for d in /run/containerd /run/docker; do mkdir -p "$d"; mount -t tmpfs -o mode=0711 drydock "$d"; done
exec "$@"
"""


# The outermost process notes itself before it becomes unshare(1), so that no killed starter leaves an engine unknown.
RECORD = """
born=$(cut -d" " -f22 "/proc/$$/stat")
printf '{"pid": %s, "born": %s}' "$$" "$born" > "$0.new" && mv "$0.new" "$0"
exec "$@"
"""


class StartFailed(Exception):
    """Our engine did not come up; the message is one sentence, with the engine's last words."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that cannot be mistaken for another: its pid and the clock tick at which it began."""

    pid: int
    born: int


def configuration(paths: EnginePaths, *, group: str) -> dict[str, object]:
    """daemon.json (dockerd(8)): an engine of its own beside any other, without a way out, on cgroup v1 or v2."""
    return {
        "data-root": str(paths.data),
        "exec-root": str(paths.run),
        "pidfile": str(paths.run / "docker.pid"),
        "hosts": [paths.host],
        "group": group,
        "deprecated-key-path": str(paths.data / "key.json"),
        "live-restore": False,
        "features": {"buildkit": True},
        "builder": {"gc": {"enabled": True, "defaultKeepStorage": "4GB"}},
        "log-driver": "json-file",
        "log-opts": {"max-size": "1m", "max-file": "2"},
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "cgroup-parent": f"/{paths.cgroup}",
        "no-new-privileges": True,
        "icc": False,
        "userland-proxy": False,
        "bip": "10.209.0.1/24",
        "default-address-pools": [{"base": "10.210.0.0/16", "size": 27}],
        "default-ulimits": {"core": {"Name": "core", "Soft": 0, "Hard": 0}},
        "max-concurrent-downloads": 2,
        "shutdown-timeout": 5,
    }


def command(paths: EnginePaths) -> list[str]:
    """The command line of the engine in its namespaces; `--kill-child` ends it with its outermost process."""
    init = which("docker-init") or which("tini")
    reaper = [init, "-g", "--"] if init else []
    return [
        which("unshare") or "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
        "sh", "-c", SCRIPT, "drydock-engine",
        *reaper, which("dockerd") or "dockerd", "--config-file", str(paths.config),
    ]  # fmt: skip


def start(paths: EnginePaths, *, group: str, log: Callable[[str], None]) -> Process:
    """Start it and wait until it answers. Call it with the starters' lock held and no engine of ours alive."""
    if len(str(paths.socket)) > SOCKET_LENGTH:
        raise StartFailed(f"The path {paths.socket} is too long for a socket; set DRYDOCK_STATE to a shorter folder.")
    tidy(paths)
    paths.root.mkdir(parents=True, exist_ok=True)
    paths.root.chmod(0o711)
    paths.run.mkdir(mode=0o711)
    paths.config.write_text(json.dumps(configuration(paths, group=group), indent=1))
    if paths.log.exists() and paths.log.stat().st_size > LOG_KEPT:
        paths.log.unlink()
    began = time.monotonic()
    process = _spawn(paths)
    while process is None or not answers(paths.host, timeout=1.0):
        if process is None or not is_alive(process) or time.monotonic() - began > READY_WITHIN:
            stop(paths, process)
            raise StartFailed(f"Our Docker Engine did not start: {last_words(paths)} (the whole log: {paths.log})")
        time.sleep(0.03)
    log(f"a Docker Engine of our own answers after {time.monotonic() - began:.1f} s at {paths.host}")
    return process


def _spawn(paths: EnginePaths) -> Process | None:
    """Fork it into a session of its own: Ctrl-C in a terminal does not reach it, and it is nobody's child."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DOCKER_", "BUILDKIT_"))}
    env["PATH"] = f"{env.get('PATH', '/usr/bin:/bin')}:{SBIN}"
    with paths.log.open("ab") as out:
        launch = ["setsid", "--fork", "sh", "-c", RECORD, str(paths.record), *command(paths)]
        subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", env=env, check=True)
    deadline = time.monotonic() + RECORDED_WITHIN
    while (process := recorded(paths)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def stop(paths: EnginePaths, process: Process | None) -> None:
    """End it politely, else at once; afterwards no process, mount, namespace or cgroup of it is left."""
    if process is not None and is_alive(process):
        init = _child_of(process.pid)
        if init:
            _signal(init, signal.SIGTERM)
        if not _wait_gone(process, STOPPED_WITHIN):
            _signal(process.pid, signal.SIGKILL)
            _wait_gone(process, 5.0)
    tidy(paths)


def tidy(paths: EnginePaths) -> None:
    """Remove what a dead engine left: socket, record, run-time files, empty cgroups."""
    paths.socket.unlink(missing_ok=True)
    paths.record.unlink(missing_ok=True)
    shutil.rmtree(paths.run, ignore_errors=True)
    for tree in _cgroups(paths.cgroup):
        for folder in sorted((p for p in tree.rglob("*") if p.is_dir()), reverse=True):
            _rmdir(folder)
        _rmdir(tree)


def _cgroups(name: str) -> list[Path]:
    base = Path("/sys/fs/cgroup")
    return [p for p in (base / name, *(c / name for c in base.glob("*"))) if p.is_dir()]


def _rmdir(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # a cgroup with a process in it is not ours to end
        return


def recorded(paths: EnginePaths) -> Process | None:
    """The engine process we noted, if it is still that process."""
    try:
        noted = json.loads(paths.record.read_text())
        process = Process(int(noted["pid"]), int(noted["born"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return process if is_alive(process) else None


def is_alive(process: Process) -> bool:
    """Whether it runs: a pid that another process has got since does not count, nor does a zombie."""
    fields = _stat(process.pid)
    return bool(fields) and fields[0] != "Z" and int(fields[19]) == process.born


def last_words(paths: EnginePaths) -> str:
    """The last error the engine logged."""
    try:
        lines = paths.log.read_text(errors="replace").splitlines()
    except OSError:
        return "it left no log"
    telling = [line for line in lines[-60:] if "level=error" in line or "failed to" in line or "unshare:" in line]
    return (telling or lines or ["it left no log"])[-1].strip()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat (proc(5)) from the state on; empty if there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _child_of(pid: int) -> int:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields and int(fields[1]) == pid:
                return int(entry.name)
    return 0


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_gone(process: Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True
