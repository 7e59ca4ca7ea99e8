"""Celery's side: thin, safe to run twice, and an engine that is away is a sign of it and no crash."""

from collections.abc import Callable

import pytest

from playground.accounts.models import Learner
from playground.builds import engines, tasks
from playground.builds.models import Image, Pulse
from playground.builds.services import images
from playground.builds.states import BuildState, ContainerState
from playground.engine import port
from playground.engine.errors import EngineDown
from playground.engine.fake import FakeEngine
from tests.builds.support import Sent, force, fresh, image_of, queued, run, types

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@pytest.fixture
def here(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that workers find."""
    monkeypatch.setattr(engines, "get_engine", lambda: engine)
    return engine


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find no engine."""

    def get_engine() -> port.Engine:
        raise EngineDown("No Docker Engine answers.")

    monkeypatch.setattr(engines, "get_engine", get_engine)


def test_a_build_delivered_twice_is_built_once(ada: Learner, here: FakeEngine, sent: Sent) -> None:
    build = queued(ada)
    for _ in range(2):
        tasks.run_build(build.id)
    assert (fresh(build).state, fresh(build).attempt) == (BuildState.SUCCEEDED, 1)
    assert types(build.stream).count("build.started") == 1


def test_a_container_delivered_twice_is_started_once(ada: Learner, here: FakeEngine, sent: Sent) -> None:
    container = run(ada, image_of(ada, digest=here.inspect_image("busybox:latest").id), "sleep 60")
    for _ in range(2):
        tasks.act_on_container(container.id)
    assert (fresh(container).state, fresh(container).run) == (ContainerState.RUNNING, 1)


def test_an_image_delivered_twice_is_removed_once(ada: Learner, here: FakeEngine, sent: Sent) -> None:
    tasks.run_build(queued(ada).id)
    image = Image.objects.get()
    images.remove_image(learner=ada, image=image)
    for _ in range(2):
        tasks.act_on_image(image.id)
    assert not Image.objects.exists()


def test_sweeping_and_tidying_twice_do_no_harm(ada: Learner, here: FakeEngine, sent: Sent) -> None:
    build = queued(ada)
    force(build, sent_at=None)
    sent.clear()
    for task in (tasks.sweep, tasks.sweep_engine, tasks.tidy, tasks.pulse_builds):
        task()
        task()
    assert sent == [("run_build", build.id)]
    parts = set(Pulse.objects.filter(ok=True).values_list("part", flat=True))
    assert parts == {"sweep", "engine", "disk", "builder"}


@pytest.mark.parametrize("task", [tasks.run_build, tasks.act_on_container, tasks.act_on_image])
def test_a_row_that_is_gone_is_no_fault(task: Callable[[str], None], here: FakeEngine) -> None:
    task("nothing")
    task("nothing")


@pytest.mark.parametrize("task", [tasks.run_build, tasks.act_on_container, tasks.act_on_image])
def test_with_no_engine_a_task_says_so_and_the_row_waits(
    task: Callable[[str], None], ada: Learner, away: None, sent: Sent
) -> None:
    build, container = queued(ada), run(ada, image_of(ada))
    for row_id in (build.id, container.id):
        task(row_id)
    assert (fresh(build).state, fresh(build).attempt) == (BuildState.QUEUED, 0)
    assert fresh(container).state == ContainerState.CREATING
    pulse = Pulse.objects.get(pk="engine")
    assert (pulse.ok, pulse.note) == (False, "No Docker Engine answers.")


def test_with_no_engine_the_look_at_it_says_so_twice(away: None) -> None:
    tasks.sweep_engine()
    tasks.sweep_engine()
    assert not Pulse.objects.get(pk="engine").ok


def test_tasks_take_ids_and_keep_no_results() -> None:
    assert tasks.run_build.name == "playground.builds.tasks.run_build"
    assert all(task.app.conf.task_ignore_result for task in (tasks.run_build, tasks.act_on_container))
