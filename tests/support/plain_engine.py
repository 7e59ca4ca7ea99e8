"""An ordinary dockerd of its own for a test, as a host for containers that a lab engine refuses (privileged ones).

In network, mount and process namespaces of its own, so neither the machine's firewall nor another engine is touched;
what it publishes on 127.0.0.1 is there in its network namespace only (`inside`). It ends with the block, and with it
every container and mount.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from children import end_with_parent
from playground.engine.daemon_install import which
from playground.engine.ping import answers
from tests.support.wait import until

SCRIPT = """
set -e
ip link set lo up
for d in /run/containerd /run/docker; do mkdir -p "$d"; mount -t tmpfs -o mode=0711 plain "$d"; done
exec "$@"
"""
# A privileged container is given every capability the kernel knows; where this machine's root has not got them all (a
# container, some virtual machines) runc would refuse. So it is asked for those that there are.
RUNC = """#!{python}
import json, os, pathlib, sys
words = sys.argv[1:]
file = None
if "create" in words or "run" in words:
    file = pathlib.Path(words[words.index("--bundle") + 1] if "--bundle" in words else ".") / "config.json"
elif "exec" in words and "--process" in words:
    file = pathlib.Path(words[words.index("--process") + 1])
missing = {missing!r}
if file and missing:
    told = json.loads(file.read_text())
    sets = (told.get("process", told).get("capabilities") or {{}}).values()
    if any(set(missing) & set(names) for names in sets):
        for names in sets:
            names[:] = [name for name in names if name not in missing]
        file.write_text(json.dumps(told))
os.execv({runc!r}, [{runc!r}, *words])
"""
CAPABILITIES = {
    24: "CAP_SYS_RESOURCE",
    16: "CAP_SYS_MODULE",
    17: "CAP_SYS_RAWIO",
    22: "CAP_SYS_BOOT",
    25: "CAP_SYS_TIME",
}
"""Those that such machines lack, by their numbers (linux/capability.h)."""
UP_WITHIN = 40.0
DOWN_WITHIN = 60.0


class PlainEngine:
    """Where it listens, and how to run something in its network namespace."""

    def __init__(self, root: Path, process: subprocess.Popen[bytes]) -> None:
        self.root = root
        self.host = f"unix://{root}/docker.sock"
        self.process = process

    def inside(self, command: Sequence[str]) -> list[str]:
        """*command* as it is run in the engine's network namespace."""
        return ["nsenter", f"--net=/proc/{self.init}/ns/net", *command]

    @property
    def init(self) -> int:
        """The first process in the namespaces."""
        return int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])


@contextmanager
def running() -> Iterator[PlainEngine]:
    """A new engine, with nothing on it, in a folder that is gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="dd-plain-", dir="/var/lib"))  # a short path, on a disk and not in memory
    name = root.name
    told = {
        "data-root": str(root / "data"), "exec-root": f"/run/{name}", "pidfile": str(root / "pid"),
        "hosts": [f"unix://{root}/docker.sock"], "group": "root", "cgroup-parent": f"/{name}",
        "exec-opts": ["native.cgroupdriver=cgroupfs"], "bip": "10.211.0.1/24", "shutdown-timeout": 10,
        "default-address-pools": [{"base": "10.212.0.0/16", "size": 24}],
    }  # fmt: skip
    (root / "daemon.json").write_text(json.dumps(told))
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
    env["PATH"] = f"{lay_out_runc(root)}:{env.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
    command = [
        "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", SCRIPT, "plain",
        which("docker-init") or "tini", "-g", "--", which("dockerd") or "dockerd", "--config-file",
        str(root / "daemon.json"),
    ]  # fmt: skip
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )  # fmt: skip
    engine = PlainEngine(root, process)
    try:
        until(lambda: has_answered(engine), seconds=UP_WITHIN, what="a plain engine answers", every=0.1)
        yield engine
    finally:
        end(engine)


def lay_out_runc(root: Path) -> Path:
    """The folder with our runc."""
    bounding = int(
        next(line for line in Path("/proc/self/status").read_text().splitlines() if "CapBnd" in line)[7:], 16
    )
    missing = [name for number, name in CAPABILITIES.items() if not bounding >> number & 1]
    file = root / "bin" / "runc"
    file.parent.mkdir()
    file.write_text(RUNC.format(python=os.path.realpath(sys.executable), missing=missing, runc=which("runc")))
    file.chmod(0o755)
    return file.parent


def has_answered(engine: PlainEngine) -> bool:
    """Whether it answers; fails if it has ended instead."""
    assert engine.process.poll() is None, (engine.root / "log").read_text()[-2000:]
    return answers(engine.host)


def end(engine: PlainEngine) -> None:
    """End it, and remove what it kept."""
    if engine.process.poll() is None:
        os.kill(engine.init, signal.SIGTERM)
        try:
            engine.process.wait(DOWN_WITHIN)
        except subprocess.TimeoutExpired:
            engine.process.kill()
            engine.process.wait()
    shutil.rmtree(engine.root, ignore_errors=True)
    shutil.rmtree(f"/run/{engine.root.name}", ignore_errors=True)
    for group in Path("/sys/fs/cgroup").glob(f"*/{engine.root.name}"):
        for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            folder.rmdir()
        group.rmdir()
