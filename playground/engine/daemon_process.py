"""The process of the engine we start: its birth in namespaces of its own, its end. For `daemon`.

dockerd runs under an init (`lab.keeper`) in its own network, mount and process namespaces (unshare(1)). So no other
engine's iptables rules are touched, and when the init ends, however it ends, the kernel ends every container and mount
with it.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from playground.engine.lab import disk, egress_setup, janitor, leftovers, notes, totals
from playground.engine.lab import plan as plans
from playground.engine.lab.cgroups import Tree
from playground.engine.lab.notes import Missing
from playground.engine.lab.plan import Plan
from playground.engine.limits import LIMITS, Limit
from playground.engine.ping import answers
from playground.engine.state import EnginePaths

READY_WITHIN = 30.0
RECORDED_WITHIN = 5.0
STOPPED_WITHIN = 20.0
LOG_KEPT = 4 << 20
SOCKET_LENGTH = 107  # unix(7)
TELLING = ("level=error", "failed to", "unshare:", "drydock:", "Error:", "unable to")

# The outermost process notes itself before it becomes the janitor, so that no killed starter leaves an engine unknown.
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


def start(
    paths: EnginePaths, *, group: str, log: Callable[[str], None], table: Mapping[str, Limit] = LIMITS,
    egress: bool = False,
) -> Process:  # fmt: skip
    """Start it and wait until it answers. Call it with the starters' lock held and no engine of ours alive.

    *egress*: builds may install packages, through the proxy that the supervisor starts.
    """
    if len(str(paths.socket)) > SOCKET_LENGTH:
        raise StartFailed(f"The path {paths.socket} is too long for a socket; set DRYDOCK_STATE to a shorter folder.")
    began = time.monotonic()
    leftovers.tidy(paths)
    _make_folders(paths, group)
    if egress:
        egress_setup.make_key(egress_setup.EgressPaths(paths), gid=egress_setup.group_id())
    plans.write(paths.plan, replace(_plan(paths, group=group, table=table, log=log), egress=egress))
    if paths.log.exists() and paths.log.stat().st_size > LOG_KEPT:
        paths.log.unlink()
    process = _spawn(paths)
    while process is None or not answers(paths.host, timeout=1.0):
        if process is None or not is_alive(process) or time.monotonic() - began > READY_WITHIN:
            words = last_words(paths)
            stop(paths, process)
            raise StartFailed(f"Our Docker Engine did not start: {words} (the whole log: {paths.log})")
        time.sleep(0.03)
    log(f"a Docker Engine of our own answers after {time.monotonic() - began:.1f} s at {paths.host}")
    return process


def apply(paths: EnginePaths, table: Mapping[str, Limit]) -> None:
    """Give an engine that runs these limits: steps and containers that begin from now on, and all of them together."""
    told = json.loads(paths.limits.read_text())
    scratch = paths.limits.with_suffix(".new")
    scratch.write_text(json.dumps({**told, **plans.limits_of(table)}, indent=1))
    scratch.replace(paths.limits)
    bounds = totals.for_learners(table, totals.here())
    Tree().make(paths.cgroup, bounds)
    if there := notes.read(paths.notes):
        notes.write(paths.notes, replace(there, **asdict(bounds)))


def _make_folders(paths: EnginePaths, group: str) -> None:
    """The engine's own folder is the group's alone; the run-time one lets the users of containers pass through."""
    paths.root.mkdir(parents=True, exist_ok=True)
    shutil.chown(paths.root, 0, group)
    paths.root.chmod(0o710)
    paths.run.mkdir(mode=0o711, exist_ok=True)


def _plan(paths: EnginePaths, *, group: str, table: Mapping[str, Limit], log: Callable[[str], None]) -> Plan:
    """What can be had here: control groups and a disk. The rest is tried inside the namespaces."""
    missing: list[Missing] = []
    tree, machine = Tree(), totals.here()
    learners = totals.for_learners(table, machine)
    lacking = sorted({*tree.make(paths.cgroup, learners), *tree.make(paths.daemon_cgroup, totals.for_daemon(machine))})
    if lacking:
        sentence = f"Builds and containers together have no bound on {', '.join(lacking)}: no such control group here."
        missing.append(Missing(key="cgroups", sentence=sentence))
    own = None
    try:
        own = disk.prepare(paths.disk, wished=table["engine.disk"].value, log=log)
        if own.note:
            missing.append(Missing(key="disk.size", sentence=own.note))
    except disk.NoDisk as none:
        missing.append(Missing(key="disk", sentence=str(none)))
    return Plan(
        state=paths.state, group=group, limits=plans.limits_of(table), learners=learners, disk=own,
        cgroups=tree.kind, swap=tree.bounds_swap(paths.cgroup), missing=tuple(missing),
    )  # fmt: skip


def _spawn(paths: EnginePaths) -> Process | None:
    """Fork it into a session of its own: Ctrl-C in a terminal does not reach it, and it is nobody's child."""
    with paths.log.open("ab") as out:
        outermost = janitor.python("janitor", str(paths.plan))
        launch = ["setsid", "--fork", "sh", "-c", RECORD, str(paths.record), *outermost]
        subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", check=True)
    deadline = time.monotonic() + RECORDED_WITHIN
    while (process := recorded(paths)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def stop(paths: EnginePaths, process: Process | None) -> None:
    """End it politely, else at once; afterwards no process, mount, loop device, namespace or cgroup of it is left."""
    if process is not None and is_alive(process):
        _signal(process.pid, signal.SIGTERM)
        if not _wait_gone(process, STOPPED_WITHIN):
            _signal(process.pid, signal.SIGKILL)
            _wait_gone(process, 5.0)
    leftovers.tidy(paths)
    disk.wait_detached(paths.disk)


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
    telling = [line for line in lines[-60:] if any(word in line for word in TELLING)]
    return (telling or lines or ["it left no log"])[-1].strip()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat (proc(5)) from the state on; empty if there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def child_of(pid: int) -> int:
    """A child of this process; 0 if it has none."""
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
