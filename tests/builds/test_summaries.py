"""Rows as the shapes of the wire."""

from datetime import UTC, datetime

import pytest

from playground.accounts.models import Learner
from playground.builds import outcomes
from playground.builds.models import BaseImage, File
from playground.builds.services import projects
from playground.builds.summaries import (
    base_image,
    build_summary,
    container_summary,
    file_summary,
    image_summary,
    iso,
)
from tests.builds.support import Sent, force, fresh, image_of, project_of, queued, run

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


def test_a_time_has_its_zone_and_milliseconds() -> None:
    assert iso(datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)) == "2026-01-02T03:04:05.678+00:00"
    assert iso(None) is None


def test_a_build_says_its_place_only_while_it_waits(ada: Learner, sent: Sent) -> None:
    build = fresh(queued(ada))
    assert (build_summary(build).state, build_summary(build).ahead) == ("queued", 0)
    force(build, state="running")
    assert build_summary(build).ahead is None


def test_a_build_outlives_its_project(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    assert build.project is not None
    build.project.delete()
    assert build_summary(fresh(build)).project == ""


def test_a_stored_failure_comes_back_as_it_went_in(ada: Learner, sent: Sent) -> None:
    failure = outcomes.failed("time-limit", "It ran too long.", "Do less.").failure
    assert failure is not None
    build = queued(ada)
    force(build, state="failed", failure=failure.model_dump())
    assert build_summary(fresh(build)).failure == failure


def test_an_image_names_its_build_and_project_while_they_are_there(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    image = image_of(ada, build=build, ports=["80/tcp"], command=["sh"])
    shown = image_summary(image)
    assert (shown.build, shown.project) == (build.id, build.project_id)
    assert (shown.ports, shown.command, shown.layers) == (["80/tcp"], ["sh"], [])
    build.delete()
    assert (image_summary(fresh(image)).build, image_summary(fresh(image)).project) == (None, None)


def test_a_container_shows_the_learners_name_for_its_image(ada: Learner, sent: Sent) -> None:
    shown = container_summary(fresh(run(ada, image_of(ada), "echo hi", env={"A": "b"})))
    assert (shown.image, shown.command, shown.env, shown.state) == ("app:1", ["echo", "hi"], {"A": "b"}, "creating")
    assert (shown.exit_code, shown.started_at, shown.due_at) == (None, None, None)


@pytest.mark.parametrize(("kind", "shown"), [("file", "file"), ("dir", "dir")])
def test_a_file_and_a_folder_are_told_apart(ada: Learner, kind: str, shown: str) -> None:
    summary = file_summary(File(project=project_of(ada), path="a", kind=kind, sha256="f" * 64, size=3, version=2))
    assert (summary.path, summary.kind, summary.size, summary.version) == ("a", shown, 3, 2)


def test_every_template_can_be_shown(ada: Learner, sent: Sent) -> None:
    project = projects.create_project(learner=ada, template="c-program")
    assert [file_summary(file).path for file in project.files.order_by("path")] == ["Dockerfile", "src", "src/hello.c"]


def test_a_base_image_shows_how_far_it_is() -> None:
    shown = base_image(BaseImage(reference="gcc:12", about="A compiler.", state="making", progress=0.5, note="half"))
    assert (shown.reference, shown.state, shown.progress, shown.note) == ("gcc:12", "making", 0.5, "half")
