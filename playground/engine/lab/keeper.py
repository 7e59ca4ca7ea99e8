"""The first process inside the engine's namespaces: lays out disk, users, rules and runtime, starts dockerd and the
quota watcher, and ends everything when dockerd, or the janitor outside, has ended. Run by `janitor`.

Being process 1, it is told of every orphan's end, and the kernel ends all others with it (pid_namespaces(7)).
"""

import contextlib
import functools
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from playground.engine.daemon_install import which
from playground.engine.lab import disk, dockerd, egress_setup, firewall, leftovers, notes, users, watcher
from playground.engine.lab import plan as plans
from playground.engine.lab.cgroups import Tree
from playground.engine.lab.notes import Notes
from playground.engine.lab.plan import Plan
from playground.engine.state import EnginePaths

DOCKERD_ENDS_WITHIN = 12.0
LOOK = 3.0
"""Seconds between two looks at how full the disk is."""
DEATHS, DEATHS_WITHIN = 5, 10.0
"""A watcher that dies so often so soon cannot be had, and without it nothing runs."""


def main(words: Sequence[str]) -> None:
    """Set up, run, end."""
    plan = plans.read(Path(words[0]))
    paths = EnginePaths(plan.state)
    janitor = int(words[1])
    Tree().join(paths.daemon_cgroup)
    told = set_up(plan, paths)
    write_room(paths)
    keeper = Keeper(paths, watching=bool(told.quota), remap=bool(told.remap), egress=bool(told.egress))
    orphaned = keeper.run(janitor)
    end_all()
    subprocess.run(["umount", "--recursive", str(paths.mounted)], check=False, capture_output=True)
    if orphaned:  # nobody outside is left to do it
        Tree().leave()
        leftovers.tidy(paths)


# --- setting up ---------------------------------------------------------------------------------------------------


