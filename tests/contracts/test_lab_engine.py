"""What the lab engine adds to any engine: quotas, bounds of RUN steps, users, and refusals behind the sandbox.

It runs on an engine of its own, so that these tests say the same wherever the others run.
"""

import io
import ipaddress
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.engine import base_images, daemon, daemon_process
from playground.engine.docker_engine import DockerEngine
from playground.engine.errors import EngineError
from playground.engine.lab import notes
from playground.engine.lab.cgroups import Tree
from playground.engine.limits import LIMITS
from playground.engine.port import ContextFile, LogLine
from playground.engine.sandbox import network_spec
from playground.engine.state import EnginePaths, state_dir
from tests.contracts.conftest import bench_on
from tests.contracts.workbench import Story, Workbench, texts
from tests.support.wait import until

pytestmark = pytest.mark.engine
MIB = 1 << 20
LAYER, DISK = 40 * MIB, 60 * MIB
LIMITS_HERE = f"build.disk={LAYER},run.disk={DISK},build.memory={100 * MIB},build.processes=40"


@pytest.fixture(scope="module")
def lab() -> Iterator[EnginePaths]:
    """A lab engine with small limits."""
    yield from lab_engine(LIMITS_HERE)


def lab_engine(limits: str) -> Iterator[EnginePaths]:
    """An engine with these limits and busybox."""
    folder = Path(tempfile.mkdtemp(prefix="drydock-"))  # short: a socket's path has an end
    env = {"DRYDOCK_STATE": str(folder), "DRYDOCK_LIMITS": limits}
    with daemon.acquire(env, lambda line: None) as hold:
        engine = DockerEngine(hold.host, instance="tests")
        cache = EnginePaths(state_dir({})).images
        base_images.ensure(engine, "busybox:latest", cache, lambda line, part: None)
        engine.close()
        yield EnginePaths(folder)
    shutil.rmtree(folder)


@pytest.fixture
def bench(lab: EnginePaths) -> Iterator[Workbench]:
    """An owner on it."""
    engine = DockerEngine(lab.host, instance="tests")
    yield from bench_on(engine)
    engine.close()


def failed(story: Story, part: str) -> str:
    """What the step that failed had printed."""
    assert story.failure
    return story.output(part)


@pytest.fixture
def without_disk() -> Iterator[EnginePaths]:
    """A lab engine on a machine that has no disk for it."""
    yield from lab_engine("engine.disk=1")


# --- what was set up ----------------------------------------------------------------------------------------------


def test_every_piece_can_be_had_here(lab: EnginePaths) -> None:
    told = notes.read(lab.notes)
    assert told is not None
    assert told.missing == ()
    assert (told.storage, bool(told.quota), bool(told.remap), told.firewall) == ("btrfs", True, True, True)
    assert notes.free_room(lab.room)


def test_where_there_can_be_no_disk_the_engine_has_the_rest_and_says_so(without_disk: EnginePaths) -> None:
    told = notes.read(without_disk.notes)
    assert told is not None
    assert [one.key for one in told.missing] == ["disk"]
    assert "engine.disk" in told.missing[0].sentence
    assert (told.storage, told.quota, bool(told.remap)) == ("", "", True)
    engine = DockerEngine(without_disk.host, instance="tests")
    for bench in bench_on(engine):
        said = failed(bench.build("FROM busybox\nRUN tail -c 600m /dev/zero > /x\nRUN test -s /x\n"), "tail")
        assert "a step may use 512 MiB of memory" in said
        assert texts(bench.run("echo runs")[1]) == ["runs"]
    engine.close()


def test_the_engine_itself_and_what_it_runs_are_in_groups_of_their_own(bench: Workbench, lab: EnginePaths) -> None:
    container = bench.start("sleep 30")
    assert Tree().processes(lab.daemon_cgroup)
    inside = Tree().processes(lab.cgroup)
    assert inside
    assert not inside & Tree().processes(lab.daemon_cgroup)
    bench.engine.remove_container(container)


# --- steps --------------------------------------------------------------------------------------------------------


def test_a_step_over_its_memory_is_killed_and_told_the_limit(bench: Workbench) -> None:
    said = failed(
        bench.build("FROM busybox\nRUN head -c 300m /dev/zero | tail -c 200m > /x\nRUN test -s /x\n"), "head -c"
    )
    assert "Drydock: a program of this step was killed: a step may use 100 MiB of memory." in said


