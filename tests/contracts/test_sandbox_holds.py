"""What only a kernel can show: the specs of `sandbox`, sent to a real engine, hold a learner's code."""

import subprocess
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.engine.port import BuildEvent, BuildFailed, BuildSpec, LogLine, StepChanged, StepOutput
from playground.engine.sandbox import CAPABILITIES, network_spec
from tests.contracts.workbench import Workbench, context, texts
from tests.support.wait import until

pytestmark = pytest.mark.engine

CAPABILITY_BITS = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "FOWNER": 3,
    "KILL": 5,
    "SETGID": 6,
    "SETUID": 7,
    "NET_BIND_SERVICE": 10,
}


def processes(marker: str) -> int:
    """How many processes of this machine carry *marker* in their command line."""
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                count += marker.encode() in (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return count


def other_learner(bench: Workbench) -> Workbench:
    """Somebody else of the same installation, whose things are removed with the first one's."""
    return Workbench(bench.engine, replace(bench.owner, learner="l8"), count=100)


def start_on_network(bench: Workbench, script: str) -> str:
    """A container on its learner's own network."""
    bench.engine.ensure_network(network_spec(owner=bench.owner))
    container = bench.engine.create_container(bench.container(script, networked=True))
    bench.engine.start_container(container)
    return container


def start_stubborn_build(bench: Workbench, marker: str) -> tuple[BuildSpec, Generator[BuildEvent, None, None]]:
    """A build whose RUN step ignores polite signals, at the moment it runs."""
    script = f"trap '' TERM INT HUP; echo {marker}; sleep 300; sleep 300"
    spec = bench.spec(f"FROM busybox\nRUN {script}\n", no_cache=True)
    events = bench.engine.build(spec)
    next(event for event in events if isinstance(event, StepOutput))
    assert processes(marker) > 0
    return spec, events


def test_cancelling_a_build_kills_its_process_within_a_second(real_bench: Workbench) -> None:
    marker = f"marker-{real_bench.owner.instance}"
    spec, events = start_stubborn_build(real_bench, marker)
    real_bench.engine.cancel_build(spec.build_id)
    until(lambda: processes(marker) == 0, seconds=1, what="the RUN process is gone")
    assert isinstance(list(events)[-1], BuildFailed)


def test_leaving_a_build_kills_its_process_within_a_second(real_bench: Workbench) -> None:
    marker = f"marker-{real_bench.owner.instance}"
    _, events = start_stubborn_build(real_bench, marker)
    began = time.monotonic()
    events.close()
    until(lambda: processes(marker) == 0, seconds=1, what="the RUN process is gone")
    assert time.monotonic() - began < 1


def test_a_worker_that_is_killed_takes_its_build_with_it(real_bench: Workbench, engine_host: str) -> None:
    marker = f"marker-{real_bench.owner.instance}"
    program = (
        "import sys\n"
        "from playground.engine.docker_engine import DockerEngine\n"
        "from playground.engine.port import Owner\n"
        "from tests.contracts.workbench import Workbench\n"
        f"bench = Workbench(DockerEngine({engine_host!r}, instance='t'), Owner(instance={real_bench.owner.instance!r},"
        " learner='l7', job='j'))\n"
        f"for event in bench.engine.build(bench.spec('FROM busybox\\nRUN echo {marker}; sleep 300; sleep 300\\n',"
        " no_cache=True)): print(event, flush=True)\n"
    )
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(
        [root / ".venv/bin/python", "-c", program], stdout=subprocess.PIPE, text=True, cwd=root
    ) as worker:
        assert worker.stdout is not None
        assert any("StepOutput" in line for line in worker.stdout)
        worker.kill()
        until(lambda: processes(f"echo {marker}; sleep") == 0, seconds=1, what="the RUN process is gone")


def test_a_run_step_sees_no_network_but_loopback(real_bench: Workbench) -> None:
    story = real_bench.build("FROM busybox\nRUN ls /sys/class/net\n", no_cache=True)
    assert story.output("RUN ls").split() == ["lo"]


def test_a_run_step_s_cache_belongs_to_its_learner(real_bench: Workbench) -> None:
    real_bench.build(
        f"FROM busybox\nRUN --mount=type=cache,id=c,target=/c echo {real_bench.owner.instance} > /c/mine\n"
    )
    other = other_learner(real_bench)
    dockerfile = (
        "FROM busybox\nARG BUILDKIT_CACHE_MOUNT_NS=l7\n"
        "RUN --mount=type=cache,id=c,target=/c echo {0}; ls /c; echo end\n"
    )
    stolen = {"BUILDKIT_CACHE_MOUNT_NS": f"{real_bench.owner.instance}-l7"}
    asked = [other.build(dockerfile.format(1), build_args=stolen), real_bench.build(dockerfile.format(2))]
    assert [one.output("RUN --mount") for one in asked] == ["1\nend\n", "2\nmine\nend\n"]


def test_a_container_has_only_loopback(real_bench: Workbench) -> None:
    _, heard = real_bench.run("ls /sys/class/net")
    assert texts(heard) == ["lo"]


def test_a_learner_s_network_reaches_its_own_containers_and_no_other_learner_s(real_bench: Workbench) -> None:
    stranger = other_learner(real_bench)
    serve = "ip -4 -o addr show eth0 | grep -oE '10[.0-9]+' | head -1; nc -l -p 8080 -e echo hello"
    server = start_on_network(stranger, serve)
    address = next(one.text for one in stranger.engine.follow_container(server) if isinstance(one, LogLine))
    friend = start_on_network(stranger, f"nc -w 2 {address} 8080 </dev/null || echo closed")
    assert texts(stranger.engine.follow_container(friend)) == ["hello"]
    again = start_on_network(stranger, serve)
    address = next(one.text for one in stranger.engine.follow_container(again) if isinstance(one, LogLine))
    enemy = start_on_network(real_bench, f"nc -w 2 {address} 8080 </dev/null 2>/dev/null || echo closed")
    assert texts(real_bench.engine.follow_container(enemy)) == ["closed"]


def test_a_container_has_exactly_the_capabilities_named(real_bench: Workbench) -> None:
    _, heard = real_bench.run("grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status")
    told = dict(line.split(":\t") for line in texts(heard))
    assert int(told["CapBnd"], 16) == sum(1 << CAPABILITY_BITS[name] for name in CAPABILITIES)
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == "2"


def test_a_container_cannot_have_more_processes_than_its_limit(real_bench: Workbench) -> None:
    script = "i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done; echo all started"
    _, heard = real_bench.run(script)
    assert "all started" not in texts(heard)
    assert any("fork" in line for line in texts(heard))


def test_a_container_s_tmp_is_bounded_and_no_core_is_written(real_bench: Workbench) -> None:
    script = "dd if=/dev/zero of=/tmp/x bs=1M count=100 2>&1 | grep -o 'No space left'; ulimit -c; ulimit -n"
    _, heard = real_bench.run(script, memory=256 << 20)
    assert texts(heard) == ["No space left", "0", "1024"]


def test_a_container_cannot_mount_or_make_devices(real_bench: Workbench) -> None:
    _, heard = real_bench.run(
        "mknod /d b 8 0 2>/dev/null || echo no device; mount -t tmpfs x /mnt 2>/dev/null || echo no mount"
    )
    assert texts(heard) == ["no device", "no mount"]


def test_a_very_long_line_is_cut_and_says_by_how_much(real_bench: Workbench) -> None:
    script = "head -c 40000 /dev/zero | tr '\\0' x; echo; echo after; printf 'bad \\377 byte\\n'; printf 'no end'"
    _, heard = real_bench.run(script)
    long, after, bad, last = texts(heard)
    assert long == "x" * 16384 + " … (line cut: 23,616 more bytes)"
    assert after == "after"
    assert bad == "bad � byte"
    assert last == "no end"


def test_two_independent_stages_run_at_the_same_time(real_bench: Workbench) -> None:
    dockerfile = (
        "FROM busybox AS a\nRUN sleep 1; echo a > /a\nFROM busybox AS b\nRUN sleep 1; echo b > /b\n"
        "FROM busybox\nCOPY --from=a /a /a\nCOPY --from=b /b /b\n"
    )
    story = real_bench.build(dockerfile, no_cache=True)
    spans = [
        (event.started or 0.0, event.completed or 0.0)
        for name in ("echo a > /a", "echo b > /b")
        for event in story.events
        if isinstance(event, StepChanged) and event.state == "done" and event.id == story.step(name).id
    ]
    assert len(spans) == 2
    assert max(start for start, _ in spans) < min(end for _, end in spans), "one starts before the other has ended"


OWNERS = """\
FROM busybox
WORKDIR /work
COPY . ./
COPY --chown=7:8 deep/a.txt /seven
RUN stat -c %u:%g a.txt deep deep/a.txt /seven . | tr '\\n' ' '
RUN echo more >> a.txt && touch deep/new
"""


def test_what_is_copied_belongs_to_the_root_of_the_container(real_bench: Workbench, tmp_path: Path) -> None:
    story = real_bench.build(OWNERS, files=context(tmp_path, {"a.txt": "a", "deep/a.txt": "a"}), no_cache=True)
    assert story.image_id
    assert story.output("RUN stat").strip() == "0:0 0:0 0:0 7:8 0:0"
