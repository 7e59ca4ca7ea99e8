"""How a build ends in the rows: kept, failed, handed back or tried again. Called by the runner and the sweep.

The row first, then the last event; a crash in between is made good by the sweep.
"""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from playground.builds import dispatch, outcomes, turns
from playground.builds.models import Build, Image
from playground.builds.outcomes import Made, Outcome
from playground.builds.services.builds import seal_build
from playground.builds.services.workspaces import tell
from playground.builds.states import BuildState, move
from playground.builds.summaries import build_summary, image_summary
from playground.engine import port
from playground.engine.errors import Conflict, EngineDown, NotFound
from playground.events import wire

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3


def finish(build: Build, outcome: Outcome, *, steps: tuple[int, int], fence: int) -> str:
    """Write the end. Answers the digest of an image that lost its last name by it, or ''."""
    if not _still_ours(build):
        logger.warning("build %s was taken over by another worker", build.id)
        return ""
    image, old = None, ""
    with transaction.atomic():
        if outcome.image is not None:
            image, old = _keep_image(build, outcome.image)
        done = move(
            build,
            to=outcome.state,
            finished_at=timezone.now(),
            image=image.id if image else "",
            failure=outcome.failure.model_dump() if outcome.failure else None,
            steps=steps[0],
            cached=steps[1],
            lease_until=None,
        )
        if not done:
            transaction.set_rollback(True)
    if not done:  # Cancel was pressed in this very moment: the state we read was not the state any more
        cancelled = outcome if outcome.image else Outcome(BuildState.CANCELLED)
        return finish(build, cancelled, steps=steps, fence=fence)
    if image is not None:
        tell(build.learner, [("image.put", wire.ImagePut(image=image_summary(image)))])
    seal_build(build, fence=fence)
    return old


def _still_ours(build: Build) -> bool:
    """Read the state anew. False: the sweep took this attempt for dead, so it has no say any more."""
    attempt = build.attempt
    build.refresh_from_db(fields=["state", "attempt"])
    return build.attempt == attempt and build.state in {BuildState.RUNNING, BuildState.CANCELLING}


def _keep_image(build: Build, made: Made) -> tuple[Image, str]:
    """The learner's row for the image; with the digest its name pointed to before, if that was another."""
    before = Image.objects.filter(learner=build.learner, reference=build.reference).first()
    detail, now = made.detail, timezone.now()
    values: dict[str, Any] = {
        "digest": detail.id,
        "state": "ready",
        "size": detail.size,
        "created_at": now,
        "used_at": now,
        "going_at": None,
        "build": build,
        "command": [*detail.entrypoint, *detail.command],
        "ports": list(detail.ports),
        "layers": made.layers,
        "foundation": made.base.foundation,
        "own": made.own,
    }
    image, _ = Image.objects.update_or_create(learner=build.learner, reference=build.reference, defaults=values)
    return image, before.digest if before and before.digest != detail.id else ""


def forget_image(engine: port.Engine, digest: str) -> None:
    """Remove an image that lost its name, unless another name or a container still needs it."""
    if not digest or Image.objects.filter(digest=digest).exists():
        return
    try:
        engine.remove_image(digest)
    except (Conflict, NotFound, EngineDown):
        logger.info("image %s stays until nothing uses it", digest[:19])


def hand_back(build: Build, error: EngineDown, *, count: bool) -> None:
    """The engine is away: put the build back on the queue, from where the sweep sends it again."""
    logger.warning("build %s waits: %s", build.id, error)
    if not _still_ours(build):
        return
    if build.state == BuildState.RUNNING:
        requeue(build, because="the Docker Engine went away", count=count)
    else:
        end_cancelled(build)


def end_cancelled(build: Build) -> None:
    """Nobody works on it and the learner wants it gone."""
    if move(build, to=BuildState.CANCELLED, finished_at=timezone.now(), lease_until=None):
        seal_build(build)


def requeue(build: Build, *, because: str, count: bool = True) -> None:
    """Another attempt, or the end after too many. *count*: the attempt that is over counts as one."""
    if count and build.attempt >= MOST_ATTEMPTS:
        what = f"The build was tried {build.attempt} times; each time {because}."
        failure = outcomes.failed("worker-lost", what, "Try again; if it stays, the operator's log says why.").failure
        stored = failure.model_dump() if failure else None
        if move(build, to=BuildState.FAILED, finished_at=timezone.now(), failure=stored, lease_until=None):
            seal_build(build)
        return
    attempt = build.attempt if count else build.attempt - 1
    changes = {"because": because, "lease_until": None, "sent_at": timezone.now(), "attempt": attempt}
    if move(build, to=BuildState.QUEUED, **changes) and count:  # an attempt that does not count was never told of
        tell(build.learner, [("build.put", wire.BuildPut(build=build_summary(build)))])


def send_next() -> None:
    """A worker is free and a learner has one build less: send the build that is next, if there is one."""
    for build in turns.next_up(1):
        dispatch.send("run_build", build.id)
