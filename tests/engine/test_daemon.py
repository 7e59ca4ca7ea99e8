"""Finding, starting, sharing and stopping an engine. Those that start one use a state directory of their own."""

import http.server
import json
import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from playground.engine import daemon, daemon_process
from playground.engine.errors import EngineDown
from playground.engine.lab import disk, dockerd, notes
from playground.engine.limits import LIMITS
from playground.engine.ping import answers
from playground.engine.state import EnginePaths, state_dir
from tests.support.wait import until

ROOT = Path(__file__).parent.parent.parent
SAVES = ("/usr/sbin/iptables-save", "/usr/sbin/ip6tables-save")
Patch = pytest.MonkeyPatch


def quiet(line: str) -> None:
    """Progress that nobody reads."""


class Ping(http.server.BaseHTTPRequestHandler):
    """Answers as an engine does to GET /_ping."""

    def do_GET(self) -> None:
        body = b"OK" if self.path == "/_ping" else b"no"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def pinged(tmp_path: Path) -> Iterator[str]:
    """The address of something that answers like an engine."""
    path = tmp_path / "other.sock"
    with socketserver.ThreadingUnixStreamServer(str(path), Ping) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"unix://{path}"
        server.shutdown()
        thread.join()


# --- finding ------------------------------------------------------------------------------------------------------


def test_the_operator_s_engine_is_the_only_candidate() -> None:
    assert daemon.candidates({"DRYDOCK_ENGINE": "unix:///x", "DOCKER_HOST": "unix:///y"}) == ("unix:///x",)


def test_our_own_engine_comes_before_others(tmp_path: Path) -> None:
    env = {"DRYDOCK_STATE": str(tmp_path), "DOCKER_HOST": "tcp://127.0.0.1:1", "XDG_RUNTIME_DIR": "/run/user/7"}
    assert daemon.candidates(env)[:4] == (
        f"unix://{tmp_path}/engine/docker.sock",
        "tcp://127.0.0.1:1",
        "unix:///var/run/docker.sock",
        "unix:///run/user/7/docker.sock",
    )


def test_an_engine_that_answers_is_found(pinged: str) -> None:
    assert daemon.find({"DRYDOCK_ENGINE": pinged}) == pinged


def test_a_socket_that_nobody_serves_is_no_engine(tmp_path: Path) -> None:
    assert daemon.find({"DRYDOCK_ENGINE": f"unix://{tmp_path}/nothing.sock"}) is None
    assert not answers("ssh://somewhere")


def test_an_engine_that_was_only_found_is_held_without_being_ours(pinged: str, tmp_path: Path) -> None:
    with daemon.acquire({"DRYDOCK_ENGINE": pinged, "DRYDOCK_STATE": str(tmp_path)}, quiet) as hold:
        assert (hold.host, hold.ours) == (pinged, False)
    assert answers(pinged)


def test_an_operator_s_engine_that_is_down_is_named_and_no_other_is_started(tmp_path: Path) -> None:
    with pytest.raises(EngineDown, match=r"unix:///nowhere\.sock"):
        daemon.acquire({"DRYDOCK_ENGINE": "unix:///nowhere.sock", "DRYDOCK_STATE": str(tmp_path)}, quiet)
    assert list(tmp_path.iterdir()) == []


def test_without_root_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EngineDown, match="DRYDOCK_ENGINE"):
        daemon.start(tmp_path, quiet)


def test_the_state_directory_is_named_or_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_dir({"DRYDOCK_STATE": "/some/where"}) == Path("/some/where")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert state_dir({}) == Path("/var/lib/drydock")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert state_dir({"XDG_CACHE_HOME": "/c"}) == Path("/c/drydock")


