"""Room on the disks: measured, kept, refused below it with both numbers; and what the sweep does about it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.cache import cache
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import headroom, health
from playground.builds.models import Image, Pulse
from playground.builds.runner import run_build
from playground.builds.services import containers
from playground.builds.states import ContainerState
from playground.builds.sweeping import MAKING_ROOM, sweep_engine
from playground.engine.errors import EngineError
from playground.engine.fake import FakeEngine
from playground.engine.port import Room
from tests.builds.support import (
    Sent,
    SetLimits,
    ask,
    base_ready,
    failure,
    force,
    fresh,
    image_of,
    project_of,
    queued,
    refuses,
    run,
    running,
    save,
    watched,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)
GIB = 1 << 30
SetDisk = Callable[[float], None]


class Usage(NamedTuple):
    """What `shutil.disk_usage` answers."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def nobody_makes_room() -> Iterator[None]:
    """The lock is of this test."""
    cache.delete(MAKING_ROOM)
    yield
    cache.delete(MAKING_ROOM)


@pytest.fixture
def site_disk(monkeypatch: pytest.MonkeyPatch) -> SetDisk:
    """Sets how many GiB the site's own disk of 100 has free."""

    def put(free: float) -> None:
        usage = Usage(100 * GIB, 0, int(free * GIB))
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    put(50)
    return put


def engine_disk(free: float, total: float = 100) -> None:
    """The engine's disk as a worker has just measured it."""
    headroom.note(Room(free=int(free * GIB), total=int(total * GIB)))


def part() -> health.Part:
    """What /health/ says of the disks."""
    return next(part for part in health.parts() if part.key == "disk")


# --- refusing -----------------------------------------------------------------------------------------------------


def test_with_room_on_both_disks_nothing_is_refused(ada: Learner, sent: Sent, site_disk: SetDisk) -> None:
    engine_disk(2.0)
    queued(ada)
    run(ada, image_of(ada))
    assert part().state == "ok"
    assert "2 GiB free; 2 GiB are kept free" in part().sentence


def test_below_the_engine_s_headroom_builds_and_runs_are_refused_with_both_numbers(
    ada: Learner, sent: Sent, site_disk: SetDisk
) -> None:
    image, stopped = image_of(ada, "b:1", "sha256:b"), running(ada)
    force(stopped, state="exited")
    base_ready()
    project = project_of(ada, {"Dockerfile": "FROM busybox\n"})
    engine_disk(1.2)
    for wish in (
        lambda: ask(ada, project),
        lambda: run(ada, image),
        lambda: containers.act(container=stopped, wish=ContainerState.STARTING),
    ):
        with refuses("no-room", 503) as caught:
            wish()
        assert "1.2 GiB free of the 2 GiB kept free" in caught.value.message
        assert "Remove images" in caught.value.fix
        assert caught.value.retry_after == 60
    assert (part().state, "1.2 GiB free; 2 GiB are kept free" in part().sentence) == ("down", True)
    assert "builds and runs are refused; files are saved" in part().sentence
    assert part().fix


def test_below_the_site_s_own_headroom_too(ada: Learner, sent: Sent, site_disk: SetDisk) -> None:
    image = image_of(ada)
    site_disk(0.5)
    with refuses("no-room", 503) as caught:
        run(ada, image)
    assert "The site's disk has 512 MiB free of the 1 GiB kept free" in caught.value.message
    assert part().state == "down"


def test_saving_files_is_never_refused(ada: Learner, sent: Sent, site_disk: SetDisk) -> None:
    engine_disk(0)
    site_disk(0)
    project = project_of(ada)
    save(ada, project, "Dockerfile", "FROM busybox\n")
    save(ada, project, "Dockerfile", "FROM busybox:latest\n", expected=1)


def test_stopping_and_removing_are_not_refused_either(ada: Learner, sent: Sent, site_disk: SetDisk) -> None:
    container = running(ada)
    engine_disk(0)
    assert containers.act(container=container, wish=ContainerState.STOPPING)
    assert containers.act(container=container, wish=ContainerState.REMOVING)


def test_a_build_that_waited_while_the_disk_filled_up_ends_with_the_same_words(
    ada: Learner, sent: Sent, site_disk: SetDisk
) -> None:
    build, engine = queued(ada), watched()
    engine_disk(1.2)
    run_build(build.id, engine)
    why = failure(build)
    assert (why["code"], "1.2 GiB free of the 2 GiB kept free" in why["what"]) == ("no-room", True)
    assert "build" not in engine.calls


def test_what_was_measured_long_ago_refuses_nothing(ada: Learner, sent: Sent, site_disk: SetDisk) -> None:
    engine_disk(0)
    Pulse.objects.filter(part="disk").update(at=timezone.now() - timedelta(minutes=5))
    run(ada, image_of(ada))
    assert part().state == "ok"
    assert "cannot be seen now" in part().sentence


