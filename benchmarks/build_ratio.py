"""How much longer a build takes through Drydock than the same build straight through the Engine API."""

import http.client
import io
import json
import socket
import statistics
import tarfile
import time
import uuid
from urllib.parse import urlencode

from benchmarks.report import Line
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack

ROUNDS = 9
MOST_MS = 150
"""What Drydock may add to any build, however short: the request, the queue, the log, the image's history."""
NOTHING = [f"RUN echo step {number} > /step-{number}" for number in range(1, 10)]
SHORT = [f"RUN sleep 0.3; echo step {number} > /step-{number}" for number in range(1, 10)]
"""Ten steps with FROM, each run anew. Steps of 0.3 s do little for real ones and have the target's ratio to meet; steps
that do nothing show the fixed cost, whose ratio says more of the engine's speed than of ours."""


class EngineConnection(http.client.HTTPConnection):
    """HTTP over the engine's Unix socket."""

    def __init__(self, host: str) -> None:
        super().__init__("localhost", timeout=120)
        self._path = host.removeprefix("unix://")

    def connect(self) -> None:
        """Connect to the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


def straight(host: str, steps: list[str]) -> float:
    """Seconds of one build by `POST /build`."""
    tag = f"bench-{uuid.uuid4().hex[:8]}"
    query = {
        "version": "2", "t": tag, "buildid": tag, "networkmode": "none", "rm": "1", "forcerm": "1", "nocache": "1",
        "dockerfile": "Dockerfile",
    }  # fmt: skip
    began = time.monotonic()
    body = context(steps)
    connection = EngineConnection(host)
    connection.request("POST", f"/build?{urlencode(query)}", body, {"Content-Type": "application/x-tar"})
    answer = connection.getresponse().read()
    took = time.monotonic() - began
    assert b"moby.image.id" in answer, answer[-300:]
    connection.request("DELETE", f"/images/{tag}")
    connection.getresponse().read()
    connection.close()
    return took


def context(steps: list[str]) -> bytes:
    """The build context as a tar."""
    packed = io.BytesIO()
    dockerfile = "\n".join(("FROM busybox:latest", *steps)) + "\n"
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, text in (("Dockerfile", dockerfile), ("greeting.txt", "hello\n")):
            info = tarfile.TarInfo(path)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def through(learner: Learner, project: str) -> float:
    """Seconds from the request to the last event at the reader."""
    began = time.monotonic()
    build = learner.build(project, "bench:1", no_cache=True)
    with learner.read(build["stream"]) as reader:
        end = reader.to_end(seconds=120)[-1]["data"]
    took = time.monotonic() - began
    assert end["state"] == "succeeded", json.dumps(end["failure"])
    return took


def measure(stack: Stack) -> list[Line]:
    """Both kinds of steps."""
    lines = []
    with Learner(stack.url) as learner:
        for what, steps, most in (("of 0.3 s", SHORT, 1.10), ("doing nothing", NOTHING, None)):
            alone, ours = in_turns(stack.state()["engine"], learner, steps)
            note = f"medians {ours:.2f} s and {alone:.2f} s of {ROUNDS}"
            lines += [
                Line(what=f"10 steps {what}: through Drydock ÷ straight", value=ours / alone, most=most, note=note),
                Line(what="  the difference", value=(ours - alone) * 1000, unit="ms", most=MOST_MS),
            ]
    return lines


def in_turns(host: str, learner: Learner, steps: list[str]) -> tuple[float, float]:
    """Medians of one and the other, built in turns, so that whatever else the machine does is shared."""
    project = dockerfile_project(learner, *steps)
    straight(host, steps), through(learner, project)  # warm
    pairs = []
    for number in range(ROUNDS):
        if number % 2:  # neither of the two always has what the other left behind
            pairs.append((straight(host, steps), through(learner, project)))
        else:
            later = through(learner, project)
            pairs.append((straight(host, steps), later))
        print(f"  round {number + 1}: straight {pairs[-1][0]:.2f} s, through Drydock {pairs[-1][1]:.2f} s", flush=True)
    alone, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    return alone, ours