def test_root_prefers_our_own_engine_to_one_that_answers(pinged: str, tmp_path: Path, monkeypatch: Patch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(daemon, "can_start", lambda: True)
    monkeypatch.setattr(daemon, "_ensure", lambda paths, env, log: asked.append(paths.state))
    with daemon.acquire({"DOCKER_HOST": pinged, "DRYDOCK_STATE": str(tmp_path)}, quiet) as hold:
        assert (hold.host, hold.ours) == (EnginePaths(tmp_path).host, True)
    assert asked == [tmp_path]


def test_others_than_root_use_the_engine_that_answers(pinged: str, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(daemon, "can_start", lambda: False)
    with daemon.acquire({"DOCKER_HOST": pinged, "DRYDOCK_STATE": str(tmp_path)}, quiet) as hold:
        assert (hold.host, hold.ours) == (pinged, False)


def test_where_ours_does_not_start_one_that_answers_is_used_and_that_is_said(
    pinged: str, tmp_path: Path, monkeypatch: Patch
) -> None:
    def cannot(*_: object) -> None:
        raise EngineDown("Our engine needs what is not here.")

    said: list[str] = []
    monkeypatch.setattr(daemon, "can_start", lambda: True)
    monkeypatch.setattr(daemon, "_ensure", cannot)
    with daemon.acquire({"DOCKER_HOST": pinged, "DRYDOCK_STATE": str(tmp_path)}, said.append) as hold:
        assert (hold.host, hold.ours) == (pinged, False)
    assert said == [
        f"Our engine needs what is not here. So the engine at {pinged} is used as it is, in shared engine mode."
    ]


def test_limits_that_cannot_be_understood_start_nothing(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(daemon, "can_start", lambda: True)
    env = {"DRYDOCK_LIMITS": "build.memory=plenty", "DRYDOCK_STATE": str(tmp_path), "DOCKER_HOST": "tcp://127.0.0.1:1"}
    monkeypatch.setattr(daemon, "find", lambda env: None)
    with pytest.raises(EngineDown, match="plenty"):
        daemon.acquire(env, quiet)


def test_the_configuration_keeps_the_engine_to_itself(tmp_path: Path) -> None:
    paths = EnginePaths(tmp_path)
    told = dockerd.configuration(paths, group="root", storage="btrfs", remap=True)
    assert json.loads(json.dumps(told)) == told
    assert told["hosts"] == [f"unix://{tmp_path}/engine/docker.sock"]
    assert told["data-root"] == str(paths.run / "data")
    assert told["storage-driver"] == "btrfs"
    assert told["userns-remap"] == "drydock-remap:drydock-remap"
    assert told["cgroup-parent"] == f"/{paths.cgroup}"
    assert told["live-restore"] is False
    assert told["builder"] == {"gc": {"enabled": True, "defaultKeepStorage": "4GB"}}
    assert told["default-address-pools"] == [{"base": "10.210.0.0/16", "size": 27}]


# --- starting and sharing -----------------------------------------------------------------------------------------


@pytest.fixture
def state() -> Iterator[Path]:
    """A state directory whose engine is gone afterwards, whatever the test did. Short: a socket's path has an end."""
    folder = Path(tempfile.mkdtemp(prefix="drydock-"))
    yield folder
    daemon.stop(folder, quiet, force=True)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def no_limits_from_outside(monkeypatch: Patch) -> None:
    """What the tests' own surroundings say about limits is not what is tested here."""
    monkeypatch.delenv("DRYDOCK_LIMITS", raising=False)


def test_a_state_directory_too_deep_for_a_socket_is_refused_with_a_sentence(tmp_path: Path) -> None:
    paths = EnginePaths(tmp_path / ("x" * 100))
    with pytest.raises(daemon_process.StartFailed, match="DRYDOCK_STATE"):
        daemon_process.start(paths, group="root", log=quiet)


def traces(state: Path) -> list[str]:
    """What is left of the engine of this state directory: processes, mounts, loop devices, cgroups, files."""
    paths = EnginePaths(state)
    found = [
        str(entry)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and str(state).encode() in command_line(entry)
    ]
    found += [line for line in Path("/proc/mounts").read_text().splitlines() if str(state) in line]
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"*/{paths.cgroup}*")]
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"{paths.cgroup}*")]
    left = (paths.socket, paths.record, paths.run, paths.plan, paths.notes, paths.room)
    found += [str(path) for path in left if path.exists()]
    return found + [f"loop device of {paths.disk}"] * disk.attached(paths.disk)


def rules() -> list[str]:
    """The machine's own firewall, without its counters."""
    told = [subprocess.run([program], capture_output=True, text=True, check=True).stdout for program in SAVES]
    return [re.sub(r"\[\d+:\d+\]", "", line) for line in "".join(told).splitlines() if not line.startswith("#")]


def namespace(kind: str, pid: int) -> str:
    """Which namespace a process is in."""
    return str(Path(f"/proc/{pid}/ns/{kind}").readlink())


def command_line(entry: Path) -> bytes:
    """A process's command line; empty when it is gone."""
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.engine
def test_an_engine_of_our_own_starts_answers_and_leaves_nothing_behind(state: Path) -> None:
    before, rules_before = Path("/proc/mounts").read_text(), rules()
    started = daemon.start(state, quiet)
    assert answers(started.host)
    assert os.getsid(started.pid) == started.pid, "Ctrl-C in our terminal does not reach it"
    for kind in ("net", "mnt", "pid"):
        assert namespace(kind, members(started.pid)["keeper"]) != namespace(kind, os.getpid())
    assert Path("/proc/mounts").read_text() == before, "its disk is mounted for itself alone"
    assert daemon.start(state, quiet) == started, "a second start answers the same engine"
    assert "1 use it" in daemon.status({"DRYDOCK_STATE": str(state), "DOCKER_HOST": ""})
    assert daemon.stop(state, quiet) == ()
    assert not answers(started.host)
    assert traces(state) == []
    assert Path("/proc/mounts").read_text() == before
    assert rules() == rules_before


@pytest.mark.engine
def test_two_who_start_at_once_get_one_engine(state: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: daemon.start(state, quiet), range(4)))
    assert len(set(started)) == 1


