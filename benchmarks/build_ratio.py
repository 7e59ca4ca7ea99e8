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

ROUNDS = 7
STEPS = [f"RUN echo step {number} > /step-{number}" for number in range(1, 10)]
DOCKERFILE = "\n".join(("FROM busybox:latest", *STEPS)) + "\n"
"""Ten steps: FROM and nine RUNs, each run anew."""


class EngineConnection(http.client.HTTPConnection):
    """HTTP over the engine's Unix socket."""

    def __init__(self, host: str) -> None:
        super().__init__("localhost", timeout=120)
        self._path = host.removeprefix("unix://")

    def connect(self) -> None:
        """Connect to the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


def straight(host: str) -> float:
    """Seconds of one build by `POST /build`."""
    tag = f"bench-{uuid.uuid4().hex[:8]}"
    query = {
        "version": "2", "t": tag, "buildid": tag, "networkmode": "none", "rm": "1", "forcerm": "1", "nocache": "1",
        "dockerfile": "Dockerfile",
    }  # fmt: skip
    began = time.monotonic()
    body = context()
    connection = EngineConnection(host)
    connection.request("POST", f"/build?{urlencode(query)}", body, {"Content-Type": "application/x-tar"})
    answer = connection.getresponse().read()
    took = time.monotonic() - began
    assert b"moby.image.id" in answer, answer[-300:]
    connection.request("DELETE", f"/images/{tag}")
    connection.getresponse().read()
    connection.close()
    return took


def context() -> bytes:
    """The build context as a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, text in (("Dockerfile", DOCKERFILE), ("greeting.txt", "hello\n")):
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
    """Both in turns, so that whatever else the machine does is shared."""
    host = stack.state()["engine"]
    with Learner(stack.url) as learner:
        project = dockerfile_project(learner, *STEPS)
        straight(host), through(learner, project)  # warm
        pairs = []
        for number in range(ROUNDS):
            pairs.append((straight(host), through(learner, project)))
            print(
                f"  round {number + 1}: straight {pairs[-1][0]:.2f} s, through Drydock {pairs[-1][1]:.2f} s", flush=True
            )
    alone, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        Line(what="build of 10 steps: through Drydock ÷ straight", value=ours / alone, most=1.10,
             note=f"medians {ours:.2f} s and {alone:.2f} s of {ROUNDS}"),
    ]  # fmt: skip
