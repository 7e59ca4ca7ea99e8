"""What stands before runc: the limits of a step, and what no container may have."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.engine import sandbox
from playground.engine.lab import shim
from playground.engine.lab.plan import limits_of
from playground.engine.limits import LIMITS

CAPABILITIES = [f"CAP_{name}" for name in sandbox.CAPABILITIES]


@pytest.fixture
def limits() -> dict[str, Any]:
    """As the keeper writes them."""
    return {
        **limits_of(LIMITS),
        "runc": "/bin/echo",
        "group": "/drydock-x",
        "cgroups": "v1",
        "cgroup_root": "/sys/fs/cgroup",
        "data": "/run/drydock-x/data",
        "inits": ["/usr/bin/docker-init"],
        "quota": False,
        "swap": True,
        "remap": True,
    }


def step() -> dict[str, Any]:
    """What BuildKit asks of runc for a RUN, in short."""
    held = ["CAP_CHOWN", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETUID"]
    return {
        "process": {
            "args": ["/bin/sh", "-c", "true"],
            "capabilities": {kind: list(held) for kind in ("bounding", "effective", "permitted")},
            "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1 << 20, "hard": 1 << 20}],
        },
        "root": {"path": "rootfs"},
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount", "network", "user")],
            "cgroupsPath": "/somewhere/else",
        },
    }


def container() -> dict[str, Any]:
    """What dockerd asks of runc for a container that sandbox.py describes, in short."""
    return {
        "process": {
            "capabilities": {kind: list(CAPABILITIES) for kind in ("bounding", "effective", "permitted")},
            "noNewPrivileges": True,
            "oomScoreAdj": 500,
        },
        "root": {"path": "/run/drydock-x/data/btrfs/subvolumes/1"},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
            {"destination": "/etc/hosts", "type": "bind", "source": "/run/drydock-x/data/containers/1/hosts"},
            {"destination": "/sbin/docker-init", "type": "bind", "source": "/usr/bin/docker-init"},
        ],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("mount", "network", "uts", "pid", "ipc", "user", "cgroup")],
            "cgroupsPath": "/drydock-x/1",
            "seccomp": {"defaultAction": "SCMP_ACT_ERRNO"},
            "maskedPaths": ["/proc/kcore"],
            "readonlyPaths": ["/proc/sys"],
            "sysctl": {"net.ipv4.ip_unprivileged_port_start": "0"},
            "resources": {
                "memory": {"limit": 128 << 20},
                "pids": {"limit": 128},
                "cpu": {"quota": 50_000, "period": 100_000},
                "devices": [{"allow": False, "access": "rwm"}, {"allow": True, "type": "c", "major": 1, "minor": 5}],
            },
        },
    }


# --- steps --------------------------------------------------------------------------------------------------------


def test_a_step_gets_every_limit_of_the_table(limits: dict[str, Any]) -> None:
    config = step()
    shim.bound_step(config, limits, "/drydock-x/build/7")
    assert config["linux"]["resources"] == {
        "memory": {"limit": LIMITS["build.memory"].value, "swap": LIMITS["build.memory"].value},
        "pids": {"limit": LIMITS["build.processes"].value},
        "cpu": {"quota": 100_000, "period": 100_000},
    }
    assert config["linux"]["cgroupsPath"] == "/drydock-x/build/7"
    assert config["process"]["noNewPrivileges"] is True
    assert config["process"]["oomScoreAdj"] == 500
    assert {tuple(held) for held in config["process"]["capabilities"].values()} == {("CAP_CHOWN", "CAP_SETUID")}
    assert {one["type"]: one["hard"] for one in config["process"]["rlimits"]} == {
        "RLIMIT_NOFILE": 4096,
        "RLIMIT_CORE": 0,
    }


def test_where_the_kernel_does_not_count_swap_none_is_asked_for(limits: dict[str, Any]) -> None:
    config = step()
    shim.bound_step(config, {**limits, "swap": False}, "/g")
    assert "swap" not in config["linux"]["resources"]["memory"]


@pytest.mark.parametrize("kind", ["network", "pid", "user"])
def test_a_step_that_shares_a_namespace_with_the_engine_is_refused(limits: dict[str, Any], kind: str) -> None:
    config = step()
    config["linux"]["namespaces"] = [one for one in config["linux"]["namespaces"] if one["type"] != kind]
    with pytest.raises(shim.Refused, match=kind):
        shim.bound_step(config, limits, "/g")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_limit_that_a_step_met_is_read_from_its_control_group(
    tmp_path: Path, limits: dict[str, Any], version: str
) -> None:
    files = {
        "v1": {
            "memory/g/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
            "pids/g/pids.events": "max 0\n",
        },
        "v2": {"g/memory.events": "low 0\nhigh 0\nmax 9\noom 2\noom_kill 2\n", "g/pids.events": "max 3\n"},
    }[version]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    told = list(shim.met({**limits, "cgroups": version, "cgroup_root": str(tmp_path)}, "/g", "/nowhere"))
    assert told[0] == "Drydock: a program of this step was killed: a step may use 512 MiB of memory."
    assert told[1:] == [] if version == "v1" else ["could not start a program" in told[1]] == [True]


def test_a_step_that_met_no_limit_is_told_nothing(tmp_path: Path, limits: dict[str, Any]) -> None:
    assert list(shim.met({**limits, "cgroup_root": str(tmp_path)}, "/g", "/nowhere")) == []


# --- containers ---------------------------------------------------------------------------------------------------


def check(config: dict[str, Any], limits: dict[str, Any]) -> None:
    """All checks of a container, without touching a disk."""
    shim.check_process(config["process"])
    shim.check_linux(config["linux"], limits)
    shim.check_mounts(config["mounts"], limits)


def test_a_container_as_the_sandbox_describes_it_passes(limits: dict[str, Any]) -> None:
    check(container(), limits)
    assert set(CAPABILITIES) == shim.CONTAINER_CAPABILITIES


def changed(path: str, value: object) -> dict[str, Any]:
    """The container with one thing other than usual; None takes it away."""
    config = copy.deepcopy(container())
    *folders, last = path.split(".")
    at = config
    for folder in folders:
        at = at[folder]
    if value is None:
        at.pop(last)
    else:
        at[last] = value
    return config


HOST_FILE = {"destination": "/h", "type": "bind", "source": "/etc/shadow"}
CLIMBING = {
    "destination": "/h",
    "type": "none",
    "options": ["rbind"],
    "source": "/run/drydock-x/data/containers/../../x",
}
SHARED = [{"type": kind} for kind in ("mount", "network", "uts", "ipc", "user")]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("process.capabilities.bounding", ["CAP_SYS_ADMIN"], "CAP_SYS_ADMIN"),
        ("process.noNewPrivileges", None, "no-new-privileges"),
        ("process.oomScoreAdj", -1, "spared"),
        ("linux.namespaces", SHARED, "pid namespace"),
        ("linux.namespaces", [*SHARED, {"type": "pid", "path": "/proc/1/ns/pid"}], "join another's pid"),
        ("linux.seccomp", None, "system call filter"),
        ("linux.maskedPaths", None, "masks"),
        ("linux.devices", [{"path": "/dev/sda"}], "devices"),
        ("linux.sysctl", {"kernel.shmmax": "1"}, "kernel.shmmax"),
        ("linux.cgroupsPath", "/drydock-x-other/1", "control group"),
        ("linux.resources.memory", None, "memory"),
        ("linux.resources.memory", {"limit": 1 << 40}, "memory"),
        ("linux.resources.pids", {"limit": -1}, "processes"),
        ("linux.resources.cpu", {"quota": 0}, "CPU"),
        ("linux.resources.cpu", {"quota": 900_000, "period": 100_000}, "CPU"),
        ("linux.resources.devices", [{"allow": True, "access": "rwm"}], "every device"),
        ("mounts", [HOST_FILE], "files of the machine"),
        ("mounts", [CLIMBING], "files of the machine"),
    ],
)  # fmt: skip
def test_what_the_sandbox_never_asks_for_is_refused(
    limits: dict[str, Any], path: str, value: object, said: str
) -> None:
    with pytest.raises(shim.Refused, match=said):
        check(changed(path, value), limits)


def test_volumes_are_counted_and_named_for_their_quota(limits: dict[str, Any]) -> None:
    volume = {"destination": "/v", "type": "bind", "source": "/run/drydock-x/data/volumes/1/_data"}
    assert shim.check_mounts([volume] * shim.VOLUMES, limits) == [volume["source"]] * shim.VOLUMES
    with pytest.raises(shim.Refused, match="4 volumes"):
        shim.check_mounts([volume] * (shim.VOLUMES + 1), limits)


# --- as a program -------------------------------------------------------------------------------------------------


def test_files_of_the_engine_in_a_container_are_read_only_and_its_shared_memory_is_not(
    tmp_path: Path, limits: dict[str, Any]
) -> None:
    hosts, shm = tmp_path / "containers/1/hosts", tmp_path / "containers/1/mounts/shm"
    shm.mkdir(parents=True)
    hosts.touch()
    mounts = [{"source": str(path), "options": ["rbind", "rw"]} for path in (hosts, shm)]
    shim.keep_from_writing(mounts, {**limits, "data": str(tmp_path)})
    assert [mount["options"] for mount in mounts] == [["rbind", "ro"], ["rbind", "rw"]]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The shim as the wrapper starts it."""
    command = [sys.executable, "-IS", str(shim.__file__), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write(folder: Path, name: str, value: object) -> str:
    """A JSON file, by its path."""
    (folder / name).write_text(json.dumps(value))
    return str(folder / name)


def test_a_container_that_passes_becomes_runc_with_the_same_words(tmp_path: Path, limits: dict[str, Any]) -> None:
    file = write(tmp_path, "limits.json", limits)
    write(tmp_path, "config.json", container())
    done = run(file, "--root", "/r", "create", "--bundle", str(tmp_path), "7")
    assert (done.returncode, done.stdout) == (0, f"--root /r create --bundle {tmp_path} 7\n")


def test_a_refusal_is_125_with_one_sentence_in_both_places_where_the_engine_looks(
    tmp_path: Path, limits: dict[str, Any]
) -> None:
    file, log = write(tmp_path, "limits.json", limits), tmp_path / "runc.log"
    write(tmp_path, "config.json", changed("linux.seccomp", None))
    done = run(file, "--log", str(log), "create", "--bundle", str(tmp_path), "7")
    sentence = "Drydock refused to run this: a container without the usual system call filter and masks is not allowed."
    assert (done.returncode, done.stderr) == (125, sentence + "\n")
    assert json.loads(log.read_text())["msg"] == sentence


@pytest.mark.parametrize("verb", ["run", "create"])
@pytest.mark.parametrize("broken", ["limits", "config", "both"])
def test_without_limits_or_with_a_configuration_it_cannot_read_nothing_runs(
    tmp_path: Path, limits: dict[str, Any], verb: str, broken: str
) -> None:
    file = write(tmp_path, "limits.json", {} if broken != "config" else limits)
    (tmp_path / "config.json").write_text("{" if broken != "limits" else json.dumps(container()))
    done = run(file, verb, "--bundle", str(tmp_path), "7")
    assert done.returncode == 125
    assert done.stderr.startswith("Drydock refused to run this: ")
    assert done.stdout == ""


def test_a_step_is_waited_for_and_its_exit_code_is_the_one_of_runc(tmp_path: Path, limits: dict[str, Any]) -> None:
    runc = tmp_path / "runc"
    runc.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/told\ncase "$*" in *delete*) exit 0;; esac\nexit 3\n')
    runc.chmod(0o755)
    write(tmp_path, "config.json", step())
    done = run(write(tmp_path, "limits.json", {**limits, "runc": str(runc)}), "run", "--bundle", str(tmp_path), "7")
    assert done.returncode == 3
    assert (tmp_path / "told").read_text().splitlines() == [f"run --keep --bundle {tmp_path} 7", "delete --force 7"]
    assert json.loads((tmp_path / "config.json").read_text())["linux"]["cgroupsPath"] == "/drydock-x/build/7"


