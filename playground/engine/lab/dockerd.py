"""How dockerd is told what to do: daemon.json, the runtime it starts, its environment. Called by `keeper`."""

import json
import os
import py_compile
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from playground.engine.daemon_install import which
from playground.engine.lab import shim, users
from playground.engine.lab.cgroups import ROOT, Tree
from playground.engine.lab.plan import Plan
from playground.engine.state import EnginePaths

GATEWAY = "10.209.0.1"
"""The address of docker0, where RUN steps find the relay if builds may install packages."""
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
NOT_PASSED_ON = ("DOCKER_", "BUILDKIT_", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY", "PYTHON")

# Most of runc's calls need no look. Those that begin something do; a shell is twenty times faster to start than Python.
WRAPPER = """#!/bin/sh
for word in "$@"; do
  case $word in
    run|create|exec|restore) exec {python} -IS {shim} {limits} "$@" ;;
  esac
done
exec {runc} "$@"
"""


def configuration(paths: EnginePaths, *, group: str, storage: str = "", remap: bool = False) -> dict[str, object]:
    """daemon.json (dockerd(8)): an engine of its own beside any other, without a way out, on cgroup v1 or v2."""
    told: dict[str, object] = {
        "data-root": str(paths.mounted),
        "exec-root": str(paths.run),
        "pidfile": str(paths.run / "docker.pid"),
        "hosts": [paths.host],
        "group": group,
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
        "bip": f"{GATEWAY}/24",
        "default-address-pools": [{"base": "10.210.0.0/16", "size": 27}],
        "default-ulimits": {"core": {"Name": "core", "Soft": 0, "Hard": 0}},
        "max-concurrent-downloads": 2,
        "shutdown-timeout": 5,
    }
    if storage:
        told["storage-driver"] = storage
    if remap:
        told["userns-remap"] = f"{users.NAME}:{users.NAME}"
    return told


def lay_out_shim(paths: EnginePaths, plan: Plan, *, quota: bool, remap: bool) -> None:
    """The runtime that dockerd will start instead of runc, with the limits it reads."""
    folder = paths.run / "bin"
    folder.mkdir(mode=0o755, exist_ok=True)
    compiled = folder / "shim.pyc"
    py_compile.compile(str(Path(shim.__file__)), cfile=str(compiled), doraise=True)
    wrapper = WRAPPER.format(
        python=shlex.quote(os.path.realpath(sys.executable)),
        shim=shlex.quote(str(compiled)),
        limits=shlex.quote(str(paths.limits)),
        runc=shlex.quote(which("runc") or "runc"),
    )
    (folder / "runc").write_text(wrapper)
    (folder / "runc").chmod(0o755)
    inits = [path for name in ("docker-init", "tini") if (path := which(name))]
    told = {
        **plan.limits,
        "runc": which("runc"),
        "group": f"/{paths.cgroup}",
        "cgroups": Tree().kind,
        "cgroup_root": str(ROOT),
        "data": str(data_root(paths, remap=remap)),
        "inits": sorted({*inits, *(os.path.realpath(path) for path in inits)}),
        "quota": quota,
        "swap": plan.swap,
        "remap": remap,
    }
    scratch = paths.limits.with_suffix(".new")
    scratch.write_text(json.dumps(told, indent=1))
    scratch.replace(paths.limits)


def data_root(paths: EnginePaths, *, remap: bool) -> Path:
    """Where dockerd puts its things: with remapped users one folder deeper."""
    first = users.first_id(paths.cgroup)
    return paths.mounted / f"{first}.{first}" if remap else paths.mounted


def environment(paths: EnginePaths, env: Mapping[str, str]) -> dict[str, str]:
    """Without words for a Docker client, a proxy or Python; our runtime first (20.10) and by name (25 and later)."""
    kept = {name: value for name, value in env.items() if not name.upper().startswith(NOT_PASSED_ON)}
    kept["PATH"] = f"{paths.run}/bin:{env.get('PATH', '/usr/bin:/bin')}:{SBIN}"
    kept["DOCKER_BUILDKIT_RUNC_COMMAND"] = str(paths.run / "bin" / "runc")
    return kept