@pytest.mark.engine
def test_the_last_user_stops_it_and_not_the_first(state: Path) -> None:
    env = {"DRYDOCK_STATE": str(state), "DOCKER_HOST": ""}
    first, second = daemon.acquire(env, quiet), daemon.acquire(env, quiet)
    assert first.ours
    first.give_back()
    first.give_back()
    assert answers(second.host)
    assert len(daemon.stop(state, quiet)) == 1, "down leaves it to the one who still uses it"
    assert answers(second.host)
    second.give_back()
    assert not answers(second.host)
    assert traces(state) == []


@pytest.mark.engine
def test_a_user_that_was_killed_does_not_keep_the_engine(state: Path) -> None:
    env = {"DRYDOCK_STATE": str(state), "DOCKER_HOST": ""}
    program = (
        "from playground.engine import daemon\n"
        f"hold = daemon.acquire({env!r}, lambda line: None)\n"
        "print(hold.host, flush=True)\ninput()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        host = other.stdout.readline().strip()
        mine = daemon.acquire(env, quiet)
        assert mine.host == host
        other.send_signal(signal.SIGKILL)
    assert answers(host), "the engine outlives the process that started it"
    mine.give_back()
    assert not answers(host)


@pytest.mark.engine
@pytest.mark.parametrize("whom", ["janitor", "unshare", "keeper", "dockerd"])
def test_whichever_process_is_killed_all_of_it_ends_and_the_next_start_works(state: Path, whom: str) -> None:
    started = daemon.start(state, quiet)
    os.kill(members(started.pid)[whom], signal.SIGKILL)
    until(lambda: not traces(state), seconds=10, what="nothing of the engine is left, and nobody had to start it anew")
    again = daemon.start(state, quiet)
    assert again.pid != started.pid
    assert answers(again.host)


@pytest.mark.engine
def test_a_watcher_that_is_killed_is_there_again_and_the_engine_goes_on(state: Path) -> None:
    started = daemon.start(state, quiet)
    there = members(started.pid)
    os.kill(there["watcher"], signal.SIGKILL)
    until(
        lambda: members(started.pid).get("watcher", there["watcher"]) != there["watcher"],
        seconds=5,
        what="there is another",
    )
    assert answers(started.host)
    assert members(started.pid)["dockerd"] == there["dockerd"]


@pytest.mark.engine
def test_what_is_on_the_disk_stays_over_a_restart_and_a_damaged_disk_is_made_anew(state: Path) -> None:
    said: list[str] = []
    paths = EnginePaths(state)
    daemon.start(state, said.append)
    assert any("made anew" in line for line in said)
    daemon.stop(state, quiet)
    said.clear()
    daemon.start(state, said.append)
    assert not any("made anew" in line for line in said)
    daemon.stop(state, quiet)
    with paths.disk.open("r+b") as image:  # the super block of btrfs and its first copy
        for at in (64 << 10, 64 << 20):
            image.seek(at)
            image.write(b"x" * 4096)
    assert answers(daemon.start(state, quiet).host)
    assert "cannot be read any more" in paths.log.read_text()
    assert notes.read(paths.notes) is not None


@pytest.mark.engine
def test_an_operator_s_limits_reach_an_engine_that_starts_and_one_that_runs(state: Path) -> None:
    paths = EnginePaths(state)
    env = {"DRYDOCK_STATE": str(state), "DOCKER_HOST": "", "DRYDOCK_LIMITS": "build.memory=104857600"}
    with daemon.acquire(env, quiet):
        assert json.loads(paths.limits.read_text())["build"]["memory"] == 100 << 20
        with daemon.acquire({**env, "DRYDOCK_LIMITS": "rate.builds=7"}, quiet):
            assert json.loads(paths.limits.read_text())["build"]["memory"] == 100 << 20, "no word about the engine"
        with daemon.acquire({**env, "DRYDOCK_LIMITS": "engine.processes=999"}, quiet):
            assert json.loads(paths.limits.read_text())["build"]["memory"] == LIMITS["build.memory"].value
            assert "999 processes" in daemon.status(env)


def members(janitor: int) -> dict[str, int]:
    """The engine's first processes by what they do."""
    unshare = daemon_process.child_of(janitor)
    keeper = daemon_process.child_of(unshare)
    children = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and daemon_process._stat(int(entry.name))[1:2] == [str(keeper)]
    ]
    found = {"janitor": janitor, "unshare": unshare, "keeper": keeper}
    for pid in children:
        what = command_line(Path(f"/proc/{pid}"))
        if b"dockerd" in what.split(b"\0")[0]:
            found["dockerd"] = pid
        elif b"lab import keeper" in what:
            found["watcher"] = pid
    return found


def test_a_pid_that_another_process_has_got_is_not_our_engine(tmp_path: Path) -> None:
    paths = EnginePaths(tmp_path)
    paths.root.mkdir(parents=True)
    paths.record.write_text(json.dumps({"pid": os.getpid(), "born": 1}))
    assert daemon_process.recorded(paths) is None
    paths.record.write_text("not json")
    assert daemon_process.recorded(paths) is None