def test_a_command_in_a_container_has_no_more_rights_than_the_container(tmp_path: Path, limits: dict[str, Any]) -> None:
    file = write(tmp_path, "limits.json", limits)
    plain = write(tmp_path, "plain.json", container()["process"])
    mighty = write(tmp_path, "mighty.json", changed("process.capabilities.bounding", ["CAP_SYS_PTRACE"])["process"])
    assert run(file, "exec", "--process", plain, "7").returncode == 0
    assert "CAP_SYS_PTRACE" in run(file, "exec", "--process", mighty, "7").stderr


def test_a_frozen_container_is_not_restored(tmp_path: Path, limits: dict[str, Any]) -> None:
    assert run(write(tmp_path, "limits.json", limits), "restore", "7").returncode == 125


def test_its_own_json_is_the_usual_json(tmp_path: Path) -> None:
    value = {"a": [1, -2.5, True, None, 'ä\n"\\\u2028'], "b": {"c": {}}, "": []}
    file = write(tmp_path, "x.json", value)
    assert shim.read_json(file) == value
    assert json.loads(shim.json_text(value)) == value
    for text in ("", "{} x", "[1,"):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(ValueError, match=r"JSON|Expecting"):
            shim.read_json(file)


def test_it_is_small_to_start() -> None:
    """Every import costs each step some milliseconds."""
    code = (
        "import sys; before = set(sys.modules); exec(open(sys.argv[1]).read(), {'__name__': 'shim'}); "
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-IS", "-c", code, str(shim.__file__)], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {"__future__", "_json", "_signal", "fcntl", "time", *os_modules()}


def os_modules() -> set[str]:
    """What importing os alone brings."""
    code = "import sys, os; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-IS", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
