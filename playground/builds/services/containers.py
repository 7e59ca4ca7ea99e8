"""Running an image, and starting, stopping, restarting, removing the container: the wish; the worker does it."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.accounts.ids import new_id
from playground.accounts.models import Learner
from playground.builds import access, dispatch, hardening, headroom, idle, running_time
from playground.builds.containers import container_spec
from playground.builds.limits import limit
from playground.builds.models import Container, Image
from playground.builds.services.showing import show_container
from playground.builds.states import CONTAINER_LIVE, ContainerState, IllegalMove, move
from playground.events import log

C = ContainerState


def run_image(
    *, learner: Learner, image: Image, command: str, env: Mapping[str, str], memory: int, cpus: float, network: str
) -> Container:
    """A new container of *image*. *command* as typed in a shell, '' for the image's own; 0 for a default.

    Raises `Refused` over a limit or a quota, naming the field, and while the engine's limits do not hold as required.
    """
    hardening.check_hardened()
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Refused(
            "bad-command", "The command has a quotation mark that is not closed.", field="command", fix="Close it."
        ) from error
    container = Container(
        learner=learner,
        image=image,
        stream=new_id(),
        name=image.reference.split(":")[0].rpartition("/")[2][:40],
        reference=image.reference,
        digest=image.digest,
        command=words,
        env=dict(env),
        memory=memory or limit("run.memory"),
        cpus=cpus or limit("run.cpus") / 1000,
        network="own" if network == "own" else "none",
        sentence="Waiting for a worker to start it.",
        sent_at=timezone.now(),
    )
    container_spec(container)  # refuses what it would refuse later, before anything is written
    with transaction.atomic():
        _check_quota(learner)
        container.name = f"{container.name}-{container.id[:4]}"
        container.save(force_insert=True)
        idle.use_image(image)
        log.create_stream(owner=learner.id, kind="container", subject=container.id, stream_id=container.stream)
        _hand_over(container)
    return container


def act(*, container: Container, wish: ContainerState) -> bool:
    """Start, stop, restart or remove. Answers whether this call did it: False if it is so or under way already.

    Raises `Refused` (409) for a wish that makes no sense in the container's state.
    """
    if container.state in {wish, *_MEANS_DONE[wish]}:
        return False
    if wish in {C.STARTING, C.RESTARTING}:
        hardening.check_hardened()
    if wish is C.STARTING:
        _check_running(container.learner)
    reason = "learner" if wish in {C.STOPPING, C.RESTARTING} else ""
    with transaction.atomic():
        try:
            did = move(container, to=wish, stop_reason=reason, sent_at=timezone.now(), sentence=_SAYS[wish])
        except IllegalMove as error:
            raise Refused(
                "not-now",
                f"The container is {container.state}, so it cannot be {_WORD[wish]}.",
                status=409,
                fix="Look at its state and try what fits.",
            ) from error
        if did:
            if wish is not C.REMOVING:
                idle.use_container(container)
            _hand_over(container)
    return did


def keep_container(*, container: Container) -> Container:
    """The learner says that it is of use, so that it is not removed for having been unused; nor is its image."""
    with transaction.atomic():
        idle.use_container(container)
        transaction.on_commit(lambda: show_container(container))
    return container


def _hand_over(container: Container) -> None:
    transaction.on_commit(lambda: show_container(container))
    transaction.on_commit(lambda: dispatch.send("act_on_container", container.id))


def due_after_start() -> timedelta:
    """How long a container may run."""
    return timedelta(seconds=limit("run.seconds"))


_MEANS_DONE: dict[ContainerState, frozenset[ContainerState]] = {
    C.STARTING: frozenset({C.RUNNING, C.CREATING, C.RESTARTING}),
    C.STOPPING: frozenset({C.EXITED, C.FAILED}),
    C.RESTARTING: frozenset({C.CREATING, C.STARTING}),
    C.REMOVING: frozenset({C.REMOVED}),
}
_SAYS = {
    C.STARTING: "Starting again.",
    C.STOPPING: "Stopping: it has been asked to end (SIGTERM) and is killed after 5 s.",
    C.RESTARTING: "Restarting.",
    C.REMOVING: "Being removed.",
}
_WORD = {C.STARTING: "started", C.STOPPING: "stopped", C.RESTARTING: "restarted", C.REMOVING: "removed"}


def _check_quota(learner: Learner) -> None:
    have, most = len(access.containers_of(learner)), limit("learner.containers")
    if have >= most:
        raise Refused(
            "too-many-containers",
            f"You have {have} containers; {most} are allowed.",
            fix="Remove one first.",
            status=413,
        )
    _check_running(learner)


def _check_running(learner: Learner) -> None:
    running = Container.objects.filter(learner=learner, state__in=CONTAINER_LIVE).count()
    most = limit("learner.running")
    if running >= most:
        raise Refused(
            "too-many-running",
            f"{running} of your containers are running; {most} may.",
            fix="Stop one first.",
            status=413,
        )
    for refused in (running_time.refusal(learner), headroom.refusal()):
        if refused is not None:
            raise refused


def limit_reached(container: Container, *, reason: str) -> None:
    """Stop a container that has run into a limit: *reason* is "time", "day" or "output"."""
    container.refresh_from_db(fields=["state"])
    if container.state != C.RUNNING:
        return
    with transaction.atomic():
        sentence = "It is being stopped: it reached a limit."
        if move(container, to=C.STOPPING, stop_reason=reason, sent_at=timezone.now(), sentence=sentence):
            _hand_over(container)
