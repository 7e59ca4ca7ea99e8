"""What a crash leaves undone is done here: beat calls `sweep` every two seconds. Every step is safe to repeat.

A message can be lost between a commit and the broker, a worker can die in a build, a process between a row and its last
event: rows say what is missing, this brings it about.
"""

import contextlib
import logging
import os
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from playground.builds import blobs, dispatch, headroom, idle, packages, positions, running_time, turns
from playground.builds.ending import end_cancelled, requeue
from playground.builds.limits import limit
from playground.builds.models import Build, Container, File, Image, Project
from playground.builds.pulses import pulse
from playground.builds.services.builds import announce_build, ensure_stream, seal_build
from playground.builds.services.containers import limit_reached
from playground.builds.states import CONTAINER_WORK, BuildState, ContainerState
from playground.engine import installations, port
from playground.engine.errors import Conflict, EngineError
from playground.engine.state import state_dir
from playground.events import log

logger = logging.getLogger(__name__)

RESEND = timedelta(seconds=5)
UNTOLD = timedelta(minutes=1)
"""An older build without a place is one of very many: it is told when it comes among the first."""
UNDO = timedelta(days=1)
KEEP_REMOVED = timedelta(days=1)
ORPHAN_AGE = 60.0
MOST_SENT = 8
"""So many builds that are next in turn are sent again at once: more than workers that could be free."""
BLOB_AGE = 2 * 24 * 3600
WORKSPACE_EVENTS = 5000
MAKING_ROOM, ROOM_WITHIN = "making-room", 600


def sweep() -> None:
    """Everything that needs no engine."""
    _builds_whose_worker_died()
    _builds_nobody_took()
    _builds_without_a_last_event()
    _containers_nobody_acted_on()
    _containers_over_their_time()
    _learners_over_their_time()
    pulse("sweep")


def _builds_whose_worker_died() -> None:
    lost = Build.objects.select_related("learner__workspace").filter(
        state__in=(BuildState.RUNNING, BuildState.CANCELLING), lease_until__lt=timezone.now()
    )
    for build in lost:
        logger.warning("build %s: its worker is gone", build.id)
        if build.state == BuildState.RUNNING:
            requeue(build, because="its worker stopped")
        else:
            end_cancelled(build)


def _builds_nobody_took() -> None:
    """Those next in turn, whose message may be lost, and those that nobody was told of. The others just wait."""
    now = timezone.now()
    late = Q(sent_at=None) | Q(sent_at__lt=now - RESEND)
    untold = Q(ahead=None, created_at__gt=now - UNTOLD)
    waiting = Build.objects.select_related("learner__workspace").filter(late, state=BuildState.QUEUED)
    next_up = [build.pk for build in turns.next_up(MOST_SENT)]
    for build in waiting.filter(Q(pk__in=next_up) | untold).order_by("created_at")[:20]:
        if Build.objects.filter(pk=build.pk, state=BuildState.QUEUED).update(sent_at=now):
            announce_build(build)
    positions.announce()


def _builds_without_a_last_event() -> None:
    ended = Build.objects.select_related("learner__workspace").filter(
        state__in=(BuildState.SUCCEEDED, BuildState.FAILED, BuildState.CANCELLED),
        sealed=False,
        finished_at__lt=timezone.now() - RESEND,
    )
    for build in ended[:50]:
        ensure_stream(build)
        seal_build(build, fence=log.take(build.stream))


def _containers_nobody_acted_on() -> None:
    late = timezone.now() - RESEND
    waiting = Container.objects.filter(state__in=CONTAINER_WORK, sent_at__lt=late)
    for container in waiting[:50]:
        if Container.objects.filter(pk=container.pk, state=container.state).update(sent_at=timezone.now()):
            dispatch.send("act_on_container", container.id)
    for image in Image.objects.filter(sent_at__lt=late)[:50]:  # to be tagged or removed
        Image.objects.filter(pk=image.pk).update(sent_at=timezone.now())
        dispatch.send("act_on_image", image.id)


def _containers_over_their_time() -> None:
    over = Container.objects.select_related("learner__workspace").filter(
        state=ContainerState.RUNNING, due_at__lt=timezone.now()
    )
    for container in over:
        limit_reached(container, reason="time")


def _learners_over_their_time() -> None:
    live = list(Container.objects.select_related("learner__workspace").filter(state=ContainerState.RUNNING))
    used, most = running_time.used({container.learner_id for container in live}), limit("learner.run_seconds")
    for container in live:
        if used[container.learner_id] >= most:
            limit_reached(container, reason="day")


