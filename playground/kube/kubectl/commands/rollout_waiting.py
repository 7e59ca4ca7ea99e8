"""kubectl rollout status, which follows a rollout until it is done.

Source: k8s.io/kubectl/pkg/cmd/rollout/rollout_status.go. The real one watches the object and prints a line for each of
its changes; here it is looked at every tenth of a second, less often when nothing changes for long. Where no time can
pass, a rollout that is not done is an error at once.
"""

from collections.abc import Callable

from playground.kube.kubectl.commands.rollout_status import status_of
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import Target

SOON, LATER = 0.1, 1.0  # seconds between two looks
QUIET = 60.0  # seconds without a change after which it is looked less often
PATIENCE = 3600.0  # seconds after which waiting without --timeout is broken off; a person would do so, too
TIMED_OUT = "timed out waiting for the condition"


def follow(session: Session, arguments: Arguments, target: Target) -> None:
    """Print how far a rollout is until it is done. Raises CommandError where it fails or takes too long."""
    obj = target.fetch(session)
    if _tell(session, arguments, target, obj) or not arguments.on("watch"):
        return
    if session.sleep is None:
        raise CommandError(TIMED_OUT)
    _wait(session, arguments, target, obj, session.sleep)


def _wait(session: Session, arguments: Arguments, target: Target, obj: Json, sleep: Callable[[float], object]) -> None:
    left, quiet = arguments.number("timeout") / 1e9 or PATIENCE, 0.0
    while left > 0:
        step = min(SOON if quiet < QUIET else LATER, left)
        sleep(step)
        left, quiet = left - step, quiet + step
        try:
            now = target.fetch(session)
        except ServerError as error:
            if error.reason != "NotFound":
                raise
            raise CommandError("object has been deleted") from error
        if now["metadata"]["resourceVersion"] != obj["metadata"]["resourceVersion"]:
            obj, quiet = now, 0.0
            if _tell(session, arguments, target, obj):
                return
    raise CommandError(TIMED_OUT)


def _tell(session: Session, arguments: Arguments, target: Target, obj: Json) -> bool:
    """Print the sentence; answer whether the rollout is done."""
    text, finished = status_of(target.resource, obj, arguments.number("revision"))
    session.output.append(text)
    return finished
