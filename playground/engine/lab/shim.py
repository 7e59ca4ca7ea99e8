"""Stands before runc: bounds every RUN step, looks at every container, then hands over. Fails closed: exit 125, one
sentence.

The engine runs a copy of this file as `python -IS shim.pyc LIMITS.json WORDS OF RUNC…` (`keeper` lays it out), so it
knows the standard library only, and of that as little as it can: it runs before each step (json's own C part without
json costs 2 ms, json 8). What it reads and writes is the runtime's config.json: github.com/opencontainers/runtime-spec,
config.md and config-linux.md. Ioctls: linux/btrfs.h.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from _json import encode_basestring_ascii, make_encoder, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing these, or json and signal, would cost more than all the rest
    import signal
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    Config = dict[str, Any]
else:
    import _signal as signal

REFUSED = 125
PERIOD = 100_000
MAX_EXCL = 2
QGROUP_LIMIT = 0x8030942B
SUBVOL_CREATE = 0x5000940E
# What sandbox.CAPABILITIES grants a container; a test compares the two.
CONTAINER_CAPABILITIES = frozenset(
    {"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE", "CAP_KILL"}
)
STEP_LOSES = frozenset({"CAP_MKNOD", "CAP_NET_RAW", "CAP_AUDIT_WRITE"})
SYSCTLS = frozenset({"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"})
NAMESPACES = frozenset({"mount", "network", "uts", "pid", "ipc"})
STEP_FILES = 4096
OOM_SCORE = 500
VOLUMES = 4
ROOM = 4 << 20
EDQUOT = 122
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class Refused(Exception):
    """One sentence that says why nothing is run."""


def main(words: Sequence[str]) -> int:
    """Read the limits, do what the word asks for, become runc or wait for it."""
    limits_file, *words = words
    try:
        limits = read_json(limits_file)
        verb = next(word for word in words if word in ("run", *CHECKED))
        if verb == "run":
            return run(words, limits)
        CHECKED[verb](words, limits)
    except Exception as error:  # noqa: BLE001 - whatever it is: without limits nothing runs
        return refuse(words, error)
    return become(limits["runc"], words)


def become(runc: str, words: Sequence[str]) -> int:
    """Hand over to runc for good."""
    return os.execv(runc, ["runc", *words])  # noqa: S606 - becoming runc is what we are for


def refuse(words: Sequence[str], error: Exception) -> int:
    """Say why, where the engine looks for it: on standard error, and in runc's own log if there is one."""
    why = str(error) if isinstance(error, Refused) else f"its limits could not be set: {error!r}"
    sentence = f"Drydock refused to run this: {why}."
    sys.stderr.write(sentence + "\n")
    if "--log" in words:
        line = {"level": "error", "msg": sentence, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        with open(words[words.index("--log") + 1], "a", encoding="utf-8") as log:
            log.write(json_text(line) + "\n")
    return REFUSED


# --- RUN steps ----------------------------------------------------------------------------------------------------


def run(words: Sequence[str], limits: Config) -> int:
    """Bound the step, wait for it, and say which limit it met, if it failed at one."""
    bundle = bundle_of(words)
    config = load(bundle)
    group = f"{limits['group']}/build/{words[-1]}"
    bound_step(config, limits, group)
    root = os.path.join(bundle, config["root"]["path"])
    if limits["quota"]:
        limit_subvolume(root, limits["build"]["disk"])
    save(bundle, config)
    at = words.index("run")
    kept = "--keep" in words  # newer engines delete the container by themselves, after it
    code = wait_for(limits["runc"], words if kept else [*words[: at + 1], "--keep", *words[at + 1 :]])
    if code:
        for sentence in met(limits, group, root):
            sys.stderr.write(sentence + "\n")
    if not kept:
        wait_for(limits["runc"], [*words[:at], "delete", "--force", words[-1]])
    return code


def bound_step(config: Config, limits: Config, group: str) -> None:
    """Write a RUN step's limits into its configuration. BuildKit itself sets none."""
    linux, process, most = config["linux"], config["process"], limits["build"]
    names = {one["type"] for one in linux["namespaces"]}
    lacking = NAMESPACES - names | ({"user"} - names if limits["remap"] else set())
    if lacking:
        raise Refused(f"a step without a {min(lacking)} namespace of its own is not allowed")
    resources = linux.setdefault("resources", {})
    resources["memory"] = {"limit": most["memory"]}
    if limits["swap"]:
        resources["memory"]["swap"] = most["memory"]
    resources["pids"] = {"limit": most["processes"]}
    resources["cpu"] = {"quota": most["millicpus"] * PERIOD // 1000, "period": PERIOD}
    linux["cgroupsPath"] = group
    process["noNewPrivileges"] = True
    process["oomScoreAdj"] = OOM_SCORE
    for held in (process.get("capabilities") or {}).values():
        held[:] = [name for name in held if name not in STEP_LOSES]
    kept = [one for one in process.get("rlimits") or () if one["type"] not in ("RLIMIT_NOFILE", "RLIMIT_CORE")]
    process["rlimits"] = [
        *kept,
        {"type": "RLIMIT_NOFILE", "soft": STEP_FILES, "hard": STEP_FILES},
        {"type": "RLIMIT_CORE", "soft": 0, "hard": 0},
    ]


def met(limits: Config, group: str, root: str) -> Iterator[str]:
    """The limits that this step's control group and its disk say were met, each in a sentence for the build's log."""
    most = limits["build"]
    if count(limits, "memory", group, "oom_kill"):
        yield f"Drydock: a program of this step was killed: a step may use {most['memory_text']} of memory."
    if count(limits, "pids", group, "max"):
        yield f"Drydock: this step could not start a program: a step may have {most['processes']} processes."
    if limits["quota"] and is_full(root):
        yield f"Drydock: this step could write no more: a step may write {most['disk_text']}."


def count(limits: Config, controller: str, group: str, word: str) -> int:
    """A counter of the group. v1: memory.oom_control, pids.events (memory.rst, pids.rst); v2: both are *.events."""
    if limits["cgroups"] == "v2":
        file = f"{limits['cgroup_root']}{group}/{controller}.events"
    else:
        name = {"memory": "memory.oom_control", "pids": "pids.events"}[controller]
        file = f"{limits['cgroup_root']}/{controller}{group}/{name}"
    try:
        with open(file, encoding="ascii") as told:
            counts = {name: int(number) for name, number in (line.split() for line in told)}
    except (OSError, ValueError):
        return 0
    return counts.get(word, 0)


def is_full(root: str) -> bool:
    """Whether the quota has no room for another few megabytes: tried with a file that has no name."""
    try:
        fd = os.open(root, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        return error.errno == EDQUOT
    try:
        os.posix_fallocate(fd, 0, ROOM)
    except OSError as error:
        return error.errno == EDQUOT
    finally:
        os.close(fd)
    return False


def wait_for(runc: str, words: Sequence[str]) -> int:
    """Run it to its end, pass on what we are told; its exit code, or 128 and the signal that ended it."""
    pid = os.posix_spawn(runc, ["runc", *words], os.environ)
    for number in FORWARDED:
        signal.signal(number, lambda got, frame: os.kill(pid, got))
    status = os.waitpid(pid, 0)[1]
    for number in FORWARDED:
        signal.signal(number, signal.SIG_IGN)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


# --- containers ---------------------------------------------------------------------------------------------------


def create(words: Sequence[str], limits: Config) -> None:
    """Refuse what `sandbox.container_spec` never asks for, whoever asked; bound the container's disk."""
    bundle = bundle_of(words)
    config = load(bundle)
    check_process(config["process"])
    check_linux(config["linux"], limits)
    volumes = check_mounts(config.get("mounts") or (), limits)
    keep_from_writing(config.get("mounts") or (), limits)
    save(bundle, config)
    if limits["quota"]:
        limit_subvolume(os.path.join(bundle, config["root"]["path"]), limits["run"]["disk"])
        for folder in volumes:
            limit_volume(folder, limits["run"]["disk"])


def check_process(process: Config) -> None:
    """Rights: those of the sandbox and no way to gain others."""
    for held in (process.get("capabilities") or {}).values():
        stranger = set(held or ()) - CONTAINER_CAPABILITIES
        if stranger:
            raise Refused(f"a container may not have {min(stranger)}")
    if not process.get("noNewPrivileges"):
        raise Refused("a container without no-new-privileges is not allowed")
    if (process.get("oomScoreAdj") or 0) < 0:
        raise Refused("a container may not be spared when memory runs out")


def check_linux(linux: Config, limits: Config) -> None:
    """Namespaces, devices, system calls, control group: nothing shared with the machine or with others."""
    names = {one["type"]: one.get("path") for one in linux["namespaces"]}
    lacking = (NAMESPACES | ({"user"} if limits["remap"] else set())) - set(names)
    if lacking:
        raise Refused(f"a container without a {min(lacking)} namespace of its own is not allowed")
    joined = [kind for kind, path in names.items() if path and kind in ("pid", "ipc", "uts", "mount", "user")]
    if joined:
        raise Refused(f"a container may not join another's {joined[0]} namespace")
    if not linux.get("seccomp") or not linux.get("maskedPaths") or not linux.get("readonlyPaths"):
        raise Refused("a container without the usual system call filter and masks is not allowed")
    if linux.get("devices"):
        raise Refused("a container may not have devices of the machine")
    strange = set(linux.get("sysctl") or ()) - SYSCTLS
    if strange:
        raise Refused(f"a container may not set {min(strange)}")
    if not (linux.get("cgroupsPath") or "").startswith(limits["group"] + "/"):
        raise Refused("a container may not choose its control group")
    check_resources(linux.get("resources") or {}, limits["run"])


def check_resources(resources: Config, most: Mapping[str, int]) -> None:
    """Bounds have to be there, and no larger than the table's."""
    memory = (resources.get("memory") or {}).get("limit") or 0
    processes = (resources.get("pids") or {}).get("limit") or 0
    cpu = resources.get("cpu") or {}
    quota, period = cpu.get("quota") or 0, cpu.get("period") or PERIOD
    for what, value, bound in (
        ("memory", memory, most["memory"]),
        ("processes", processes, most["processes"]),
        ("CPU", quota * 1000 // period, most["millicpus"]),
    ):
        if not 0 < value <= bound:
            raise Refused(f"a container needs a limit on its {what}, of at most {bound}")
    for rule in resources.get("devices") or ():
        if rule.get("allow") and rule.get("type") in (None, "a"):
            raise Refused("a container may not have every device")


def own_files(limits: Config) -> str:
    """Where the engine keeps what it lays into containers: a file each, and the folder of /dev/shm."""
    return os.path.join(limits["data"], "containers") + "/"


def check_mounts(mounts: Sequence[Config], limits: Config) -> list[str]:
    """Of the machine's files only what the engine itself lays in. Answers the volumes."""
    own = own_files(limits)
    volumes = os.path.join(limits["data"], "volumes") + "/"
    found = []
    for mount in mounts:
        source = mount.get("source", "")
        if mount.get("type") != "bind" and not {"bind", "rbind"} & set(mount.get("options") or ()):
            continue
        if source.startswith(volumes):
            found.append(source)
        elif not source.startswith(own) and source not in limits["inits"]:
            raise Refused("a container may not see files of the machine")
        if ".." in source.split("/"):
            raise Refused("a container may not see files of the machine")
    if len(found) > VOLUMES:
        raise Refused(f"a container may have {VOLUMES} volumes, and its image asks for {len(found)}")
    return found


def keep_from_writing(mounts: Sequence[Config], limits: Config) -> None:
    """/etc/hosts, hostname and resolv.conf lie on the engine's disk outside any quota: a container only reads them."""
    for mount in mounts:
        source = mount.get("source", "")
        if source.startswith(own_files(limits)) and os.path.isfile(source):
            mount["options"] = [*(word for word in mount.get("options") or () if word != "rw"), "ro"]


def execute(words: Sequence[str], limits: Config) -> None:
    """A command inside a running container has no more rights than the container."""
    del limits
    if "--process" not in words and "-p" not in words:
        raise Refused("a command without a description is not run")
    at = words.index("--process") if "--process" in words else words.index("-p")
    check_process(read_json(words[at + 1]))


def restore(words: Sequence[str], limits: Config) -> None:
    """A container that was frozen elsewhere would bring its own limits."""
    raise Refused("containers are not restored here")


CHECKED = {"create": create, "exec": execute, "restore": restore}


# --- disk ---------------------------------------------------------------------------------------------------------


def limit_subvolume(folder: str, size: int) -> None:
    """Let the subvolume that *folder* is the root of hold so many bytes of its own."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if os.fstat(fd).st_ino != 256:
            raise Refused("its disk has no quota of its own")
        fcntl.ioctl(fd, QGROUP_LIMIT, numbers(0, MAX_EXCL, 0, size, 0, 0))
    finally:
        os.close(fd)


def limit_volume(folder: str, size: int) -> None:
    """Make a volume's folder a subvolume with a quota, at its first use, with what the image put there."""
    if os.stat(folder).st_ino != 256:
        become_subvolume(folder)
    limit_subvolume(folder, size)


def become_subvolume(folder: str) -> None:
    """Create one beside it, move what is in it, take its place."""
    parent, name = os.path.split(folder.rstrip("/"))
    fresh = os.path.join(parent, name + ".quota")
    old = os.stat(folder)
    fd = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # struct btrfs_ioctl_vol_args: s64 fd, char name[4088]
        fcntl.ioctl(fd, SUBVOL_CREATE, bytearray(bytes(8) + os.path.basename(fresh).encode().ljust(4088, b"\0")))
    finally:
        os.close(fd)
    os.chown(fresh, old.st_uid, old.st_gid)
    os.chmod(fresh, old.st_mode & 0o7777)
    done = os.waitpid(os.posix_spawnp("cp", ["cp", "-a", "--reflink=auto", folder + "/.", fresh], os.environ), 0)[1]
    if done:
        raise Refused("a volume could not be given a quota")
    os.rename(folder, folder + ".before")
    os.rename(fresh, folder)
    os.waitpid(os.posix_spawnp("rm", ["rm", "-rf", folder + ".before"], os.environ), 0)


# --- files --------------------------------------------------------------------------------------------------------


def bundle_of(words: Sequence[str]) -> str:
    """The folder of config.json."""
    for option in ("--bundle", "-b"):
        if option in words:
            return words[words.index(option) + 1]
    raise Refused("there is no bundle to run")


def load(bundle: str) -> Config:
    """The configuration."""
    config: Config = read_json(os.path.join(bundle, "config.json"))
    return config


def save(bundle: str, config: Config) -> None:
    """Replace the configuration at once."""
    path = os.path.join(bundle, "config.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(json_text(config))
    os.rename(path + ".new", path)


class _Plain:
    """What the scanner asks of a json.JSONDecoder."""

    strict = True
    object_hook = object_pairs_hook = parse_constant = None
    parse_float, parse_int = float, int
    memo: dict[str, str] = {}  # noqa: RUF012 - the scanner's own


def read_json(path: str) -> Any:
    """What json.load would answer."""
    with open(path, encoding="utf-8") as told:
        text = told.read().strip()
    try:
        plain: Any = _Plain()
        value, end = make_scanner(plain)(text, 0)
    except StopIteration:
        end = -1
    if end != len(text):
        raise ValueError(f"{path} is no JSON")
    return value


def json_text(value: Any) -> str:
    """What json.dumps would answer."""
    make: Any = make_encoder
    return "".join(make(None, None, encode_basestring_ascii, None, ": ", ", ", False, False, False)(value, 0))


def numbers(*values: int) -> bytearray:
    """A structure of u64."""
    return bytearray(b"".join(value.to_bytes(8, sys.byteorder) for value in values))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
