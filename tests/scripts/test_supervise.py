"""The supervisor refuses to start in one sentence, and the whole site comes up, mends itself and goes away cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import clone
import supervise
from tests.support.client import Learner
from tests.support.rights import need_root, status_of
from tests.support.stack import EVERYBODY, Stack, descendants, free_port, is_alive
from tests.support.wait import until


def run(var: Path, port: int) -> "subprocess.CompletedProcess[str]":
    """A supervisor that ought to refuse."""
    env = {**os.environ, "DRYDOCK_VAR": str(var), "DRYDOCK_PORT": str(port)}
    return subprocess.run(
        [sys.executable, "scripts/supervise.py"], cwd=clone.ROOT, env=env, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(tmp_path, port)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} cannot be had" in done.stderr
    assert "DRYDOCK_PORT=" in done.stderr


def test_a_port_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_PORT", "eighty")
    with pytest.raises(ValueError, match="must be a number from 1 to 65535"):
        clone.port()


def test_a_second_supervisor_of_the_same_files_is_one_sentence(tmp_path: Path) -> None:
    with supervise.only_one(tmp_path):
        state = {"url": "http://localhost:8000", "supervisor": 1234}
        (tmp_path / "run" / "processes.json").write_text(json.dumps(state))
        done = run(tmp_path, free_port())
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Drydock runs already for this clone at http://localhost:8000 (process 1234); end that one first."
    )


def test_the_web_process_is_not_told_where_the_engine_is() -> None:
    env = {"DRYDOCK_ENGINE": "unix:///e", "DOCKER_HOST": "unix:///d", "PATH": "/bin"}
    assert set(clone.without_engine(env)) == {"PATH"}


def test_a_unix_socket_fits_in_the_private_folder() -> None:
    folder = clone.private_folder()
    try:
        assert len(str(folder / "redis.sock")) < 108
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        folder.rmdir()


@pytest.mark.processes
@pytest.mark.engine
def test_the_site_comes_up_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with Stack(tmp_path / "var") as stack:
        everybody = [stack.supervisor, *descendants(stack.supervisor)]
        private = Path(stack.state()["redis"].removeprefix("unix://")).parent
        assert private.is_dir()
        assert {name for name in EVERYBODY if stack.pids(name)} == set(EVERYBODY)
        web = dict(
            line.split("=", 1)
            for line in Path(f"/proc/{stack.pid('web')}/environ").read_text().split("\0")
            if "=" in line
        )
        assert not set(web) & set(clone.ENGINE_NAMES)
    assert not [pid for pid in everybody if is_alive(pid)]
    assert not private.exists()


@pytest.mark.processes
@pytest.mark.engine
def test_a_killed_process_runs_again(tmp_path: Path) -> None:
    with Stack(tmp_path / "var") as stack:
        for name in EVERYBODY:
            children = stack.pids(name)
            stack.wait_new(name, stack.kill(name))
            until(lambda c=children: not any(map(is_alive, c)), seconds=10, what=f"no child of the old {name} is left")  # type: ignore[misc]
        stack.wait_ready()


@pytest.mark.processes
@pytest.mark.engine
def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    with Stack(tmp_path / "var") as stack:
        everybody = [stack.supervisor, *descendants(stack.supervisor)]
        private = Path(stack.state()["redis"].removeprefix("unix://")).parent
        os.kill(stack.supervisor, signal.SIGKILL)
        until(lambda: not any(map(is_alive, everybody[1:])), seconds=40, what="every child is gone")
        until(lambda: not private.exists(), seconds=5, what="the private folder is gone")


@pytest.mark.processes
@pytest.mark.engine
def test_a_port_that_only_root_may_open_is_handed_to_the_web_process(tmp_path: Path) -> None:
    need_root()
    stack = Stack(tmp_path / "var")
    stack.port = next(port for port in range(81, supervise.first_free_port()) if is_free(port))
    stack.url, stack.env["DRYDOCK_PORT"] = f"http://localhost:{stack.port}", str(stack.port)
    with stack, Learner(stack.url) as learner:
        assert 0 not in status_of(stack.pid("web")).uids
        project = learner.new_project()["id"]
        stack.wait_new("web", stack.kill("web"))
        until(lambda: answers(stack.url), seconds=20, what="it answers at that port again")
        learner.put_file(project, "notes.txt", "saved")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def answers(url: str) -> bool:
    """Whether the site does."""
    try:
        return requests.get(f"{url}/health.json", timeout=5).status_code == 200
    except requests.RequestException:
        return False
