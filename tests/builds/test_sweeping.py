"""What a crash leaves undone is done by the sweep; every duty twice with one effect."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from playground.accounts.errors import NotFound
from playground.accounts.models import Learner
from playground.builds import blobs, sweeping
from playground.builds.acting import act_on_container
from playground.builds.models import Build, Container, File, Image, Project, Pulse
from playground.builds.runner import run_build
from playground.builds.services import builds, files, images, projects
from playground.builds.states import CONTAINER_WORK, BuildState, ContainerState
from playground.builds.sweeping import sweep, sweep_engine, tidy
from playground.engine.errors import Conflict
from playground.engine.errors import NotFound as NoSuchThing
from playground.engine.fake import FakeEngine
from playground.events import log
from tests.builds.support import (
    Sent,
    closed,
    force,
    fresh,
    image_of,
    paths_of,
    project_of,
    queued,
    run,
    running,
    save,
    story,
    told,
    types,
    watched,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
S, C = BuildState, ContainerState
LONG_AGO = timedelta(days=3)


def ago(**length: float) -> object:
    """A moment before now."""
    return timezone.now() - timedelta(**length)


def sweep_twice() -> None:
    """Once to do it, once to see that it is done."""
    sweep()
    sweep()


# --- builds -------------------------------------------------------------------------------------------------------


def test_a_build_whose_worker_died_goes_back_on_the_queue(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="running", attempt=1, lease_until=ago(seconds=1))
    sweep_twice()
    row = fresh(build)
    assert (row.state, row.attempt, row.because, row.lease_until) == (S.QUEUED, 1, "its worker stopped", None)
    assert told(ada, "build.put")[-1]["build"]["state"] == "queued"
    run_build(build.id, watched())
    assert fresh(build).state == S.SUCCEEDED


def test_a_build_whose_worker_lives_is_left_alone(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="running", attempt=1, lease_until=timezone.now() + timedelta(seconds=10))
    sweep()
    assert fresh(build).state == S.RUNNING


def test_a_cancelled_build_whose_worker_died_is_cancelled(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="cancelling", attempt=1, lease_until=ago(seconds=1))
    sweep_twice()
    assert fresh(build).state == S.CANCELLED
    assert types(build.stream).count("build.finished") == 1


def test_a_build_whose_worker_died_three_times_fails_with_a_sentence(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    for attempt in (1, 2, 3):
        force(fresh(build), state="running", attempt=attempt, lease_until=ago(seconds=1))
        sweep_twice()
    row = fresh(build)
    assert (row.state, row.failure["code"] if row.failure else "") == (S.FAILED, "worker-lost")
    assert types(build.stream).count("build.finished") == 1


@pytest.mark.parametrize("sent_at", [None, timedelta(seconds=6)])
def test_a_build_nobody_took_is_sent_again_after_five_seconds(
    sent_at: timedelta | None, ada: Learner, sent: Sent
) -> None:
    build = queued(ada)
    force(build, sent_at=timezone.now() - sent_at if sent_at else None)
    sent.clear()
    sweep_twice()
    assert sent == [("run_build", build.id)]


def test_a_build_that_was_just_sent_is_not_sent_again(ada: Learner, sent: Sent) -> None:
    queued(ada)
    sent.clear()
    sweep_twice()
    assert sent == []


def test_a_crash_between_the_row_and_its_message_is_made_good(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(builds, "announce_build", lambda build: None)
        build = queued(ada)
    assert sent == []
    force(build, sent_at=ago(seconds=6))
    sweep_twice()
    assert types(build.stream) == ["build.queued", "build.position"]
    assert sent == [("run_build", build.id)]


def test_a_build_without_a_last_event_gets_it_once(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    old = log.take(build.stream)
    force(build, state="failed", finished_at=ago(seconds=6))
    sweep_twice()
    assert types(build.stream).count("build.finished") == 1
    assert closed(build.stream)
    assert fresh(build).sealed
    with pytest.raises(log.Closed):
        log.append(build.stream, [], fence=old)


def test_a_build_that_ended_just_now_is_left_to_its_worker(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="succeeded", finished_at=timezone.now())
    sweep()
    assert not closed(build.stream)


def test_a_cancelled_build_whose_stream_was_never_made_is_sealed(ada: Learner, sent: Sent) -> None:
    build = Build.objects.create(
        learner=ada, stream="nostream", reference="x:1", dockerfile="D", manifest=[], state="cancelled"
    )
    force(build, finished_at=ago(seconds=6))
    sweep_twice()
    assert types("nostream") == ["build.finished"]


# --- containers and images ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(CONTAINER_WORK))
def test_a_container_nobody_acted_on_is_sent_again(state: ContainerState, ada: Learner, sent: Sent) -> None:
    container = running(ada, state=state.value, sent_at=ago(seconds=6))
    sent.clear()
    sweep_twice()
    assert sent == [("act_on_container", container.id)]


def test_a_new_container_whose_first_message_was_lost_is_started(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    Container.objects.filter(sent_at__isnull=False).update(sent_at=ago(seconds=6))
    sent.clear()
    sweep()
    for _, row_id in sent:
        act_on_container(row_id, engine)
    assert fresh(container).state == C.RUNNING


@pytest.mark.parametrize("state", [state for state in C if state not in CONTAINER_WORK])
def test_a_container_with_nothing_to_do_is_not_sent(state: ContainerState, ada: Learner, sent: Sent) -> None:
    running(ada, state=state.value, sent_at=ago(seconds=6))
    sent.clear()
    sweep()
    assert sent == []


def test_a_container_that_was_just_sent_is_not_sent_again(ada: Learner, sent: Sent) -> None:
    running(ada, state="stopping", sent_at=timezone.now())
    sent.clear()
    sweep()
    assert sent == []


@pytest.mark.parametrize("wish", ["remove", "tag"])
def test_an_image_nobody_acted_on_is_sent_again(wish: str, ada: Learner, sent: Sent) -> None:
    image = image_of(ada)
    if wish == "remove":
        images.remove_image(learner=ada, image=image)
    else:
        image = images.tag_image(learner=ada, image=image, reference="twin:1")
    force(image, sent_at=ago(seconds=6))
    sent.clear()
    sweep_twice()
    assert sent == [("act_on_image", image.id)]


def test_an_image_with_nothing_to_do_is_not_sent(ada: Learner, sent: Sent) -> None:
    image_of(ada)
    sweep()
    assert sent == []


def test_a_container_over_its_time_is_stopped_once(ada: Learner, sent: Sent) -> None:
    container = running(ada, due_at=ago(seconds=1))
    sent.clear()
    sweep_twice()
    assert (fresh(container).state, fresh(container).stop_reason) == (C.STOPPING, "time")
    assert sent == [("act_on_container", container.id)]


def test_a_container_within_its_time_runs_on(ada: Learner, sent: Sent) -> None:
    container = running(ada, due_at=timezone.now() + timedelta(minutes=1))
    sweep()
    assert fresh(container).state == C.RUNNING


def test_a_sweep_of_nothing_is_a_sign_of_life() -> None:
    sweep_twice()
    assert Pulse.objects.get(pk="sweep").ok


# --- the engine ---------------------------------------------------------------------------------------------------


def things(engine: FakeEngine) -> list[tuple[str, str]]:
    """What is ours on the engine, kind and id."""
    return sorted((one.kind, one.id) for one in engine.list_owned(settings.DRYDOCK_INSTANCE))


@pytest.fixture
def container(ada: Learner, engine: FakeEngine, sent: Sent) -> Container:
    """A container that runs on the engine."""
    made = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    act_on_container(made.id, engine)
    return fresh(made)


def test_a_look_at_the_engine_says_what_it_is(engine: FakeEngine) -> None:
    sweep_engine(engine)
    pulse = Pulse.objects.get(pk="engine")
    assert (pulse.ok, pulse.note) == (True, "Docker Engine 0-scripted")
    assert pulse.info["api_version"] == "1.41"


def test_an_engine_that_is_away_is_told_with_its_words(engine: FakeEngine) -> None:
    engine.down = True
    sweep_engine(engine)
    pulse = Pulse.objects.get(pk="engine")
    assert (pulse.ok, "No Docker Engine answers" in pulse.note, pulse.info) == (False, True, {})


def test_what_rows_want_stays_on_the_engine(container: Container, engine: FakeEngine) -> None:
    before = things(engine)
    sweep_engine(engine)
    assert things(engine) == before != []
    assert engine.inspect_container(container.engine_id).phase == "running"


@pytest.mark.parametrize("left", ["no row", "removed"])
def test_a_container_no_row_wants_is_removed(left: str, container: Container, engine: FakeEngine) -> None:
    if left == "removed":
        force(container, state="removed")
    else:
        container.delete()
    for _ in range(2):
        sweep_engine(engine)
    assert [kind for kind, _ in things(engine) if kind == "container"] == []


def test_an_image_no_row_wants_is_removed(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    run_build(queued(ada).id, engine)
    image = Image.objects.get()
    sweep_engine(engine)
    assert engine.inspect_image(image.digest)
    image.delete()
    for _ in range(2):
        sweep_engine(engine)
    with pytest.raises(NoSuchThing):
        engine.inspect_image(image.digest)
    assert engine.inspect_image("busybox:latest")


def test_an_image_that_a_container_uses_stays_until_it_is_gone(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    run_build(queued(ada).id, engine)
    digest = Image.objects.get().digest
    Image.objects.all().delete()

    def in_use(name: str) -> None:
        if name == "remove_image":
            raise Conflict("a container is using it", status=409)

    engine.before = in_use
    sweep_engine(engine)
    assert engine.inspect_image(digest)
    assert Pulse.objects.get(pk="engine").ok
    engine.before = lambda name: None
    sweep_engine(engine)
    assert ("image", digest) not in things(engine)


def test_an_image_whose_build_has_not_ended_is_left_to_it(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    build = queued(ada)
    run_build(build.id, engine)
    digest = Image.objects.get().digest
    Image.objects.all().delete()
    force(build, state="running")
    sweep_engine(engine)
    assert ("image", digest) in things(engine)


def test_a_network_is_removed_with_the_last_container_on_it(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    image = image_of(ada, digest=engine.inspect_image("busybox:latest").id)
    made = run(ada, image, "sleep 60", network="own")
    act_on_container(made.id, engine)
    sweep_engine(engine)
    assert [kind for kind, _ in things(engine)] == ["container", "network"]
    force(fresh(made), state="removed")
    for _ in range(2):
        sweep_engine(engine)
    assert [kind for kind, _ in things(engine) if kind == "network"] == []


def test_what_is_young_may_be_waiting_for_its_row(
    container: Container, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    container.delete()
    found = tuple(
        replace(one, created_at=timezone.now().timestamp()) for one in engine.list_owned(settings.DRYDOCK_INSTANCE)
    )
    monkeypatch.setattr(FakeEngine, "list_owned", lambda self, instance: found)
    sweep_engine(engine)
    assert engine.inspect_container(container.engine_id).phase == "running"


def test_what_belongs_to_another_installation_is_not_touched(
    container: Container, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    container.delete()
    with monkeypatch.context() as patched:
        patched.setattr(settings, "DRYDOCK_INSTANCE", "other")
        sweep_engine(engine)
    assert engine.inspect_container(container.engine_id).phase == "running"


def test_a_container_that_was_removed_before_it_was_known_is_taken_away(
    ada: Learner, container: Container, engine: FakeEngine
) -> None:
    engine_id = container.engine_id
    force(container, state="removing", engine_id="")
    act_on_container(container.id, engine)
    sweep_engine(engine)
    assert fresh(container).state == C.REMOVED
    assert engine.inspect_container(engine_id).phase == "gone"


# --- tidying ------------------------------------------------------------------------------------------------------


def test_what_was_deleted_a_day_ago_is_gone_for_good_and_the_rest_stays(ada: Learner, sent: Sent) -> None:
    old, young, live = (project_of(ada, {"a": "1", "b": "2"}) for _ in range(3))
    projects.delete_project(learner=ada, project=old)
    projects.delete_project(learner=ada, project=young)
    force(old, deleted_at=ago(days=2))
    batches = [files.delete_file(learner=ada, project=live, path=path) for path in ("a", "b")]
    File.objects.filter(batch=batches[0]).update(deleted_at=ago(days=2))
    for _ in range(2):
        tidy()
    assert set(Project.objects.all()) == {young, live}
    with pytest.raises(NotFound):
        files.restore_files(learner=ada, project=live, batch=batches[0])
    files.restore_files(learner=ada, project=live, batch=batches[1])
    projects.restore_project(learner=ada, project_id=young.id)
    assert (paths_of(live), paths_of(young)) == (["b"], ["a", "b"])


def test_a_removed_container_is_forgotten_a_day_later(ada: Learner, sent: Sent) -> None:
    old, young = running(ada, state="removed", finished_at=ago(days=2)), run(ada, Image.objects.get())
    force(young, state="removed", finished_at=timezone.now())
    tidy()
    assert list(Container.objects.all()) == [fresh(young)]
    assert not Container.objects.filter(pk=old.pk).exists()


def aged(sha256: str) -> str:
    """A content that is old."""
    then = (timezone.now() - LONG_AGO).timestamp()
    os.utime(blobs.path_of(sha256), (then, then))
    return sha256


@pytest.mark.parametrize("named_by", ["file", "deleted file", "build", "nothing"])
def test_an_old_content_stays_while_something_names_it(named_by: str, ada: Learner, sent: Sent) -> None:
    build = queued(ada, contents={"a": "precious"})
    assert build.project is not None
    sha256 = aged(blobs.put(b"precious"))
    if named_by != "build":
        force(build, manifest=[])
    if named_by == "deleted file":
        files.delete_file(learner=ada, project=build.project, path="a")
    if named_by in {"build", "nothing"}:
        File.objects.filter(path="a").delete()
    for _ in range(2):
        tidy()
    assert blobs.path_of(sha256).exists() is (named_by != "nothing")


def test_a_young_content_may_be_waiting_for_its_row() -> None:
    sha256 = blobs.put(b"just uploaded")
    tidy()
    assert blobs.read(sha256) == b"just uploaded"


def test_the_endless_stream_of_a_workspace_is_trimmed(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "WORKSPACE_EVENTS", 3)
    project = project_of(ada, {f"f{number}": "x" for number in range(6)})
    for _ in range(2):
        tidy()
    assert len(story(ada.workspace.stream)) == 3
    save(ada, project, "more", "x")
    assert log.head(ada.workspace.stream) == 7


def test_a_stream_with_an_end_is_kept_whole(ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "WORKSPACE_EVENTS", 1)
    build = queued(ada)
    run_build(build.id, watched())
    before = story(build.stream)
    tidy()
    assert story(build.stream) == before
