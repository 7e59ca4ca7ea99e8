"""What guests do not use is removed, with a notice before and after; work never is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import idle
from playground.builds.acting import act_on_container, act_on_image, settle
from playground.builds.models import Container, File, Image, Notice, Project
from playground.builds.services import containers, images
from playground.builds.services.containers import keep_container
from playground.builds.services.images import keep_image
from playground.builds.state import state_of
from playground.builds.states import ContainerState
from playground.builds.sweeping import tidy
from playground.engine import port
from playground.engine.fake import FakeEngine
from tests.builds.support import (
    Row,
    Sent,
    SetLimits,
    ask,
    base_ready,
    force,
    fresh,
    image_of,
    project_of,
    run,
    running,
    story,
    told,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
C = ContainerState
DAY = timedelta(days=1)


def unused(row: Row, *, days: float) -> Row:
    """The row, last used so many days ago."""
    force(row, used_at=timezone.now() - days * DAY)
    return row


def at_rest(learner: Learner, *, days: float) -> Container:
    """A container that ended so many days ago, with its image."""
    container = running(learner)
    force(container, state="exited", finished_at=timezone.now() - days * DAY)
    assert container.image is not None
    unused(container.image, days=days)
    return unused(container, days=days)


def pass_time(*rows: Any) -> None:
    """The moment that was announced for these has come."""
    for row in rows:
        force(row, going_at=timezone.now() - timedelta(seconds=1))


def announced(row: Image | Container) -> datetime:
    """When it will be removed."""
    going = fresh(row).going_at
    assert going is not None
    return going


# --- before -------------------------------------------------------------------------------------------------------


def test_nothing_is_said_while_there_is_time(ada: Learner, sent: Sent) -> None:
    image = unused(image_of(ada), days=12)
    tidy()
    assert fresh(image).going_at is None
    assert told(ada, "image.put") == []


def test_a_day_before_it_is_removed_the_page_says_when(ada: Learner, sent: Sent) -> None:
    image = unused(image_of(ada), days=13.5)
    for _ in range(2):
        tidy()
    going = image.used_at + 14 * DAY
    assert abs(announced(image) - going) < timedelta(hours=13)
    assert announced(image) >= timezone.now() + DAY - timedelta(seconds=30)
    (put,) = told(ada, "image.put")
    assert put["image"]["going_at"] == state_of(ada)["images"][0]["going_at"] != None  # noqa: E711
    assert fresh(image).state == "ready"


def test_a_sweep_that_comes_late_still_leaves_the_whole_notice(ada: Learner, sent: Sent) -> None:
    container = at_rest(ada, days=90)
    tidy()
    left = announced(container) - timezone.now()
    assert DAY - timedelta(minutes=1) < left <= DAY
    changes = [data["container"] for kind, data in story(container.stream) if kind == "container.changed"]
    assert changes[-1]["going_at"] == told(ada, "container.put")[-1]["container"]["going_at"] is not None
    assert fresh(container).state == C.EXITED


def test_an_image_stays_as_long_as_a_container_of_it(ada: Learner, sent: Sent) -> None:
    container = at_rest(ada, days=90)
    tidy()
    assert Image.objects.get().going_at is None
    force(container, state="removed")
    tidy()
    assert Image.objects.get().going_at is not None


@pytest.mark.parametrize("state", ["creating", "starting", "running", "stopping", "restarting", "removing"])
def test_what_runs_or_is_being_worked_on_is_in_use(state: str, ada: Learner, sent: Sent) -> None:
    container = at_rest(ada, days=90)
    force(container, state=state, due_at=timezone.now() + DAY)
    tidy()
    assert fresh(container).going_at is None


def test_whoever_has_signed_up_keeps_everything(ada: Learner, sent: Sent) -> None:
    container = at_rest(ada, days=90)
    other = unused(image_of(ada, "b:1", "sha256:b"), days=90)
    tidy()
    assert fresh(container).going_at is not None
    ada.user = get_user_model().objects.create_user("ada")
    ada.save()
    tidy()
    assert (fresh(container).going_at, fresh(other).going_at) == (None, None)
    pass_time(container, other)
    idle.remove()
    assert (fresh(container).state, fresh(other).state) == (C.EXITED, "ready")


# --- using takes it back ------------------------------------------------------------------------------------------


def test_running_an_image_keeps_it(ada: Learner, sent: Sent) -> None:
    image = unused(image_of(ada), days=90)
    tidy()
    run(ada, fresh(image))
    assert fresh(image).going_at is None
    assert told(ada, "image.put")[-1]["image"]["going_at"] is None


@pytest.mark.parametrize("wish", [C.STARTING, C.STOPPING, C.RESTARTING])
def test_starting_and_stopping_a_container_keeps_it_and_its_image(wish: C, ada: Learner, sent: Sent) -> None:
    container = at_rest(ada, days=90)
    tidy()
    if wish is not C.STARTING:
        force(container, state="running")
    containers.act(container=Container.objects.select_related("image", "learner").get(), wish=wish)
    row = fresh(container)
    assert (row.going_at, row.used_at > timezone.now() - timedelta(minutes=1)) == (None, True)
    assert Image.objects.get().used_at > timezone.now() - timedelta(minutes=1)


def test_the_end_of_a_run_is_a_use(ada: Learner, sent: Sent) -> None:
    container = unused(running(ada), days=90)
    settle(container, port.ContainerStatus(id="x", phase="exited", exit_code=0))
    tidy()
    assert fresh(container).going_at is None


def test_building_on_an_image_keeps_it_and_no_other(ada: Learner, sent: Sent) -> None:
    base_ready()
    used, other = unused(image_of(ada, "base:1"), days=90), unused(image_of(ada, "other:1", "sha256:o"), days=90)
    tidy()
    ask(ada, project_of(ada, {"Dockerfile": "FROM base:1\nRUN true\n"}), "app:1")
    assert (fresh(used).going_at, fresh(other).going_at is None) == (None, False)


def test_another_name_keeps_the_image_and_has_no_end_itself(ada: Learner, sent: Sent) -> None:
    image = unused(image_of(ada), days=90)
    tidy()
    twin = images.tag_image(learner=ada, image=fresh(image), reference="twin:1")
    assert (fresh(image).going_at, fresh(twin).going_at) == (None, None)
    tidy()
    assert fresh(twin).going_at is None


def test_a_learner_can_say_that_it_is_of_use(ada: Learner, sent: Sent) -> None:
    container, image = at_rest(ada, days=90), unused(image_of(ada, "b:1", "sha256:b"), days=90)
    tidy()
    keep_image(image=fresh(image))
    keep_container(container=fresh(container))
    tidy()
    assert (fresh(image).going_at, fresh(container).going_at) == (None, None)
    assert told(ada, "container.put")[-1]["container"]["going_at"] is None


# --- after --------------------------------------------------------------------------------------------------------


def test_what_was_announced_is_removed_and_a_line_says_what_and_why(
    ada: Learner, bob: Learner, engine: FakeEngine, sent: Sent
) -> None:
    project = project_of(ada, {"Dockerfile": "FROM busybox\n", "work.txt": "of weeks"})
    digest = engine.inspect_image("busybox:latest").id
    made = run(ada, image_of(ada, "a:1", digest), "true")
    act_on_container(made.id, engine)
    container = unused(fresh(made), days=90)
    force(container, state="exited")
    others = [unused(image_of(ada, name, f"sha256:{name}"), days=90) for name in ("c:1", "b:1")]
    tidy()
    pass_time(container, *others)
    sent.clear()
    tidy()
    assert sent[0] == ("act_on_container", container.id)
    assert {row_id for task, row_id in sent if task == "act_on_image"} == {image.id for image in others}
    act_on_container(container.id, engine)
    for image in others:
        act_on_image(image.id, engine)
    assert fresh(container).state == C.REMOVED
    assert [image.reference for image in Image.objects.all()] == ["a:1"]
    (notice,) = state_of(ada)["notices"]
    assert notice["sentence"] == (
        f"Removed because unused for 14 days: the images b:1 and c:1 and the container {container.name}. "
        "Your files and projects are all here: build an image again when you need it."
    )
    assert [put["notice"] for put in told(ada, "notice.put")] == [notice]
    assert state_of(bob)["notices"] == []
    assert set(File.objects.filter(project=project, deleted_at=None).values_list("path", flat=True)) == {
        "Dockerfile",
        "work.txt",
    }
    tidy()
    assert Notice.objects.count() == 1


def test_what_is_used_in_the_last_moment_stays(ada: Learner, sent: Sent) -> None:
    image, container = unused(image_of(ada, "b:1", "sha256:b"), days=90), at_rest(ada, days=90)
    stale_image, stale_container = fresh(image), fresh(container)
    keep_image(image=fresh(image))
    keep_container(container=fresh(container))
    assert not idle._remove_image(stale_image)
    assert not idle._remove_container(stale_container)
    assert (fresh(image).state, fresh(container).state) == ("ready", C.EXITED)


def test_what_was_never_announced_is_not_removed(ada: Learner, sent: Sent) -> None:
    image = unused(image_of(ada), days=900)
    idle.remove()
    assert fresh(image).state == "ready"


def test_the_notice_can_be_as_long_as_the_operator_likes(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.idle=100,learner.idle_notice=50")
    image = image_of(ada)
    force(image, used_at=timezone.now() - timedelta(seconds=60))
    tidy()
    assert timedelta(seconds=49) < announced(image) - timezone.now() <= timedelta(seconds=50)


def test_old_notices_are_forgotten_and_nothing_else(ada: Learner, sent: Sent) -> None:
    old = Notice.objects.create(learner=ada, sentence="old")
    new = Notice.objects.create(learner=ada, sentence="new")
    force(old, at=timezone.now() - 31 * DAY)
    project = project_of(ada)
    tidy()
    assert list(Notice.objects.all()) == [new]
    assert Project.objects.filter(pk=project.pk).exists()


# --- when the disk is short ---------------------------------------------------------------------------------------


def test_only_as_much_as_is_missing_goes_the_longest_unused_first(ada: Learner, bob: Learner, sent: Sent) -> None:
    def of(learner: Learner, name: str, days: float) -> Image:
        made = image_of(learner, name, f"sha256:{name}", own=[[name, 10]])
        return unused(made, days=days)

    kept, oldest, old = of(ada, "new:1", 0.5), of(ada, "oldest:1", 5), of(bob, "old:1", 3)
    older = of(ada, "older:1", 4)
    assert idle.relieve(15) == 2
    assert [fresh(image).state for image in (oldest, older, old, kept)] == ["removing", "removing", "ready", "ready"]
    (notice,) = state_of(ada)["notices"]
    assert notice["sentence"].startswith(
        "Removed because the disk was short of room, and unused for 24 h: the images older:1 and oldest:1. Your files"
    )
    assert state_of(bob)["notices"] == []
    assert idle.relieve(1 << 40) == 1
    assert fresh(kept).state == "ready"


def test_a_second_name_frees_nothing(ada: Learner, sent: Sent) -> None:
    first = unused(image_of(ada, "a:1", "sha256:same", own=[["x", 10]]), days=9)
    second = unused(image_of(ada, "a:2", "sha256:same", own=[["x", 10]]), days=8)
    third = unused(image_of(ada, "b:1", "sha256:b", own=[["y", 10]]), days=7)
    assert idle.relieve(10) == 2
    assert [fresh(image).state for image in (first, second, third)] == ["removing", "removing", "ready"]
