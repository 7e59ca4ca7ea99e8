"""Running an image, and starting, stopping, restarting and removing the container: the wish."""

from itertools import product
from typing import Any

import pytest

from playground.accounts.models import Learner
from playground.builds.models import Container
from playground.builds.services import containers, showing
from playground.builds.states import ContainerState
from playground.engine import sandbox
from playground.events.models import Stream
from tests.builds.support import (
    Sent,
    SetLimits,
    force,
    fresh,
    image_of,
    refuses,
    run,
    running,
    story,
    told,
    types,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState
WISHES = (C.STARTING, C.STOPPING, C.RESTARTING, C.REMOVING)

DOES = {
    *product((C.STARTING,), (C.EXITED,)),
    *product((C.STOPPING,), (C.RUNNING,)),
    *product((C.RESTARTING,), (C.RUNNING,)),
    *product((C.REMOVING,), [state for state in C if state not in {C.REMOVING, C.REMOVED}]),
}
IS_SO_ALREADY = {
    *product((C.STARTING,), (C.STARTING, C.RUNNING, C.CREATING, C.RESTARTING)),
    *product((C.STOPPING,), (C.STOPPING, C.EXITED, C.FAILED)),
    *product((C.RESTARTING,), (C.RESTARTING, C.CREATING, C.STARTING)),
    *product((C.REMOVING,), (C.REMOVING, C.REMOVED)),
}


# --- running an image ---------------------------------------------------------------------------------------------


def test_a_wish_is_a_row_with_its_stream_and_one_message(ada: Learner, sent: Sent) -> None:
    container = run(ada, image_of(ada, "lib/app:1"), "echo 'hello you'", env={"A": "b"}, memory=64 << 20, cpus=0.25)
    row = fresh(container)
    assert (row.state, row.command, row.env, row.digest) == (
        C.CREATING,
        ["echo", "hello you"],
        {"A": "b"},
        "sha256:app",
    )
    assert (row.memory, row.cpus, row.network) == (64 << 20, 0.25, "none")
    assert row.name.startswith("app-")
    assert sent == [("act_on_container", row.id)]
    assert types(row.stream) == ["container.changed"]
    assert Stream.objects.get(pk=row.stream).owner == ada.id
    assert [put["container"]["state"] for put in told(ada, "container.put")] == ["creating"]


def test_what_is_left_empty_is_the_usual(ada: Learner, sent: Sent) -> None:
    row = fresh(run(ada, image_of(ada)))
    assert (row.command, row.memory, row.cpus, row.network) == ([], 128 << 20, 0.5, "none")


@pytest.mark.parametrize(("network", "kept"), [("own", "own"), ("host", "none"), ("bridge", "none")])
def test_a_network_is_the_own_one_or_none(network: str, kept: str, ada: Learner, sent: Sent) -> None:
    assert fresh(run(ada, image_of(ada), network=network)).network == kept


def test_the_sweep_can_see_when_it_was_sent(ada: Learner, sent: Sent) -> None:
    assert fresh(run(ada, image_of(ada))).sent_at is not None


def test_a_command_with_an_open_quotation_mark_is_refused(ada: Learner, sent: Sent) -> None:
    with refuses("bad-command") as caught:
        run(ada, image_of(ada), "echo 'hello")
    assert caught.value.field == "command"
    assert not Container.objects.exists()
    assert sent == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"memory": 1 << 40}, "memory"),
        ({"memory": 1}, "memory"),
        ({"cpus": 64.0}, "cpus"),
        ({"env": {"A=B": "c"}}, "environment"),
        ({"env": {"A": "b\0c"}}, "environment"),
        ({"env": {"A": "x" * 5000}}, "environment"),
        ({"env": {f"A{n}": "" for n in range(51)}}, "environment"),
        ({"command": "x " * 65}, "command"),
    ],
    ids=["memory", "little-memory", "cpus", "env-name", "env-nul", "env-long", "env-many", "words"],
)
def test_a_wish_over_a_limit_is_refused_with_its_field_and_nothing_is_written(
    wish: dict[str, Any], field: str, ada: Learner, sent: Sent
) -> None:
    with pytest.raises(sandbox.Refused) as caught:
        run(ada, image_of(ada), **wish)
    assert caught.value.field == field
    assert not Container.objects.exists()
    assert sent == []


