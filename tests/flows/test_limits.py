"""Limits stop what goes over them, at the stated value, and say so. A site of its own with small ones."""

import uuid
from collections.abc import Iterator

import pytest

from tests.support import processes
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.wait import until

LIMITS = {
    "build.seconds": 4, "build.output": 16 << 10, "run.output": 16 << 10, "run.seconds": 4, "learner.projects": 2,
    "project.files": 5, "learner.images": 1, "image.bytes": 8 << 20, "rate.writes": 30,
}  # fmt: skip


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site with small limits."""
    env = {"DRYDOCK_LIMITS": ",".join(f"{key}={value}" for key, value in LIMITS.items())}
    with Stack(tmp_path_factory.mktemp("tight") / "var", env=env) as running:
        visitor = Learner(running.url)
        until(
            lambda: [image for image in visitor.call("GET", "/api/images/")["base"] if image["state"] == "ready"],
            seconds=600, what="a base image is ready", every=0.1,
        )  # fmt: skip
        yield running


@pytest.fixture
def visitor(tight: Stack) -> Iterator[Learner]:
    """Somebody at that site."""
    with Learner(tight.url) as learner:
        yield learner


def test_a_step_that_never_ends_is_stopped_at_the_limit(visitor: Learner) -> None:
    build = visitor.build(dockerfile_project(visitor, "RUN echo begun; sleep 3000"))
    with visitor.read(build["stream"]) as reader:
        end = reader.to_end(seconds=30)[-1]["data"]
    assert end["state"] == "failed"
    assert 4 <= end["seconds"] < 9
    assert end["failure"]["code"] == "time-limit"
    assert "4 s" in end["failure"]["what"]


def test_output_without_end_is_cut_where_the_log_says(visitor: Learner) -> None:
    build = visitor.build(dockerfile_project(visitor, "RUN seq 1 100000"), no_cache=True)
    with visitor.read(build["stream"]) as reader:
        events = reader.to_end(seconds=60)
    assert events[-1]["data"]["state"] == "succeeded"
    cuts = [event["data"] for event in events if event["type"] == "build.cut" and event["data"]["by"] == "limit"]
    assert len(cuts) == 1
    assert "16 KiB" in cuts[0]["sentence"]
    assert len(reader.text()) <= 16 << 10
    assert reader.text().splitlines()[:3] == ["1", "2", "3"]


def test_an_image_over_the_limit_is_taken_away_again(visitor: Learner) -> None:
    build = visitor.build(dockerfile_project(visitor, "RUN dd if=/dev/zero of=/big bs=1M count=12"))
    with visitor.read(build["stream"]) as reader:
        end = reader.to_end(seconds=60)[-1]["data"]
    assert end["failure"]["code"] == "image-too-large"
    assert "8 MiB" in end["failure"]["what"]
    assert visitor.state()["images"] == []


def image_of(visitor: Learner, command: str) -> str:
    """An image that runs *command*."""
    build = visitor.build(dockerfile_project(visitor, f'CMD ["sh", "-c", "{command}"]'))
    image: str = visitor.built(build["id"])["image"]
    return image


def test_a_container_that_writes_without_end_is_stopped(visitor: Learner) -> None:
    word = f"flood-{uuid.uuid4().hex}"
    container = visitor.run(image_of(visitor, f"yes; : {word}"))
    with visitor.read(container["stream"]) as reader:
        reader.of_type("container.cut", seconds=30)
        until(lambda: processes.count(word) == 0, seconds=5, what="the program is gone")
        # The engine says so once it has put away what it holds of the output, or given that up after 10 s.
        ended = reader.until(
            lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] == "exited",
            seconds=30, what="it was stopped",
        )  # fmt: skip
    assert "16 KiB" in ended["data"]["container"]["sentence"]


def test_a_container_is_stopped_when_its_time_is_over(visitor: Learner) -> None:
    container = visitor.run(image_of(visitor, "sleep 3000"))["id"]
    ended = until(
        lambda: found if (found := visitor.container(container)).get("state") == "exited" else {},
        seconds=30, what="it was stopped", every=0.1,
    )  # fmt: skip
    assert "limit" in ended["sentence"]


def test_one_image_too_many_is_refused(visitor: Learner) -> None:
    project = dockerfile_project(visitor, "RUN true")
    visitor.built(visitor.build(project, "one:1")["id"])
    answer = visitor.send("POST", f"/api/projects/{project}/builds/", json={"reference": "two:1"})
    assert answer.status_code == 413
    assert "1" in answer.json()["error"]["message"]


def test_one_project_too_many_is_refused(visitor: Learner) -> None:
    visitor.new_project()
    visitor.new_project()
    answer = visitor.send("POST", "/api/projects/", json={"template": "hello", "name": "third"})
    assert answer.status_code == 413
    assert "2" in answer.json()["error"]["message"]


def test_one_file_too_many_is_refused(visitor: Learner) -> None:
    project = visitor.new_project()["id"]
    answers = [visitor.send("POST", f"/api/projects/{project}/folders/", json={"path": f"f{n}"}) for n in range(6)]
    assert answers[0].ok
    assert answers[-1].status_code == 413
    assert "5" in answers[-1].json()["error"]["message"]


def test_somebody_who_is_too_fast_is_told_how_long_to_wait(visitor: Learner) -> None:
    project = visitor.new_project()["id"]
    answers = [visitor.send("POST", f"/api/projects/{project}/folders/", json={"path": "again"}) for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_the_room_on_both_disks_is_measured_and_shown(visitor: Learner) -> None:
    def shown() -> str:
        parts = {part["key"]: part for part in visitor.call("GET", "/health.json")["parts"]}
        sentence: str = parts["disk"]["sentence"]
        return sentence if "The engine's disk has" in sentence else ""

    sentence = until(shown, seconds=60, what="the engine's disk was measured", every=0.5)
    assert "kept free" in sentence
    assert "The site's disk has" in sentence


def test_layers_that_two_images_share_count_once_and_the_base_image_never(visitor: Learner) -> None:
    project = dockerfile_project(visitor, "RUN dd if=/dev/zero of=/one bs=1k count=2048")
    visitor.built(visitor.build(project, "one:1")["id"])
    one = visitor.state()["usage"]["image_bytes"]
    assert 2 << 20 <= one < 3 << 20
    visitor.put_file(project, "Dockerfile", "FROM one:1\nRUN dd if=/dev/zero of=/two bs=1k count=1024\n")
    image = visitor.state()["images"][0]["id"]
    assert visitor.built(visitor.build(project, "one:1")["id"])["state"] == "succeeded"
    both = visitor.state()
    assert 3 << 20 <= both["usage"]["image_bytes"] < 4 << 20
    assert both["images"][0]["id"] == image
