"""What the `short` worker does with a container's row: bring the engine to where its state says. Safe to repeat."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from playground.builds import hardening, running_time
from playground.builds.containers import GRACE, container_spec, ending, moment
from playground.builds.models import Container, Image
from playground.builds.references import engine_reference
from playground.builds.services.containers import due_after_start
from playground.builds.services.showing import show_container
from playground.builds.services.workspaces import tell
from playground.builds.states import ContainerState, move
from playground.engine import port, sandbox
from playground.engine.errors import Conflict, EngineDown, EngineError, NotFound
from playground.events import wire

logger = logging.getLogger(__name__)

C = ContainerState


def act_on_container(container_id: str, engine: port.Engine) -> None:
    """Do what the state asks for. With the engine away nothing changes and the sweep sends the row again."""
    container = Container.objects.select_related("learner__workspace").filter(pk=container_id).first()
    if container is None:
        return
    try:
        work = _WORK.get(ContainerState(container.state))
        if work is not None and not _hindered(container, engine):
            work(container, engine)
    except EngineDown as error:
        logger.warning("container %s waits: %s", container.id, error)
    except (EngineError, sandbox.Refused) as error:  # refused: an operator has lowered a limit meanwhile
        _fail(container, error)


def _hindered(container: Container, engine: port.Engine) -> bool:
    """Whether it may not be started, since the engine's limits do not hold as this site requires."""
    hindrance = hardening.on(engine) if container.state in {C.CREATING, C.STARTING} else None
    if hindrance is not None and not hindrance.waits:  # else the sweep sends it again
        _fail(container, sandbox.Refused("not-hardened", "engine", hindrance.sentence, hindrance.fix))
    return hindrance is not None


def _create(container: Container, engine: port.Engine) -> None:
    spec = container_spec(container)
    if container.network == "own":
        owner = port.Owner(instance=settings.DRYDOCK_INSTANCE, learner=container.learner_id, job="network")
        engine.ensure_network(sandbox.network_spec(owner=owner))
    engine_id = engine.create_container(spec)
    Container.objects.filter(pk=container.pk).update(engine_id=engine_id)
    container.engine_id = engine_id
    _start(container, engine)


def _start(container: Container, engine: port.Engine) -> None:
    """Start it once: a worker that died right after starting it has done so already."""
    begun = _begun(container, engine)
    if begun is None:
        engine.start_container(container.engine_id)
        begun = _begun(container, engine)
    changes = {
        "run": container.run + 1,
        "started_at": begun or timezone.now(),
        "finished_at": None,
        "due_at": timezone.now() + due_after_start(),
        "exit_code": None,
        "stop_reason": "",
        "sentence": "Running.",
    }
    with transaction.atomic():
        did = move(container, to=C.RUNNING, **changes)
        if did:
            running_time.begin(container)
    if did:
        show_container(container)


def _stop(container: Container, engine: port.Engine) -> None:
    """End it. The gateway, which follows its output, writes how it ended after the last line."""
    engine.stop_container(container.engine_id, grace=GRACE)


def _restart(container: Container, engine: port.Engine) -> None:
    if _begun(container, engine) is None:
        engine.stop_container(container.engine_id, grace=GRACE)
    _start(container, engine)


def _begun(container: Container, engine: port.Engine) -> datetime | None:
    """When the engine started it after the start that the row knows of; None if it has not."""
    begun = moment(engine.inspect_container(container.engine_id).started_at)
    return begun if begun and (container.started_at is None or begun > container.started_at) else None


def _remove(container: Container, engine: port.Engine) -> None:
    if container.engine_id:
        engine.remove_container(container.engine_id)
    ended = container.finished_at or timezone.now()
    running_time.end(container, at=ended)
    if move(container, to=C.REMOVED, sentence="Removed.", finished_at=ended):
        show_container(container, last=True)


def _fail(container: Container, error: EngineError | sandbox.Refused) -> None:
    """The engine refused: say why, in its words without its names."""
    logger.warning("container %s: %s", container.id, error)
    sentence = f"It could not be {container.state.removesuffix('ing')}ed: {sandbox.hide_engine_names(error.message)}"
    if container.state in {C.STOPPING, C.REMOVING}:
        return  # the sweep asks again
    if move(container, to=C.FAILED, sentence=sentence[:300], finished_at=timezone.now(), due_at=None):
        show_container(container)


_WORK = {C.CREATING: _create, C.STARTING: _start, C.STOPPING: _stop, C.RESTARTING: _restart, C.REMOVING: _remove}


def settle(container: Container, status: port.ContainerStatus, *, met: Collection[str] = ()) -> None:
    """It has ended: write so, after its last line. Called by the gateway, which has written that line.

    *met*: keys of the limits that its output spoke of.
    """
    run = container.run
    container.refresh_from_db(fields=["state", "stop_reason", "run"])
    if container.state not in {C.RUNNING, C.STOPPING} or container.run != run:
        return  # restarting, being removed or started again: somebody else is at it
    gone = status.phase == "gone"
    sentence = "It is gone: the engine no longer knows it." if gone else ending(container, status, met=met)
    ended = moment(status.finished_at) or timezone.now()
    changes = {
        "exit_code": status.exit_code,
        "sentence": sentence[:300],
        "finished_at": ended,
        "used_at": timezone.now(),
        "due_at": None,
    }
    running_time.end(container, at=ended)
    if move(container, to=C.FAILED if gone else C.EXITED, **changes):
        show_container(container)


def act_on_image(image_id: str, engine: port.Engine) -> None:
    """Give a new name to the engine's image, or take a removed one away. Safe to repeat."""
    image = Image.objects.select_related("learner__workspace").filter(pk=image_id).first()
    if image is None:
        return
    name = engine_reference(image.learner_id, image.reference)
    try:
        if image.state != "removing":
            engine.tag_image(image.digest, name)
            Image.objects.filter(pk=image.pk, digest=image.digest, state="ready").update(sent_at=None)
            return
        engine.remove_image(name, force=True)
    except (EngineDown, Conflict) as error:
        logger.warning("image %s waits: %s", image.id, error)
        return
    except NotFound:
        logger.info("image %s was gone already", image.id)
    with transaction.atomic():
        tell(image.learner, [("image.gone", wire.ImageGone(id=image.id, reference=image.reference))])
        image.delete()
