"""From a template to a program's output: what a learner's first minute does, by the API."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from playground.builds.templates import TEMPLATES
from tests.support.client import Learner, dockerfile_project
from tests.support.wait import until

GOOD = sorted(set(TEMPLATES) - {"broken"})


def built(learner: Learner, project: str, reference: str = "app:1", **more: Any) -> list[dict[str, Any]]:
    """Build and answer every event of it."""
    build = learner.build(project, reference, **more)
    with learner.read(build["stream"]) as reader:
        return reader.to_end(seconds=120)


def test_a_stranger_builds_and_runs_the_first_image(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    assert learner.state()["learner"] is None
    project = learner.new_project("hello")
    events = built(learner, project["id"], "hello:1")
    kinds = [event["type"] for event in events]
    assert kinds[0] == "build.queued"
    assert kinds.count("build.started") == kinds.count("build.finished") == 1
    assert kinds[-1] == "build.finished"
    end = events[-1]["data"]
    assert end["state"] == "succeeded", end["failure"]
    assert end["image"]["reference"] == "hello:1"
    container = learner.run(end["image"]["id"])
    with learner.read(container["stream"]) as reader:
        reader.until(
            lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] == "exited",
            seconds=30, what="the container has ended",
        )  # fmt: skip
    greeting = learner.get(f"/api/projects/{project['id']}/files/greeting.txt").text
    assert greeting.strip() in reader.text()
    assert "Linux" in reader.text()  # what a RUN step of this very build wrote
    assert learner.container(container["id"])["exit_code"] == 0
    state = learner.state()
    assert state["learner"]["guest"] is True
    assert [image["reference"] for image in state["images"]] == ["hello:1"]


def test_every_step_goes_through_its_states_in_order(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(learner, "RUN echo one-$RANDOM", "RUN echo two && echo three >&2")
    events = built(learner, project, no_cache=True)
    assert events[-1]["data"]["state"] == "succeeded"
    order = {"waiting": 0, "running": 1, "cached": 2, "done": 2, "failed": 2, "cancelled": 2}
    seen: dict[str, list[int]] = {}
    for event in events:
        if event["type"] == "build.step":
            seen.setdefault(event["data"]["id"], []).append(order[event["data"]["state"]])
    assert seen
    assert all(states == sorted(states) and states[-1] == 2 for states in seen.values())
    lines = [line[1:] for event in events if event["type"] == "build.output" for line in event["data"]["lines"]]
    assert ["stdout", "two"] in lines
    assert ["stderr", "three"] in lines


def test_a_second_build_comes_from_the_cache(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(learner, "RUN echo cached-or-not > /x", "RUN cat /x")
    built(learner, project)
    end = built(learner, project)[-1]["data"]
    assert end["state"] == "succeeded"
    assert end["steps"] == 3
    assert end["cached"] >= 2


@pytest.mark.parametrize("template", GOOD)
def test_every_template_builds(template: str, learner: Learner, base_image: Callable[..., None]) -> None:
    base_image(TEMPLATES[template].image)
    project = learner.new_project(template)
    end = built(learner, project["id"])[-1]["data"]
    assert end["state"] == "succeeded", end["failure"]


def test_the_template_that_is_broken_on_purpose_says_where(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = learner.new_project("broken")
    answer = learner.send("POST", f"/api/projects/{project['id']}/builds/", json={"reference": "broken:1"})
    assert answer.status_code == 422
    error = answer.json()["error"]
    dockerfile = learner.get(f"/api/projects/{project['id']}/files/Dockerfile").text.splitlines()
    assert dockerfile[error["line"] - 1].startswith("COPY ")
    assert "greet.sh" in error["message"] + error["fix"]


def test_a_failing_step_is_named_with_line_code_and_last_words(
    learner: Learner, base_image: Callable[..., None]
) -> None:
    base_image()
    project = dockerfile_project(learner, "RUN true", "RUN echo about to fail; exit 3")
    end = built(learner, project)[-1]["data"]
    assert end["state"] == "failed"
    failure = end["failure"]
    assert failure["line"] == 3
    assert failure["exit_code"] == 3
    assert "about to fail" in "\n".join(failure["tail"])


def test_a_container_is_stopped_started_and_removed(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(learner, 'CMD ["sh", "-c", "echo up; exec sleep 600"]')
    image = built(learner, project)[-1]["data"]["image"]
    container = learner.run(image["id"])["id"]

    def becomes(state: str) -> dict[str, Any]:
        return until(
            lambda: found if (found := learner.container(container)).get("state") == state else {},
            seconds=30, what=f"the container is {state}", every=0.1,
        )  # fmt: skip

    becomes("running")
    assert learner.call("POST", f"/api/containers/{container}/stop/")["did"] is True
    becomes("exited")
    learner.call("POST", f"/api/containers/{container}/start/")
    becomes("running")
    learner.call("POST", f"/api/containers/{container}/remove/")
    until(
        lambda: learner.container(container).get("state", "removed") == "removed",
        seconds=30, what="it is gone", every=0.1,
    )  # fmt: skip


def test_a_containers_lines_come_once_and_in_order(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(
        learner, 'CMD ["sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line-$i; i=$((i+1)); done"]'
    )
    image = built(learner, project)[-1]["data"]["image"]
    container = learner.run(image["id"])
    with learner.read(container["stream"]) as reader:
        reader.until(
            lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] == "exited",
            seconds=60, what="the container has ended",
        )  # fmt: skip
    lines = reader.text().splitlines()
    assert lines == [f"line-{number}" for number in range(3000)]
    assert max(Counter(lines).values()) == 1


def test_a_container_that_needs_too_much_memory_is_told_so(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(learner, 'CMD ["sh", "-c", "x=a; while true; do x=$x$x; done"]')
    image = built(learner, project)[-1]["data"]["image"]
    container = learner.run(image["id"], memory=32 << 20)["id"]
    ended = until(
        lambda: found if (found := learner.container(container)).get("state") == "exited" else {},
        seconds=60, what="the container was killed", every=0.1,
    )  # fmt: skip
    assert ended["exit_code"] == 137
    assert "32 MiB of 32 MiB" in ended["sentence"]
