"""What a worker does with a container's or an image's row."""

from collections.abc import Callable

import pytest
from django.conf import settings

from playground.accounts.models import Learner
from playground.builds import acting
from playground.builds.acting import act_on_container, act_on_image, settle
from playground.builds.containers import moment
from playground.builds.models import Container, Image
from playground.builds.references import engine_reference
from playground.builds.services import containers, images
from playground.builds.states import ContainerState
from playground.engine import port
from playground.engine.errors import Conflict, EngineDown, EngineError, NotFound
from playground.engine.fake import FakeEngine
from playground.engine.sandbox import network_name
from tests.builds.support import (
    Sent,
    at,
    closed,
    force,
    fresh,
    image_of,
    run,
    running,
    story,
    told,
    types,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState


def made(
    learner: Learner, engine: FakeEngine, command: str = "sleep 60", *, act: bool = True, **wish: object
) -> Container:
    """A container of busybox; a worker has started it unless *act* is False."""
    digest = engine.inspect_image("busybox:latest").id
    image = Image.objects.filter(learner=learner).first() or image_of(learner, digest=digest)
    container = run(learner, image, command, **wish)
    if act:
        act_on_container(container.id, engine)
    return fresh(container)


def wish(container: Container, state: ContainerState, engine: FakeEngine) -> Container:
    """Ask for it, and let a worker do it."""
    assert containers.act(container=fresh(container), wish=state)
    act_on_container(container.id, engine)
    return fresh(container)


def count(engine: FakeEngine) -> list[str]:
    """Records the methods that are called from here on."""
    calls: list[str] = []
    engine.before = calls.append
    return calls


def failing(engine: FakeEngine, method: str, error: Exception) -> None:
    """This method fails from here on."""

    def before(name: str) -> None:
        if name == method:
            raise error

    engine.before = before


# --- starting -----------------------------------------------------------------------------------------------------


def test_a_new_container_is_made_and_started(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    assert (container.state, container.run, container.sentence) == (C.RUNNING, 1, "Running.")
    status = engine.inspect_container(container.engine_id)
    assert (status.phase, moment(status.started_at)) == ("running", container.started_at)
    assert container.due_at is not None
    assert types(container.stream) == ["container.changed"] * 2
    assert told(ada, "container.put")[-1]["container"]["state"] == "running"


def test_making_it_twice_has_one_effect(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    before, calls = story(container.stream), count(engine)
    act_on_container(container.id, engine)
    act_on_container("nothing", engine)
    assert (calls, story(container.stream), fresh(container).run) == ([], before, 1)


def test_a_worker_that_died_after_starting_it_is_not_followed_by_a_second_start(
    ada: Learner, engine: FakeEngine, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = made(ada, engine, act=False)
    with monkeypatch.context() as patched:
        patched.setattr(acting, "move", killed)
        with pytest.raises(KilledError):
            act_on_container(container.id, engine)
    engine_id = fresh(container).engine_id
    begun = engine.inspect_container(engine_id).started_at
    calls = count(engine)
    act_on_container(container.id, engine)
    row = fresh(container)
    assert (row.state, row.run, row.engine_id) == (C.RUNNING, 1, engine_id)
    assert "start_container" not in calls
    assert row.started_at == moment(begun)
    assert engine.inspect_container(engine_id).started_at == begun


def test_a_short_program_that_ended_before_its_worker_died_is_not_run_twice(
    ada: Learner, engine: FakeEngine, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = made(ada, engine, "echo once", act=False)
    with monkeypatch.context() as patched:
        patched.setattr(acting, "move", killed)
        with pytest.raises(KilledError):
            act_on_container(container.id, engine)
    list(engine.follow_container(fresh(container).engine_id))  # it has ended by now
    act_on_container(container.id, engine)
    lines = [line for line in engine.follow_container(fresh(container).engine_id) if isinstance(line, port.LogLine)]
    assert [line.text for line in lines] == ["once"]
    assert fresh(container).state == C.RUNNING


def test_a_worker_that_died_after_making_it_is_not_followed_by_a_second_container(
    ada: Learner, engine: FakeEngine, sent: Sent
) -> None:
    container = made(ada, engine, act=False)
    failing(engine, "start_container", EngineDown("away"))
    act_on_container(container.id, engine)
    assert (fresh(container).state, fresh(container).run) == (C.CREATING, 0)
    force(container, engine_id="")
    engine.before = lambda name: None
    act_on_container(container.id, engine)
    assert fresh(container).state == C.RUNNING
    assert len([one for one in engine.list_owned(instance()) if one.kind == "container"]) == 1


def test_a_container_on_its_own_network_gets_it_made(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine, network="own")
    assert container.state == C.RUNNING
    networks = [one.name for one in engine.list_owned(instance()) if one.kind == "network"]
    assert networks == [network_name(instance(), ada.id)]


def test_a_container_without_network_makes_none(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    calls = count(engine)
    made(ada, engine)
    assert "ensure_network" not in calls


# --- stopping, starting again, restarting -------------------------------------------------------------------------


def test_a_stop_ends_it_and_leaves_the_rest_to_the_gateway(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = wish(made(ada, engine), C.STOPPING, engine)
    assert container.state == C.STOPPING
    assert engine.inspect_container(container.engine_id).phase == "exited"
    act_on_container(container.id, engine)
    assert fresh(container).state == C.STOPPING
    settle(fresh(container), engine.inspect_container(container.engine_id))
    assert fresh(container).state == C.EXITED


def ended(container: Container, engine: FakeEngine) -> Container:
    """Stopped and settled."""
    container = wish(container, C.STOPPING, engine)
    settle(container, engine.inspect_container(container.engine_id))
    return fresh(container)


def test_an_ended_container_is_started_again_once(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = ended(made(ada, engine), engine)
    assert containers.act(container=container, wish=C.STARTING)
    calls = count(engine)
    for _ in range(2):
        act_on_container(container.id, engine)
    row = fresh(container)
    assert (row.state, row.run, row.exit_code, row.finished_at, row.stop_reason) == (C.RUNNING, 2, None, None, "")
    assert calls.count("start_container") == 1


def test_a_restart_ends_it_and_starts_it_once(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    first = engine.inspect_container(container.engine_id).started_at
    assert containers.act(container=container, wish=C.RESTARTING)
    calls = count(engine)
    for _ in range(2):
        act_on_container(container.id, engine)
    row = fresh(container)
    assert (row.state, row.run, row.stop_reason) == (C.RUNNING, 2, "")
    assert engine.inspect_container(row.engine_id).started_at > first
    assert (calls.count("stop_container"), calls.count("start_container")) == (1, 1)


def test_a_worker_that_died_after_restarting_it_is_not_followed_by_a_second_restart(
    ada: Learner, engine: FakeEngine, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = made(ada, engine)
    assert containers.act(container=container, wish=C.RESTARTING)
    with monkeypatch.context() as patched:
        patched.setattr(acting, "move", killed)
        with pytest.raises(KilledError):
            act_on_container(container.id, engine)
    calls = count(engine)
    act_on_container(container.id, engine)
    assert (fresh(container).state, fresh(container).run) == (C.RUNNING, 2)
    assert {"stop_container", "start_container"}.isdisjoint(calls)


def test_a_worker_that_died_between_stop_and_start_restarts_it(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    assert containers.act(container=container, wish=C.RESTARTING)
    failing(engine, "start_container", EngineDown("away"))
    act_on_container(container.id, engine)
    assert fresh(container).state == C.RESTARTING
    engine.before = lambda name: None
    act_on_container(container.id, engine)
    assert fresh(container).state == C.RUNNING
    assert engine.inspect_container(container.engine_id).phase == "running"


# --- removing -----------------------------------------------------------------------------------------------------


def test_a_container_is_removed_while_it_runs(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = wish(made(ada, engine), C.REMOVING, engine)
    assert (container.state, container.sentence) == (C.REMOVED, "Removed.")
    assert container.finished_at is not None
    assert engine.inspect_container(container.engine_id).phase == "gone"
    assert closed(container.stream)
    act_on_container(container.id, engine)
    assert told(ada, "container.gone") == [{"id": container.id}]


def test_a_container_that_was_never_made_is_removed(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = wish(made(ada, engine, act=False), C.REMOVING, engine)
    assert container.state == C.REMOVED


def test_a_container_that_is_gone_already_is_removed(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    engine.remove_container(container.engine_id)
    assert wish(container, C.REMOVING, engine).state == C.REMOVED


def test_what_the_engine_will_not_remove_now_is_asked_for_again(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    failing(engine, "remove_container", EngineError("removal is in progress", status=409))
    assert wish(container, C.REMOVING, engine).state == C.REMOVING
    engine.before = lambda name: None
    act_on_container(container.id, engine)
    assert fresh(container).state == C.REMOVED


# --- refusals -----------------------------------------------------------------------------------------------------


def test_a_container_the_engine_will_not_make_says_why(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = run(ada, image_of(ada, digest="sha256:gone"))
    act_on_container(container.id, engine)
    row = fresh(container)
    assert row.state == C.FAILED
    assert row.sentence == "It could not be created: No such image: sha256:gone"
    assert (row.due_at, row.finished_at is None) == (None, False)
    assert story(row.stream)[-1][1]["container"]["sentence"] == row.sentence


@pytest.mark.parametrize(("state", "word"), [(C.STARTING, "started"), (C.RESTARTING, "restarted")])
def test_a_container_the_engine_will_not_start_says_why_without_its_names(
    state: ContainerState, word: str, ada: Learner, engine: FakeEngine, sent: Sent
) -> None:
    container = made(ada, engine)
    container = ended(container, engine) if state == C.STARTING else container
    failing(engine, "start_container", EngineError("OCI runtime: drydock-i/learner/app:1 is bad", status=400))
    row = wish(container, state, engine)
    assert row.state == C.FAILED
    assert row.sentence == f"It could not be {word}: OCI runtime: app:1 is bad"


def test_an_endless_reason_is_cut_to_its_column(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine, act=False)
    failing(engine, "create_container", EngineError("x" * 5000))
    act_on_container(container.id, engine)
    assert len(fresh(container).sentence) == 300


def test_a_stop_that_the_engine_refuses_is_asked_for_again(ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    failing(engine, "stop_container", EngineError("not now"))
    assert wish(container, C.STOPPING, engine).state == C.STOPPING


@pytest.mark.parametrize("state", [C.STOPPING, C.RESTARTING, C.REMOVING])
def test_with_the_engine_away_a_wish_waits(state: ContainerState, ada: Learner, engine: FakeEngine, sent: Sent) -> None:
    container = made(ada, engine)
    assert containers.act(container=container, wish=state)
    engine.down = True
    before = story(container.stream)
    act_on_container(container.id, engine)
    assert (fresh(container).state, story(container.stream)) == (state, before)


# --- settling -----------------------------------------------------------------------------------------------------


def status(phase: port.ContainerPhase = "exited", code: int = 0, *, oom: bool = False) -> port.ContainerStatus:
    """An ended container, as the engine tells it."""
    return port.ContainerStatus(id="engine-id", phase=phase, exit_code=code, oom_killed=oom, finished_at=at(5))


def test_an_end_is_written_with_code_time_and_sentence(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    settle(container, status(code=137, oom=True))
    row = fresh(container)
    assert (row.state, row.exit_code, row.finished_at, row.due_at) == (C.EXITED, 137, moment(at(5)), None)
    assert "used 128 MiB of 128 MiB" in row.sentence
    assert told(ada, "container.put")[-1]["container"]["state"] == "exited"


def test_a_container_the_engine_has_lost_has_failed(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    settle(container, status("gone"))
    assert (fresh(container).state, "no longer knows it" in fresh(container).sentence) == (C.FAILED, True)


def test_settling_twice_writes_once(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    for _ in range(2):
        settle(container, status())
    assert types(container.stream) == ["container.changed"] * 2


@pytest.mark.parametrize("state", [state for state in C if state not in {C.RUNNING, C.STOPPING}])
def test_an_end_is_not_written_while_somebody_else_is_at_it(state: ContainerState, ada: Learner, sent: Sent) -> None:
    container = running(ada)
    force(fresh(container), state=state.value)
    settle(container, status())
    assert fresh(container).state == state


def test_the_end_of_an_earlier_run_does_not_end_this_one(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    Container.objects.filter(pk=container.pk).update(run=2)
    settle(container, status())
    assert fresh(container).state == C.RUNNING


# --- images -------------------------------------------------------------------------------------------------------


@pytest.fixture
def owned(ada: Learner, engine: FakeEngine, sent: Sent) -> Image:
    """An image the engine has under the learner's name."""
    digest = engine.inspect_image("busybox:latest").id
    engine.tag_image(digest, engine_reference(ada.id, "app:1"))
    return image_of(ada, digest=digest)


def knows(engine: FakeEngine, name: str) -> bool:
    """The engine has an image of this name."""
    try:
        engine.inspect_image(name)
    except NotFound:
        return False
    return True


def test_a_tag_is_given_twice_with_one_effect(ada: Learner, engine: FakeEngine, owned: Image) -> None:
    twin = images.tag_image(learner=ada, image=owned, reference="twin:1")
    for _ in range(2):
        act_on_image(twin.id, engine)
    assert engine.inspect_image(engine_reference(ada.id, "twin:1")).id == owned.digest
    assert (fresh(twin).state, fresh(twin).sent_at) == ("ready", None)


def test_a_removed_image_is_gone_from_engine_rows_and_pages(ada: Learner, engine: FakeEngine, owned: Image) -> None:
    images.remove_image(learner=ada, image=owned)
    for _ in range(2):
        act_on_image(owned.id, engine)
    assert not knows(engine, engine_reference(ada.id, "app:1"))
    assert knows(engine, "busybox:latest")
    assert not Image.objects.exists()
    assert told(ada, "image.gone") == [{"id": owned.id, "reference": "app:1"}]


def test_an_image_that_is_gone_already_is_removed(ada: Learner, engine: FakeEngine, owned: Image) -> None:
    engine.remove_image(engine_reference(ada.id, "app:1"))
    images.remove_image(learner=ada, image=owned)
    act_on_image(owned.id, engine)
    assert not Image.objects.exists()


def test_an_image_to_be_tagged_that_the_engine_has_lost_is_told_as_gone(
    ada: Learner, engine: FakeEngine, sent: Sent
) -> None:
    image = image_of(ada, digest="sha256:lost")
    act_on_image(image.id, engine)
    assert not Image.objects.exists()
    assert told(ada, "image.gone")[0]["id"] == image.id


@pytest.mark.parametrize(
    "trouble",
    [
        lambda engine: setattr(engine, "down", True),
        lambda engine: failing(engine, "remove_image", Conflict("a container is using it", status=409)),
    ],
    ids=["engine-away", "in-use"],
)
def test_an_image_that_cannot_be_removed_now_waits(
    trouble: Callable[[FakeEngine], None], ada: Learner, engine: FakeEngine, owned: Image
) -> None:
    images.remove_image(learner=ada, image=owned)
    trouble(engine)
    act_on_image(owned.id, engine)
    assert fresh(owned).state == "removing"
    assert told(ada, "image.gone") == []


class KilledError(BaseException):
    """The process ends here."""


def killed(*args: object, **more: object) -> bool:
    """In place of the row's move: the process is killed before it."""
    raise KilledError


def instance() -> str:
    """This installation's name."""
    return str(settings.DRYDOCK_INSTANCE)