def set_up(plan: Plan, paths: EnginePaths) -> Notes:
    """Everything dockerd needs, and the note of what this machine has not got."""
    told = Notes(
        cgroups=plan.cgroups, memory=plan.learners.memory, millicpus=plan.learners.millicpus,
        processes=plan.learners.processes, missing=plan.missing,
    )  # fmt: skip
    run("ip", "link", "set", "lo", "up")
    # Fixed paths in containerd's shims and in libnetwork: ours are private to the namespace.
    for folder in ("/run/containerd", "/run/docker"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", "mode=0711", "drydock", folder)
    told = lay_out_disk(plan, paths, told)
    told = lay_out_users(paths, told)
    told = lay_out_firewall(plan, told)
    settings = dockerd.configuration(paths, group=plan.group, storage=told.storage, remap=bool(told.remap))
    if told.egress:  # RUN steps are refused there at once, and are not told where this machine looks names up
        settings["dns"] = [dockerd.GATEWAY]
    if old_engine():  # it would write a key into the machine's /etc; newer ones have none and refuse the word
        settings["deprecated-key-path"] = str(paths.mounted / "key.json")
    paths.config.write_text(json.dumps(settings, indent=1))
    dockerd.lay_out_shim(paths, plan, quota=bool(told.quota), remap=bool(told.remap))
    notes.write(paths.notes, told)
    return told


def lay_out_disk(plan: Plan, paths: EnginePaths, told: Notes) -> Notes:
    """The engine's own disk, or a plain folder."""
    paths.mounted.mkdir(mode=0o711, exist_ok=True)
    if plan.disk is not None:
        try:
            quota = disk.attach(plan.disk, paths.mounted, say)
        except disk.NoDisk as none:
            told = told.without("disk", str(none))
        else:
            paths.mounted.chmod(0o711)
            return replace(told, storage="btrfs", quota=quota, disk=plan.disk.size)
    paths.data.mkdir(mode=0o711, exist_ok=True)
    run("mount", "--bind", str(paths.data), str(paths.mounted))
    return told


def lay_out_users(paths: EnginePaths, told: Notes) -> Notes:
    """Private copies of the files of names, with the name that containers' users are made of."""
    first = users.first_id(paths.cgroup)
    if not users.possible():
        return told.without("users", "Root in a container is root outside: this kernel has no user namespaces.")
    try:
        users.write_copies(paths.run / "etc", first)
        users.show_copies(paths.run / "etc")
    except (OSError, subprocess.CalledProcessError) as error:
        return told.without("users", f"Root in a container is root outside: {error}.")
    return replace(told, remap=first)


def lay_out_firewall(plan: Plan, told: Notes) -> Notes:
    """The rules; with package installs one more, for the relay."""
    relay = egress_setup.relay_of(plan.state, dockerd.GATEWAY)
    rules = egress_setup.firewall_rules(dockerd.GATEWAY) if plan.egress else ()
    if firewall.close(*rules) or firewall.close(*rules[:1]):  # not every kernel can say no; every one can say nothing
        return replace(told, firewall=True, egress=relay.address if plan.egress else "")
    if plan.egress:
        told = told.without("egress", "Builds have no network: package installs need the rules of a firewall.")
    return told.without("firewall", "Containers may reach what listens beside the engine: iptables does not work here.")


def old_engine() -> bool:
    """Whether dockerd is older than 24."""
    said = subprocess.run([which("dockerd") or "dockerd", "--version"], check=True, capture_output=True, text=True)
    words = said.stdout.split()
    major = words[2].split(".")[0] if len(words) > 2 else ""
    return major.isdecimal() and int(major) < 24


def write_room(paths: EnginePaths) -> None:
    """How full the disk is, for those who cannot see it."""
    told = os.statvfs(paths.mounted)
    scratch = paths.room.with_suffix(".new")
    scratch.write_text(json.dumps({"total": told.f_blocks * told.f_frsize, "free": told.f_bavail * told.f_frsize}))
    scratch.replace(paths.room)


# --- running ------------------------------------------------------------------------------------------------------


class Keeper:
    """dockerd, and the watcher if there are quotas, until one of them or the janitor is no more."""

    def __init__(self, paths: EnginePaths, *, watching: bool, remap: bool, egress: bool = False) -> None:
        self.paths = paths
        self.subvolumes = dockerd.data_root(paths, remap=remap) / "btrfs" / "subvolumes" if watching else None
        self.deaths: list[float] = []
        self.watcher = 0
        self.waking = wake_up_on(signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
        if watching:
            self.watcher = self.fork_watcher()
        command = [which("dockerd") or "dockerd", "--config-file", str(paths.config)]
        env = dockerd.environment(paths, os.environ)
        self.relay = egress_setup.relay_of(paths.state, dockerd.GATEWAY)
        if egress:
            self.relay.start()
            env |= egress_setup.daemon_environment(self.relay.egress)
        self.dockerd = subprocess.Popen(command, env=env).pid

    def run(self, janitor: int) -> bool:
        """Until the end; whether the janitor was gone first."""
        ready: list[int] = []
        while not self.ended():
            ready = select.select([janitor, self.waking], [], [], LOOK)[0]
            if self.waking in ready:
                told = os.read(self.waking, 64)
                if signal.SIGTERM in told or signal.SIGINT in told:
                    break
            if janitor in ready:
                break
            write_room(self.paths)
        if janitor in ready and not os.read(janitor, 1):
            return True
        self.end_dockerd()
        return False

    def ended(self) -> bool:
        """Take note of every process that has ended; a watcher is started anew. Whether dockerd was among them."""
        for pid in reaped():
            if pid == self.dockerd:
                self.dockerd = 0
            elif pid == self.watcher:
                self.deaths = [*self.deaths[1 - DEATHS :], time.monotonic()]
                self.watcher = self.fork_watcher()
            elif not self.relay.ended(pid):
                say("the relay of package installs dies again and again, so builds have no network")
        often = len(self.deaths) == DEATHS and self.deaths[-1] - self.deaths[0] < DEATHS_WITHIN
        if often:
            say("the quota watcher dies again and again")
        return self.dockerd == 0 or often

    def fork_watcher(self) -> int:
        """The watcher as a process of its own."""
        assert self.subvolumes is not None  # noqa: S101 - only called with quotas
        return forked(functools.partial(watcher.watch, self.subvolumes, self.paths.limits))

    def end_dockerd(self) -> None:
        """Politely, and not for ever."""
        deadline = time.monotonic() + DOCKERD_ENDS_WITHIN
        if self.dockerd:
            os.kill(self.dockerd, signal.SIGTERM)
        while self.dockerd and time.monotonic() < deadline:
            self.dockerd = 0 if self.dockerd in reaped() else self.dockerd
            time.sleep(0.01)


def wake_up_on(*numbers: signal.Signals) -> int:
    """A descriptor that can be read when one of the signals came (signal.set_wakeup_fd)."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return reading


def forked(work: Callable[[], None]) -> int:
    """A child that does this and nothing else; its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        work()
    except OSError as error:
        say(f"the quota watcher ended: {error}")
    finally:
        os._exit(1)


def reaped() -> list[int]:
    """Everybody who has ended since."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) > 0:
            found.append(pid)
    return found


def end_all() -> None:
    """Every other process of the namespace, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def run(program: str, *words: str) -> None:
    """A program that has to succeed."""
    subprocess.run([which(program) or program, *words], check=True, stdout=subprocess.DEVNULL)


def say(line: str) -> None:
    """One line in the engine's log."""
    print(f"drydock: {line}", file=sys.stderr, flush=True)  # noqa: T201 - standard error is the log