def test_a_step_that_is_killed_for_another_reason_is_not_told_about_memory(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN sh -c 'kill -9 $$'; exit $?\n")
    assert "exit code: 137" in story.failure
    assert "Drydock" not in story.output("RUN sh")


def test_a_step_with_too_many_processes_is_told_the_limit(bench: Workbench) -> None:
    said = failed(bench.build("FROM busybox\nRUN for i in $(seq 99); do sleep 2 & done; wait\n"), "RUN for")
    assert "Drydock: this step could not start a program: a step may have 40 processes." in said


def test_a_step_that_writes_too_much_is_told_the_limit(bench: Workbench) -> None:
    said = failed(bench.build("FROM busybox\nRUN dd if=/dev/zero of=/x bs=1M count=90\n"), "RUN dd")
    assert "Disk quota exceeded" in said
    assert "Drydock: this step could write no more: a step may write 40 MiB." in said


def test_a_cache_mount_has_a_quota_too(bench: Workbench) -> None:
    dockerfile = "FROM busybox\nRUN --mount=type=cache,target=/c dd if=/dev/zero of=/c/x bs=1M count=90\n"
    assert "Disk quota exceeded" in failed(bench.build(dockerfile), "dd if")


def test_what_the_engine_itself_unpacks_has_a_quota_too(bench: Workbench, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as packed:
        for number in range(3):
            entry = tarfile.TarInfo(f"zeros-{number}")
            entry.size = 20 * MIB
            packed.addfile(entry, io.BytesIO(bytes(entry.size)))
    bomb = tmp_path / "bomb.tar.gz"
    files = (ContextFile(path="bomb.tar.gz", source=bomb, size=bomb.stat().st_size),)
    assert bomb.stat().st_size < MIB
    assert "quota exceeded" in bench.build("FROM busybox\nADD bomb.tar.gz /\n", files=files).failure


def free_room_now(lab: EnginePaths) -> int:
    """The free room as it is: btrfs counts what was written with its next transaction, which a sync brings about."""
    os.sync()
    synced = time.time_ns()
    until(lambda: lab.room.stat().st_mtime_ns > synced, seconds=40, what="the disk was looked at again")
    return notes.free_room(lab.room) or 0


def test_a_copy_from_another_stage_takes_no_room_of_its_own(bench: Workbench, lab: EnginePaths) -> None:
    """btrfs shares the blocks, so a layer may show more than it may write; the disk as a whole stays bounded."""
    half = "RUN dd if=/dev/zero of=/{0} bs=1M count=30\n"
    dockerfile = f"FROM busybox AS a\n{half.format('x')}{half.format('y')}FROM busybox\nCOPY --from=a /x /y /both/\n"
    before = free_room_now(lab)
    assert bench.build(dockerfile).image_id
    assert 30 * MIB < before - free_room_now(lab) < 90 * MIB


def test_a_step_has_no_way_to_raise_its_rights(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN grep -E 'NoNewPrivs|CapBnd' /proc/self/status; cat /proc/self/uid_map\n")
    told = story.output("RUN grep").split()
    assert told[told.index("NoNewPrivs:") + 1] == "1"
    assert not int(told[told.index("CapBnd:") + 1], 16) & (1 << 27 | 1 << 13 | 1 << 21), "mknod, raw sockets, admin"
    assert int(told[-2]) >= 0x70000000, "root of the step is nobody outside"


def test_a_step_in_the_engine_s_own_network_is_refused(bench: Workbench) -> None:
    spec = bench.spec("FROM busybox\nRUN echo never\n", no_cache=True)
    asked = replace(spec, parameters={**spec.parameters, "networkmode": "host"})
    story = Story(list(bench.engine.build(asked)))
    assert "125" in story.failure
    assert "network namespace" in story.output("RUN echo")


# --- containers ---------------------------------------------------------------------------------------------------


def test_a_container_can_write_what_it_may_and_no_more(bench: Workbench) -> None:
    _, heard = bench.run("dd if=/dev/zero of=/x bs=1M count=50 && echo fits; dd if=/dev/zero of=/y bs=1M count=50")
    assert "fits" in texts(heard)
    assert any("Disk quota exceeded" in line for line in texts(heard))


def test_a_volume_of_an_image_has_a_quota_and_keeps_what_the_image_put_there(bench: Workbench) -> None:
    bench.build("FROM busybox\nRUN mkdir /v && echo from the image > /v/file && chown 7 /v\nVOLUME /v\n")
    script = "cat /v/file; stat -c %u /v; dd if=/dev/zero of=/v/x bs=1M count=90"
    container, heard = bench.run(script, image=bench.reference("app:1"))
    assert texts(heard)[:2] == ["from the image", "7"]
    assert any("Disk quota exceeded" in line for line in texts(heard))
    bench.engine.start_container(container)
    again = [one.text for one in bench.engine.follow_container(container) if isinstance(one, LogLine)]
    assert again.count("from the image") == 2, "what it wrote is there at the second start"


def test_a_container_reaches_nothing_that_listens_beside_the_engine(bench: Workbench, lab: EnginePaths) -> None:
    bench.engine.ensure_network(network_spec(owner=bench.owner))
    script = "ip -4 -o addr show eth0 | grep -oE '10[.0-9]+' | head -1; sleep 30"
    container = bench.engine.create_container(bench.container(script, networked=True))
    bench.engine.start_container(container)
    address = next(one.text for one in bench.engine.follow_container(container) if isinstance(one, LogLine))
    gateway = str(ipaddress.ip_network(f"{address}/27", strict=False)[1])
    recorded = daemon_process.recorded(lab)
    assert recorded
    keeper = daemon_process.child_of(daemon_process.child_of(recorded.pid))
    listener = "import socket; s = socket.create_server(('0.0.0.0', 4711)); print(s, flush=True); s.accept()"
    command = ["nsenter", f"--net=/proc/{keeper}/ns/net", sys.executable, "-c", listener]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as beside:
        assert beside.stdout is not None
        assert beside.stdout.readline()
        asks = f"nc -w 2 {gateway} 4711 </dev/null 2>/dev/null && echo open || echo closed"
        other = bench.engine.create_container(bench.container(asks, networked=True))
        bench.engine.start_container(other)
        heard = texts(bench.engine.follow_container(other))
        beside.kill()
    assert heard == ["closed"]


@pytest.mark.parametrize(
    "asked",
    [
        {"Privileged": True}, {"PidMode": "host"}, {"NetworkMode": "host"}, {"UsernsMode": "host"}, {"IpcMode": "host"},
        {"UTSMode": "host"}, {"CapAdd": ["SYS_ADMIN"]}, {"Binds": ["/etc:/h"]}, {"Binds": ["/:/h:ro"]},
        {"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/h"}]}, {"CgroupParent": "/elsewhere"},
        {"Devices": [{"PathOnHost": "/dev/loop0", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}]},
        {"DeviceCgroupRules": ["a *:* rwm"]}, {"SecurityOpt": ["no-new-privileges", "seccomp=unconfined"]},
        {"SecurityOpt": ["no-new-privileges", "systempaths=unconfined"]}, {"SecurityOpt": ["no-new-privileges=false"]},
        {"Sysctls": {"net.ipv4.ip_forward": "1"}}, {"OomScoreAdj": -999}, {"Memory": 0, "MemorySwap": 0},
        {"Memory": 1 << 40, "MemorySwap": 1 << 40}, {"PidsLimit": -1}, {"NanoCpus": 0},
        {"Runtime": "io.containerd.runc.v1", "CapAdd": ["SYS_ADMIN"]},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_sandbox_never_asks_for_does_not_start_whoever_asks(bench: Workbench, asked: dict[str, Any]) -> None:
    spec = bench.container("echo in")
    host_config: dict[str, Any] = spec.body["HostConfig"]  # type: ignore[assignment]
    host_config |= asked
    with pytest.raises(EngineError) as refused:
        bench.engine.start_container(bench.engine.create_container(spec))
    assert refused.value.message


def test_the_limits_of_the_table_are_those_of_the_shim(lab: EnginePaths) -> None:
    assert LIMITS["run.processes"].value == 128
    assert f'"disk": {LAYER}' in lab.limits.read_text()