def sweep_engine(engine: port.Engine) -> None:
    """Look at the engine, and remove what is ours on it and belongs to no row. Raises nothing."""
    try:
        info = engine.info()
        _remove_orphans(engine)
    except EngineError as error:
        pulse("engine", ok=False, note=error.message)
        return
    pulse("engine", note=f"Docker Engine {info.version}", info=engine_info(info))
    with contextlib.suppress(OSError):  # then `cleanup` knows nothing of us, and leaves us alone
        installations.note(state_dir(os.environ), settings.DRYDOCK_INSTANCE, settings.VAR_DIR)
    try:
        _make_room(engine)
    except EngineError as error:
        logger.warning("no room was made: %s", error)


def look_at_engine(engine: port.Engine) -> None:
    """See whether the engine answers: often, so that /health/ knows within seconds. Raises nothing."""
    try:
        info = engine.info()
    except EngineError as error:
        pulse("engine", ok=False, note=error.message)
        return
    pulse("engine", note=f"Docker Engine {info.version}", info=engine_info(info))
    packages.tell()


def engine_info(info: port.EngineInfo) -> dict[str, object]:
    """What pages may know of the engine."""
    return {
        "version": info.version,
        "api_version": info.api_version,
        "heredocs": info.heredocs,
        "storage_driver": info.storage_driver,
        "cgroup_version": info.cgroup_version,
        "id": info.id,
        "started": info.started,
    }


def _make_room(engine: port.Engine) -> None:
    """Measure the engine's disk. If it is short of room: first the build cache goes, then images nobody uses."""
    room = headroom.measure(engine)
    missing = headroom.kept("engine.headroom", room.total) - room.free if room else 0
    headroom.note(room)
    if missing <= 0 or not cache.add(MAKING_ROOM, True, timeout=ROOM_WITHIN):  # gigabytes take longer than one sweep
        return
    try:
        freed = engine.prune_cache()
        images = idle.relieve(missing - freed) if freed < missing else 0
        logger.warning("the engine's disk lacks %d bytes: freed %d of cache and %d images", missing, freed, images)
        headroom.note(headroom.measure(engine), freed=freed, images=images)
    finally:
        cache.delete(MAKING_ROOM)


def _remove_orphans(engine: port.Engine) -> None:
    young = timezone.now().timestamp() - ORPHAN_AGE
    for thing in engine.list_owned(settings.DRYDOCK_INSTANCE):
        if thing.created_at > young:
            continue
        if thing.kind == "container" and not _wanted(thing):
            logger.info("removing container %s: no row wants it", thing.name)
            engine.remove_container(thing.id)
        elif thing.kind == "network" and not _needed(thing):
            engine.remove_network(thing.name)
        elif thing.kind == "image" and not _named(thing):
            with contextlib.suppress(Conflict):  # a container still uses it
                engine.remove_image(thing.id)


def _wanted(thing: port.Owned) -> bool:
    row = Container.objects.filter(pk=thing.owner.job).first()
    return row is not None and row.state != ContainerState.REMOVED


def _needed(thing: port.Owned) -> bool:
    """A learner's network is, while a container of theirs is on it or about to be."""
    theirs = Container.objects.filter(learner_id=thing.owner.learner, network="own")
    return theirs.exclude(state=ContainerState.REMOVED).exists()


def _named(thing: port.Owned) -> bool:
    """An image is, by a row, or soon by the build that is making it (a cached one is born old)."""
    making = Build.objects.filter(pk=thing.owner.job, state__in=(BuildState.RUNNING, BuildState.CANCELLING))
    return making.exists() or Image.objects.filter(digest=thing.id).exists()


def tidy() -> None:
    """Forget for good what was deleted a day ago, and contents that nothing names; remove what nobody uses."""
    idle.announce()
    idle.remove()
    idle.forget_old()
    old = timezone.now() - UNDO
    Project.objects.filter(deleted_at__lt=old).delete()
    File.objects.filter(deleted_at__lt=old).delete()
    Container.objects.filter(state=ContainerState.REMOVED, finished_at__lt=timezone.now() - KEEP_REMOVED).delete()
    running_time.forget_old()
    log.trim_endless(keep=WORKSPACE_EVENTS)
    _unnamed_blobs()


def _unnamed_blobs() -> None:
    named = set(File.objects.exclude(sha256="").values_list("sha256", flat=True))
    for manifest in Build.objects.values_list("manifest", flat=True).iterator():
        named.update(entry[2] for entry in manifest)
    too_young = timezone.now().timestamp() - BLOB_AGE
    for path in blobs.all_blobs():
        if path.name not in named and path.stat().st_mtime < too_young:
            path.unlink(missing_ok=True)
