"""A site that requires its engine's limits to hold: nothing is built before they were seen to, and files are saved all
the while. The trials are real, on the engine of the run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.engine.health import RULES
from tests.conftest import MANY_LEARNERS
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.wait import until

READY_WITHIN = 600.0  # a new machine makes busybox first
TRIED_WITHIN = 120.0
Site = Callable[..., Stack]


@pytest.fixture
def strict(tmp_path: Path, stack: Stack) -> Iterator[Site]:
    """Starts a site of one test that requires limits to hold; the engine is the run's."""
    running: list[Stack] = []

    def start(**limits: int) -> Stack:
        told = [MANY_LEARNERS, *(f"{key.replace('__', '.')}={value}" for key, value in limits.items())]
        env = {
            "DRYDOCK_ENGINE": stack.state()["engine"],
            "DRYDOCK_CANARY": "1",
            "DRYDOCK_REQUIRE_HARDENED": "1",
            "DRYDOCK_LIMITS": ",".join(told),
        }
        site = Stack(tmp_path / "var", env=env)
        running.append(site)
        site.start()
        return site

    yield start
    for site in running:
        site.stop()


def asked(learner: Learner, project: str) -> dict[str, Any]:
    """The refusal of a build, or {} if it was taken."""
    answer = learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "hello:1"})
    if answer.ok:
        return {}
    assert answer.status_code in {422, 503}, answer.text
    told: dict[str, Any] = answer.json()
    refusal: dict[str, Any] = told.get("error", told)
    return refusal


def state_of(site: Stack, key: str) -> str:
    """The state of one line."""
    found: str = next(line["state"] for line in site.health()["limits"] if line["key"] == key)
    return found


def tried(site: Stack) -> dict[str, Any]:
    """The report, once every trial has been made."""
    until(
        lambda: site.health()["trial"]["state"] in {"trying", "done"},
        seconds=READY_WITHIN, what="the trials have begun", every=0.2,
    )  # fmt: skip
    until(
        lambda: site.health()["trial"]["state"] == "done", seconds=TRIED_WITHIN, what="the trials are over", every=0.2
    )
    return site.health()


def test_builds_wait_for_the_trials_and_then_go_on(strict: Site) -> None:
    site = strict()
    learner = Learner(site.url)
    project = dockerfile_project(learner, "RUN echo made it")
    if site.health()["trial"]["state"] != "done":
        refusal = asked(learner, project)
        assert refusal["code"] == "not-hardened"
        assert "are being tried" in refusal["message"]
        assert "saved" in refusal["fix"]
    learner.put_file(project, "notes.txt", "saving works")
    report = tried(site)
    states = {line["key"]: line["state"] for line in report["limits"]}
    assert list(states) == [rule.key for rule in RULES]
    essential = {rule.key for rule in RULES if rule.essential}
    assert {key: state for key, state in states.items() if key in essential} == dict.fromkeys(essential, "enforced")
    assert report["trial"]["missing"] == []
    assert all(line["sentence"].endswith(".") for line in report["limits"])
    build = learner.build(project)
    assert learner.built(build["id"])["state"] == "succeeded"


def test_where_an_attack_goes_through_builds_are_refused_and_work_is_saved(strict: Site) -> None:
    """The site promises less than the engine enforces: an attack on its promise is stopped by nobody."""
    site = strict(build__memory=64 << 20)
    until(
        lambda: state_of(site, "build.memory") == "not enforced",
        seconds=READY_WITHIN,
        what="memory was tried",
        every=0.2,
    )
    assert state_of(site, "build.network") == "enforced"
    assert "build.memory" in site.health()["trial"]["missing"]
    learner = Learner(site.url)
    project = dockerfile_project(learner, "RUN echo never")
    refusal = asked(learner, project)
    assert refusal["code"] == "not-hardened"
    assert "memory" in refusal["message"]
    learner.put_file(project, "notes.txt", "saving works")
    assert learner.state()["builds"] == []
