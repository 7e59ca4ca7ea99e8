"""Power over the machine: asked for through the API, taken from inside, and asked of the engine past our checks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.engine.errors import EngineError
from playground.engine.port import StepSeen
from tests.attacks.siege import Siege
from tests.attacks.test_disk_by_instructions import engines
from tests.contracts.workbench import texts

# --- asked for through the API ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wishes",
    [
        pytest.param(wishes, marks=pytest.mark.attack(attack, "API", limit="fields that are not offered are refused"))
        for attack, wishes in (
            ("privileged", {"privileged": True, "Privileged": True}),
            ("host-network", {"network": "host", "network_mode": "host", "NetworkMode": "host", "ports": ["80:80"]}),
            ("host-pid", {"pid": "host", "pid_mode": "host", "ipc": "host", "uts": "host"}),
            ("host-userns", {"userns": "host", "userns_mode": "host", "user": "0"}),
            ("bind", {"binds": ["/:/host"], "volumes": ["/:/host"], "mounts": [{"Type": "bind", "Source": "/"}]}),
            ("device", {"devices": ["/dev/vda"], "device_requests": [], "gpus": "all"}),
            ("capabilities", {"cap_add": ["ALL"], "CapAdd": ["SYS_ADMIN"], "capabilities": ["ALL"]}),
            ("security-opt", {"security_opt": ["seccomp=unconfined"], "SecurityOpt": []}),
            ("cgroup-parent", {"cgroup_parent": "/", "CgroupParent": "/", "runtime": "runc"}),
            ("sysctls", {"sysctls": {"kernel.panic": "1"}, "HostConfig": {"Privileged": True}, "ulimits": []}),
        )
    ],
    ids=lambda wishes: next(iter(wishes)),
)
def test_no_api_takes_a_wish_for_power(wishes: dict[str, Any], siege: Siege) -> None:
    who, project = siege.project("RUN true")
    image = siege.build_project(who, project)["image"]["id"]
    calls = (("/api/containers/", {"image": image}), (f"/api/projects/{project}/builds/", {"reference": "evil:1"}),
             (f"/api/images/{image}/tag/", {"reference": "evil:2"}))  # fmt: skip
    said = ""
    for path, body in calls:
        for field, value in wishes.items():
            answer = who.send("POST", path, json={**body, field: value})
            assert answer.status_code == 400, (path, field, answer.text)
            error = answer.json()["error"]
            assert error["field"] == field
            said = said or error["message"]
    assert who.state()["containers"] == []
    siege.told(said, next(iter(wishes)), happened="refused as malformed")


@pytest.mark.attack("privileged", "build", limit="no --security in RUN")
def test_a_step_cannot_ask_for_insecure_mode(siege: Siege) -> None:
    siege.told(
        siege.refused("RUN --security=insecure id")["message"], "--security", happened="refused before it was queued"
    )


@pytest.mark.attack("host-network", "build", limit="steps have no network")
def test_a_step_cannot_ask_for_the_host_s_network(siege: Siege) -> None:
    siege.told(siege.refused("RUN --network=host id")["message"], "--network", happened="refused before it was queued")


@pytest.mark.attack("bind", "build", limit="mounts see the project only")
def test_a_bind_mount_of_a_step_sees_the_project_only(siege: Siege) -> None:
    who, project = siege.project("RUN --mount=type=bind,source=../../..,target=/h find /h -maxdepth 2; echo looked")
    with siege:
        end = siege.build_project(who, project)
    if end["state"] == "succeeded":
        found = {line for line in end["text"].splitlines() if line.startswith("/h/")}
        assert found <= {"/h/Dockerfile", "/h/greeting.txt", "/h/.dockerignore"}, found
        siege.record("the mount shows the project's own files", "")
    else:
        siege.record("refused", end["failure"]["what"])


# --- taken from inside ------------------------------------------------------------------------------------------------

TAKE = {
    "device": "mknod /d b 254 0 && head -c 1 /d && echo took; head -c 1 /dev/mem && echo took; "
    "for d in /dev/vda /dev/sda /dev/kmsg /dev/loop-control /dev/btrfs-control; do head -c 1 $d && echo took; done",
    "capabilities": "mkdir -p /m; mount -t tmpfs x /m && echo took; hostname x && echo took; "
    "chroot / true && echo took; "
    "ip link add d0 type dummy && echo took; unshare -U true && echo took; unshare -m true && echo took; "
    "head -c 1 /proc/kcore && echo took; swapoff -a && echo took; date -s 2020-01-01; "
    "nsenter -t 1 -m ls /root && echo took",
    "sysctls": "for f in kernel/panic kernel/core_pattern vm/drop_caches kernel/sysrq fs/file-max; do "
    "echo 1 > /proc/sys/$f && echo took; done; echo b > /proc/sysrq-trigger && echo took; "
    "echo 1 > /sys/kernel/mm/ksm/run && echo took; "
    "for f in pids/pids.max memory/memory.limit_in_bytes pids.max; do test -e /sys/fs/cgroup/$f && "
    "echo 1 > /sys/fs/cgroup/$f && echo took; done",
}
HARMLESS = "chroot / true && echo took; "
"""BuildKit lets a step do this inside itself."""


@pytest.mark.parametrize(
    "attack", [pytest.param(key, marks=pytest.mark.attack(key, "run", limit="seven capabilities")) for key in TAKE]
)
def test_a_container_cannot_take_power_from_inside(attack: str, siege: Siege) -> None:
    with siege:
        end = siege.run("", f"CMD ({TAKE[attack]}) 2>&1; echo tried")
    assert "tried" in end["text"]
    assert "took" not in end["text"], end["text"]
    siege.record("every try failed", last_words(end["text"]))


@pytest.mark.parametrize(
    "attack",
    [pytest.param(key, marks=pytest.mark.attack(key, "RUN", limit="the engine's few capabilities")) for key in TAKE],
)
def test_a_step_cannot_take_power_from_inside(attack: str, siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN ({TAKE[attack].replace(HARMLESS, '')}) 2>&1; echo tried")
    assert "tried" in end["text"]
    assert "took" not in end["text"], end["text"]
    siege.record("every try failed", last_words(end["text"]))


def last_words(text: str) -> str:
    """The last thing that a program said about it."""
    return next((line for line in reversed(text.splitlines()) if line not in {"tried", ""}), "")[:100]


# --- asked of the engine past our checks ------------------------------------------------------------------------------

SHOW = "grep -E 'CapEff|Seccomp:' /proc/self/status; head -1 /proc/self/uid_map; cat /proc/self/cgroup; "
STRAIGHT: dict[str, dict[str, Any]] = {
    "privileged": {"Privileged": True},
    "host-network": {"NetworkMode": "host"},
    "host-pid": {"PidMode": "host"},
    "host-userns": {"UsernsMode": "host"},
    "bind": {"Binds": ["/etc:/host:ro"]},
    "device": {"Devices": [{"PathOnHost": "/dev/full", "PathInContainer": "/dev/got", "CgroupPermissions": "rwm"}]},
    "capabilities": {"CapAdd": ["ALL"]},
    "security-opt": {"SecurityOpt": ["seccomp=unconfined"]},
    "cgroup-parent": {"CgroupParent": "/drydock-elsewhere"},
    "sysctls": {"Sysctls": {"net.ipv4.ip_forward": "1"}},
}


@pytest.mark.parametrize(
    "attack", [pytest.param(key, marks=pytest.mark.attack(key, "straight", limit="runc's shim")) for key in STRAIGHT]
)
def test_the_engine_itself_refuses_power(attack: str, siege: Siege) -> None:
    spec = siege.bench.container(f"{SHOW} ls -A /host | head -3; ls /dev/got")
    host_config = {**dict(spec.body["HostConfig"]), **STRAIGHT[attack]}  # type: ignore[call-overload]
    changed = replace(spec, body={**spec.body, "HostConfig": host_config})
    said, heard = "", list[str]()
    with siege:
        try:
            container = siege.bench.engine.create_container(changed)
            siege.bench.engine.start_container(container)
            heard = texts(siege.bench.engine.follow_container(container))
        except EngineError as error:
            said = error.message
    if siege.view.hardened:
        assert said, f"the engine ran it: {heard}"
    shown = said[said.find("Drydock") :] if "Drydock" in said else said
    siege.record("refused by the engine" if said else "not enforced: the engine runs it", engines(shown))
    siege.bench.clear()
    for left in Path("/sys/fs/cgroup").glob("*/drydock-elsewhere"):
        left.rmdir()


@pytest.mark.attack("host-network", "straight", limit="the engine's own network")
def test_a_step_in_the_engine_s_own_network_reaches_nobody(siege: Siege) -> None:
    spec = siege.bench.spec("FROM busybox\nRUN ls /sys/class/net; nc -w 2 127.0.0.1 22; echo tried\n", no_cache=True)
    host = replace(spec, parameters={**spec.parameters, "networkmode": "host"})
    with siege:
        events = list(siege.bench.engine.build(host))
    assert any(isinstance(event, StepSeen) for event in events)
    said = getattr(events[-1], "message", "")
    if siege.view.hardened:
        assert said, "a RUN step joined the engine's network"
    siege.record(
        "refused by the engine" if said else "not enforced: the step joins the engine's network", engines(said)
    )
