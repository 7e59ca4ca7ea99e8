"""The first minute of a stranger, by HTTP and WebSocket, at any address: `python -m tests.support.story URL`.

Waits until the site and its busybox are there, makes a project, edits its Dockerfile, follows a build and a run to
their ends, and prints how long it took as JSON. For sites that a test cannot reach from its own process.
"""

import json
import sys
import time
from typing import Any

import requests

from tests.support.client import Learner, dockerfile_project
from tests.support.wait import until


def wait_ready(url: str, *, seconds: float) -> None:
    """Until the site answers and the base image that most begin with is ready."""

    def ready() -> bool:
        try:
            images: list[dict[str, Any]] = Learner(url).call("GET", "/api/images/")["base"]
        except (requests.RequestException, AssertionError):
            return False
        return any(image["reference"] == "busybox:latest" and image["state"] == "ready" for image in images)

    until(ready, seconds=seconds, what=f"{url} answers and has busybox", every=0.2)


def live_the_first_minute(url: str) -> float:
    """Edit, build, run, read; answers the seconds that took."""
    unique = str(time.time_ns())
    began = time.monotonic()
    with Learner(url) as learner:
        project = dockerfile_project(
            learner, f'RUN echo "line {unique} $((6 * 7))" > /greeting.txt && cat /greeting.txt',
            'CMD ["cat", "/greeting.txt"]',
        )  # fmt: skip
        build = learner.build(project, "story:1")
        with learner.read(build["stream"]) as reader:
            events = reader.to_end(seconds=120)
            assert f"line {unique} 42" in reader.text()
        end = events[-1]["data"]
        assert end["state"] == "succeeded", end["failure"]
        container = learner.run(end["image"]["id"])
        with learner.read(container["stream"]) as reader:
            reader.until(
                lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] == "exited",
                seconds=60, what="the container has ended",
            )  # fmt: skip
            assert f"line {unique} 42" in reader.text()
        assert learner.container(container["id"])["exit_code"] == 0
    return time.monotonic() - began


def main(url: str) -> int:
    """Wait and live it."""
    began = time.monotonic()
    wait_ready(url, seconds=300)
    waited = time.monotonic() - began
    took = live_the_first_minute(url)
    print(json.dumps({"waited": round(waited, 1), "seconds": round(took, 1)}))  # noqa: T201 - its one answer
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