def test_a_small_disk_is_not_kept_free_as_a_whole(site_disk: SetDisk, set_limits: SetLimits) -> None:
    assert headroom.kept("engine.headroom", 100 * GIB) == 2 * GIB
    assert headroom.kept("engine.headroom", 5 * GIB) == GIB
    set_limits(f"engine.headroom={10 * GIB}")
    assert headroom.kept("engine.headroom", 100 * GIB) == 10 * GIB


# --- making room --------------------------------------------------------------------------------------------------


def low(engine: FakeEngine, free: float) -> None:
    """The engine's disk is nearly full."""
    engine.disk = Room(free=int(free * GIB), total=100 * GIB)


def unused_image(learner: Learner, engine: FakeEngine, *, gigabytes: int) -> Image:
    """An image that nobody has used for days."""
    return image_of(
        learner,
        "old:1",
        "sha256:old",
        own=[["old", gigabytes * GIB]],
        used_at=timezone.now() - timedelta(days=3),
    )


def calls_of(engine: FakeEngine) -> list[str]:
    """Remembers what is asked of the engine from now on."""
    calls: list[str] = []
    engine.before = calls.append
    return calls


def test_with_room_nothing_is_thrown_away(ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk) -> None:
    image, calls = unused_image(ada, engine, gigabytes=1), calls_of(engine)
    sweep_engine(engine)
    assert "prune_cache" not in calls
    assert fresh(image).state == "ready"
    assert Pulse.objects.get(part="disk").info == {"free": 50 * GIB, "total": 100 * GIB, "kept": 2 * GIB, "cleaned": ""}


def test_the_build_cache_goes_first_and_images_stay_if_that_is_enough(
    ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = unused_image(ada, engine, gigabytes=1)
    low(engine, 1.5)

    def prune(self: FakeEngine) -> int:
        low(self, 2.5)
        return GIB

    monkeypatch.setattr(FakeEngine, "prune_cache", prune)
    sweep_engine(engine)
    assert fresh(image).state == "ready"
    assert part().state == "ok"
    assert "1 GiB of build cache and 0 images nobody used were removed." in part().sentence


def test_then_images_that_nobody_uses_and_the_health_page_says_so(
    ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk
) -> None:
    image = unused_image(ada, engine, gigabytes=1)
    used = image_of(ada, "new:1", "sha256:new", own=[["new", GIB]])
    low(engine, 1.5)
    sweep_engine(engine)
    assert (fresh(image).state, fresh(used).state) == ("removing", "ready")
    assert ("act_on_image", image.id) in sent
    assert part().state == "down"
    assert "1 image nobody used were removed." in part().sentence
    low(engine, 3)
    sweep_engine(engine)
    assert part().state == "ok"
    assert "1 image nobody used were removed." in part().sentence, "it is still said once there is room again"


def test_two_sweeps_at_once_throw_away_once(ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk) -> None:
    low(engine, 1)
    calls: list[str] = []

    def before(name: str) -> None:
        calls.append(name)
        if name == "prune_cache" and calls.count(name) == 1:
            sweep_engine(engine)

    engine.before = before
    sweep_engine(engine)
    assert calls.count("prune_cache") == 1
    sweep_engine(engine)
    assert calls.count("prune_cache") == 2


def test_an_engine_that_cannot_make_room_is_no_engine_that_is_away(
    ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk
) -> None:
    low(engine, 1)

    def before(name: str) -> None:
        if name == "prune_cache":
            raise EngineError("a prune operation is already running", status=409)

    engine.before = before
    sweep_engine(engine)
    assert Pulse.objects.get(part="engine").ok
    assert not Pulse.objects.get(part="disk").ok


def test_where_the_disk_cannot_be_seen_nothing_is_refused_and_the_page_says_so(
    ada: Learner, engine: FakeEngine, sent: Sent, site_disk: SetDisk
) -> None:
    engine.disk = None
    sweep_engine(engine)
    assert part().state == "ok"
    assert "cannot be seen now" in part().sentence
    run(ada, image_of(ada))
    assert [thing.kind for thing in engine.list_owned("")] == [], "the container that looked is gone"


def test_a_container_that_looks_reads_what_df_says(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        headroom,
        "PROBE_COMMAND",
        ("sh", "-c", "echo Filesystem 1024-blocks Used Available Capacity Mounted; echo overlay 1000 400 600 40% /"),
    )
    engine.disk = None
    assert headroom.measure(engine) == Room(free=600 << 10, total=1000 << 10)
    assert engine.list_owned("") == ()