@pytest.mark.parametrize(
    ("limits", "code", "sentence"),
    [
        ("learner.containers=2", "too-many-containers", "You have 2 containers; 2 are allowed."),
        ("learner.running=2", "too-many-running", "2 of your containers are running; 2 may."),
    ],
)
def test_one_container_too_many_is_refused_with_both_numbers(
    limits: str, code: str, sentence: str, ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits(limits)
    image = image_of(ada)
    for _ in range(2):
        run(ada, image)
    with refuses(code, 413) as caught:
        run(ada, image)
    assert caught.value.message == sentence
    assert Container.objects.count() == 2
    run(bob, image_of(bob))


def test_a_removed_container_makes_room(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.containers=1,learner.running=1")
    force(run(ada, image_of(ada)), state="removed")
    run(ada, image_of(ada, "other:1"))


# --- wishes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wish", "state"), [*product(WISHES, ContainerState)])
def test_a_wish_is_done_is_so_already_or_makes_no_sense(
    wish: ContainerState, state: ContainerState, ada: Learner, sent: Sent
) -> None:
    container = running(ada, state=state.value)
    sent.clear()
    before = story(container.stream)
    if (wish, state) in DOES:
        assert containers.act(container=container, wish=wish)
        assert fresh(container).state == wish
        assert sent == [("act_on_container", container.id)]
        assert types(container.stream) == [kind for kind, _ in before] + ["container.changed"]
        return
    if (wish, state) in IS_SO_ALREADY:
        assert not containers.act(container=container, wish=wish)
    else:
        with refuses("not-now", 409) as caught:
            containers.act(container=container, wish=wish)
        assert str(state) in caught.value.message
    assert fresh(container).state == state
    assert (sent, story(container.stream)) == ([], before)


@pytest.mark.parametrize(("wish", "state"), [(C.STARTING, C.EXITED), *product(WISHES[1:], [C.RUNNING])])
def test_a_wish_that_is_sent_twice_has_one_effect(
    wish: ContainerState, state: ContainerState, ada: Learner, sent: Sent
) -> None:
    container = running(ada, state=state.value)
    one, other = fresh(container), fresh(container)
    sent.clear()
    assert [containers.act(container=row, wish=wish) for row in (one, other)] == [True, False]
    assert sent == [("act_on_container", container.id)]


def test_a_stop_by_the_learner_is_remembered_as_one(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    containers.act(container=container, wish=C.STOPPING)
    assert fresh(container).stop_reason == "learner"
    assert "SIGTERM" in fresh(container).sentence


def test_starting_one_too_many_is_refused(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.running=1")
    stopped = running(ada, state="exited")
    run(ada, image_of(ada, "other:1"))
    with refuses("too-many-running", 413):
        containers.act(container=stopped, wish=C.STARTING)
    assert fresh(stopped).state == C.EXITED


# --- limits and telling -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["time", "output"])
def test_a_container_at_a_limit_is_stopped_once_with_its_reason(reason: str, ada: Learner, sent: Sent) -> None:
    container = running(ada)
    sent.clear()
    for _ in range(2):
        containers.limit_reached(container, reason=reason)
    row = fresh(container)
    assert (row.state, row.stop_reason) == (C.STOPPING, reason)
    assert sent == [("act_on_container", container.id)]


@pytest.mark.parametrize("state", [state for state in ContainerState if state != C.RUNNING])
def test_a_limit_stops_only_what_runs(state: ContainerState, ada: Learner, sent: Sent) -> None:
    container = running(ada)
    force(container, state=state.value)
    containers.limit_reached(container, reason="time")
    assert fresh(container).state == state


def test_the_last_word_on_a_container_closes_its_stream(ada: Learner, sent: Sent) -> None:
    container = running(ada, state="removed")
    showing.show_container(container, last=True)
    showing.show_container(container, last=True)
    assert types(container.stream).count("container.changed") == 2
    assert told(ada, "container.gone") == [{"id": container.id}]
