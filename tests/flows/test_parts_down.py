"""With a part of Drydock away the page says which, work is kept, and it goes on when the part returns."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import clone
from playground.engine.daemon_socket import hand_over
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.wait import until


class Relay:
    """A Unix socket that leads to the engine while it is open: how a test takes the engine away."""

    def __init__(self, path: Path, target: str) -> None:
        self.path, self.target = path, target.removeprefix("unix://")
        self._server: socket.socket | None = None
        self._pairs: list[socket.socket] = []

    def open(self) -> None:
        """Let clients through."""
        self.path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.path))
        hand_over(self.path)
        self._server.listen(50)
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def close(self) -> None:
        """Hang up on everybody and answer nobody."""
        if self._server is not None:
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
        self.path.unlink(missing_ok=True)
        for end in self._pairs:
            with_quiet_close(end)
        self._pairs.clear()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(self.target)
            except OSError:
                return
            self._pairs += [client, engine]
            for source, sink in ((client, engine), (engine, client)):
                threading.Thread(target=pump, args=(source, sink), daemon=True).start()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes on until one end is closed."""
    try:
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        with_quiet_close(source)
        with_quiet_close(sink)


def with_quiet_close(end: socket.socket) -> None:
    """Close a socket that may be closed already."""
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        end.close()


@pytest.fixture
def own(tmp_path: Path, stack: Stack) -> Iterator[tuple[Stack, Relay]]:
    """A site of one test, whose engine can be taken away."""
    folder = clone.private_folder()
    folder.chmod(0o711)
    relay = Relay(folder / "engine.sock", stack.state()["engine"])
    relay.open()
    with Stack(tmp_path / "var", env={"DRYDOCK_ENGINE": f"unix://{relay.path}"}) as running:
        visitor = Learner(running.url)
        until(
            lambda: any(image["state"] == "ready" for image in visitor.call("GET", "/api/images/")["base"]),
            seconds=600, what="a base image is ready", every=0.1,
        )  # fmt: skip
        yield running, relay
    relay.close()
    folder.rmdir()


def part(stack: Stack, key: str) -> dict[str, Any]:
    """One part of the health page."""
    found: dict[str, Any] = next(part for part in stack.health()["parts"] if part["key"] == key)
    return found


def engine_is(stack: Stack, state: str) -> bool:
    """What the health page says of the engine."""
    return bool(part(stack, "engine")["state"] == state)


def test_without_the_engine_builds_wait_and_go_on(own: tuple[Stack, Relay]) -> None:
    stack, relay = own
    learner = Learner(stack.url)
    project = dockerfile_project(learner, "RUN echo made it")
    relay.close()
    build = learner.build(project)
    down = until(
        lambda: found if (found := part(stack, "engine"))["state"] == "down" else {},
        seconds=60, what="the health page says that the engine is down", every=0.2,
    )  # fmt: skip
    assert down["fix"]
    assert learner.build_of(build["id"])["state"] in {"queued", "running"}
    learner.put_file(project, "notes.txt", "saving works")
    relay.open()
    assert learner.built(build["id"], seconds=60)["state"] == "succeeded"
    until(lambda: part(stack, "engine")["state"] == "ok", seconds=60, what="the engine is back", every=0.2)


def test_the_health_page_knows_within_seconds_that_the_engine_left_or_came_back(own: tuple[Stack, Relay]) -> None:
    stack, relay = own
    until(lambda: part(stack, "engine")["state"] == "ok", seconds=30, what="the engine answers", every=0.1)
    for change, state in ((relay.close, "down"), (relay.open, "ok")):
        change()
        until(partial(engine_is, stack, state), seconds=8, what=f"it says {state}", every=0.1)


def test_an_engine_that_goes_away_in_a_build_ends_it_truly(own: tuple[Stack, Relay]) -> None:
    stack, relay = own
    learner = Learner(stack.url)
    build = learner.build(dockerfile_project(learner, "RUN echo begun; sleep 4; echo over"), no_cache=True)
    with learner.read(build["stream"]) as reader:
        reader.of_type("build.output")
        relay.close()
        relay.open()
        events = reader.to_end(seconds=60)
    assert events[-1]["data"]["state"] in {"succeeded", "failed"}
    started = [event["data"]["attempt"] for event in events if event["type"] == "build.started"]
    assert started == list(range(1, len(started) + 1))


def test_without_the_embedded_server_saving_works_and_builds_go_on(own: tuple[Stack, Relay]) -> None:
    stack, _ = own
    learner = Learner(stack.url)
    project = dockerfile_project(learner, "RUN echo made it")
    for pid in [stack.pid("redis")]:
        os.kill(pid, signal.SIGSTOP)
    try:
        learner.put_file(project, "notes.txt", "saved all the same")
        assert part(stack, "redis")["state"] == "down"
        build = learner.build(project)
    finally:
        os.kill(stack.pid("redis"), signal.SIGCONT)
    assert learner.built(build["id"], seconds=60)["state"] == "succeeded"


def test_a_worker_that_hangs_is_named_and_its_build_is_kept(own: tuple[Stack, Relay]) -> None:
    stack, _ = own
    learner = Learner(stack.url)
    project = dockerfile_project(learner, "RUN echo made it")
    frozen = stack.pids("worker-builds")
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        build = learner.build(project)
        down = until(
            lambda: found if (found := part(stack, "builder"))["state"] == "down" else {},
            seconds=40, what="the health page says that no worker builds", every=0.2,
        )  # fmt: skip
        assert down["fix"]
        assert learner.build_of(build["id"])["state"] == "queued"
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert learner.built(build["id"], seconds=60)["state"] == "succeeded"
