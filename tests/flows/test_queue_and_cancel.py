"""Waiting, cancelling, asking twice."""

import uuid
from collections.abc import Callable
from pathlib import Path

from tests.support.client import Learner, dockerfile_project
from tests.support.wait import until

SLOW = "RUN sleep 600"


def sleeper() -> tuple[str, str]:
    """A RUN line that does not end by itself, and the words by which its process is known."""
    seconds = f"{600 + uuid.uuid4().int % 900_000}"
    return f"RUN sleep {seconds}", f"sleep\0{seconds}\0"


def runs(words: str) -> bool:
    """Whether a process with that command line lives on this machine (containers' processes are seen here too)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cmdline").read_text(errors="replace") == words:
                    return True
            except OSError:
                continue
    return False


def test_cancel_stops_the_running_step(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    line, words = sleeper()
    build = learner.build(dockerfile_project(learner, line))
    until(lambda: runs(words), seconds=30, what="the step runs")
    answer = learner.call("POST", f"/api/builds/{build['id']}/cancel/")
    assert answer["did"] is True
    with learner.read(build["stream"]) as reader:
        events = reader.to_end(seconds=20)
    assert events[-1]["data"]["state"] == "cancelled"
    assert [event["type"] for event in events].count("build.cancelling") == 1
    until(lambda: not runs(words), seconds=5, what="the step's process is gone")


def test_cancel_twice_and_cancel_after_the_end_have_one_effect(
    learner: Learner, base_image: Callable[..., None]
) -> None:
    base_image()
    line, _ = sleeper()
    build = learner.build(dockerfile_project(learner, line))
    with learner.read(build["stream"]) as reader:
        reader.of_type("build.started")
        assert learner.call("POST", f"/api/builds/{build['id']}/cancel/")["did"] is True
        assert learner.call("POST", f"/api/builds/{build['id']}/cancel/")["did"] is False
        events = reader.to_end(seconds=20)
    assert learner.call("POST", f"/api/builds/{build['id']}/cancel/")["did"] is False
    assert [event["type"] for event in events].count("build.cancelling") == 1


def test_asking_twice_is_one_build(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    line, _ = sleeper()
    project = dockerfile_project(learner, line)
    first = learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "twice:1"})
    second = learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "twice:1"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["build"]["id"] == second.json()["build"]["id"]
    assert len(learner.state()["builds"]) == 1
    learner.call("POST", f"/api/builds/{first.json()['build']['id']}/cancel/")


def test_a_waiting_build_knows_its_place_and_moves_up(
    new_learner: Callable[[], Learner], base_image: Callable[..., None]
) -> None:
    base_image()
    learners = [new_learner() for _ in range(4)]
    builds = []
    for visitor in learners:
        builds.append(visitor.build(dockerfile_project(visitor, sleeper()[0])))
        if len(builds) <= 2:  # two workers: these two run
            with visitor.read(builds[-1]["stream"]) as reader:
                reader.of_type("build.started")
    with learners[3].read(builds[3]["stream"]) as last:
        last.until(
            lambda event: event["type"] == "build.position" and event["data"]["ahead"] == 1,
            seconds=20, what="one build is before the last one",
        )  # fmt: skip
        learners[0].call("POST", f"/api/builds/{builds[0]['id']}/cancel/")
        last.until(
            lambda event: event["type"] == "build.position" and event["data"]["ahead"] == 0,
            seconds=20, what="the last one is next",
        )  # fmt: skip
        learners[1].call("POST", f"/api/builds/{builds[1]['id']}/cancel/")
        last.of_type("build.started", seconds=20)
    for visitor, build in zip(learners, builds, strict=True):
        visitor.call("POST", f"/api/builds/{build['id']}/cancel/")


def test_a_build_can_be_taken_off_the_queue(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    running = learner.build(dockerfile_project(learner, sleeper()[0]), "one:1")
    waiting = learner.build(dockerfile_project(learner, sleeper()[0]), "two:1")
    assert learner.call("POST", f"/api/builds/{waiting['id']}/cancel/")["did"] is True
    with learner.read(waiting["stream"]) as reader:
        events = reader.to_end(seconds=10)
    assert "build.started" not in [event["type"] for event in events]
    assert events[-1]["data"]["state"] == "cancelled"
    learner.call("POST", f"/api/builds/{running['id']}/cancel/")


def test_too_many_builds_are_refused_with_both_numbers(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    builds = [learner.build(dockerfile_project(learner, sleeper()[0]), f"b{number}:1") for number in range(3)]
    project = dockerfile_project(learner, sleeper()[0])
    answer = learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "b4:1"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "3" in answer.json()["error"]["message"]
    for build in reversed(builds):
        learner.call("POST", f"/api/builds/{build['id']}/cancel/")
