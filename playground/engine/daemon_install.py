"""Installs Debian's packages that the engine and the base images need. Called by `daemon` and `base_images`.

Nothing is started by the installation: Debian's policy-rc.d (deb-systemd-invoke(1p)) answers 101 while it runs.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
ENGINE_PACKAGES: Mapping[str, str] = {
    "dockerd": "docker.io", "iptables": "iptables", "ip": "iproute2", "unshare": "util-linux",
}  # fmt: skip
WISHED_PACKAGES: Mapping[str, str] = {"mkfs.btrfs": "btrfs-progs"}
"""The engine starts without these, and then says what it cannot enforce."""


class InstallFailed(RuntimeError):
    """What is missing could not be installed; the message is one sentence for a terminal."""


def missing(programs: Mapping[str, str]) -> tuple[str, ...]:
    """The packages whose programs are not on this machine (sbin is looked into as well)."""
    return tuple(package for program, package in programs.items() if which(program) is None)


def which(program: str) -> str | None:
    """Where *program* is, also where an ordinary user's PATH has no sbin."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")


def install(packages: Sequence[str], log: Callable[[str], None], *, refresh: bool = True) -> None:
    """apt-get install; raises `InstallFailed` with what to do by hand. *refresh*: ask for newer lists if need be."""
    by_hand = f"install it by hand: apt-get install {' '.join(packages)}"
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise InstallFailed(f"This machine has no apt-get; {by_hand}, or set DRYDOCK_ENGINE to an engine that answers.")
    if os.geteuid() != 0:
        raise InstallFailed(f"Installing {' '.join(packages)} needs root; {by_hand}.")
    log(f"installing {' '.join(packages)} from Debian")
    with _nothing_is_started():
        done = _apt(["install", *packages], log)
        if not done and refresh:
            log("asking for a fresh list of packages")
            _apt(["update"], log)
            done = _apt(["install", *packages], log)
        if not done:
            raise InstallFailed(f"apt-get could not install {' '.join(packages)}; {by_hand}.")


def _apt(words: Sequence[str], log: Callable[[str], None]) -> bool:
    command = ["apt-get", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *words]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
    ) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        for line in process.stdout:
            if line.startswith(("Setting up ", "E: ", "Get:")):
                log("  " + line.rstrip())
        return process.wait() == 0


@contextlib.contextmanager
def _nothing_is_started() -> Iterator[None]:
    if POLICY.exists():  # a container's own policy stays as it is
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
