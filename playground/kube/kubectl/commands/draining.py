"""The evictions of kubectl drain while time passes: asked again every 5 s, waited for every second.

After k8s.io/kubectl/pkg/drain/drain.go (evictPods, waitForDelete). There each pod has a goroutine of its own; here each
has the time at which it does its next step. Go starts the last goroutine first, and then the others in order; the
requests of the first two overtake each other, as they do in every recording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.kube.kubectl.errors import CommandError, ServerError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session, url
from playground.kube.kubectl.targets import resource_for

RETRY, POLL = 5.0, 1.0  # seconds
PATIENCE = 3600.0  # seconds after which a drain without --timeout is broken off; a person would do so, too


@dataclass(slots=True)
class _Going:
    """One pod on its way. *at*: when its next step is, in seconds since the drain began."""

    pod: Json
    at: float = 0.0
    evicted: bool = False

    @property
    def name(self) -> str:
        return str(self.pod["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.pod["metadata"]["namespace"])


def evict_all(session: Session, arguments: Arguments, pods: Sequence[Json], sleep: Callable[[float], object]) -> None:
    """Evict pods and wait until they are gone; *sleep* lets time pass. Raises CommandError for those that stay."""
    timeout = arguments.number("timeout") / 1e9 or None
    going = [_Going(pod) for pod in [*pods[-1:], *pods[:-1]]]
    for each in going:
        session.say(f"evicting pod {each.namespace}/{each.name}")
    going[:2] = reversed(going[:2])
    failures: list[CommandError] = []
    now = 0.0
    while going:
        due = min(each.at for each in going)
        if due > now:
            sleep(due - now)
            now = due
        for each in [each for each in going if each.at <= now]:
            try:
                done = _step(session, arguments, each, now, timeout)
            except CommandError as failure:
                failures.append(failure)
                done = True
            if done:
                going.remove(each)
    raise_all(list(failures))


def _step(session: Session, arguments: Arguments, going: _Going, now: float, timeout: float | None) -> bool:
    """Do a pod's next step; True when there is none after it."""
    if not going.evicted and not _evict(session, arguments, going, now, timeout):
        return going.at < 0
    if _is_gone(session, going):
        session.say(f"pod/{going.name} evicted")
        return True
    if now > (timeout or PATIENCE):
        told = f'error when waiting for pod "{going.name}" in namespace "{going.namespace}" to terminate'
        raise CommandError(f"{told}: context deadline exceeded")
    going.at = now + POLL
    return False


def _evict(session: Session, arguments: Arguments, going: _Going, now: float, timeout: float | None) -> bool:
    """Ask for a pod's eviction; False when it was refused, or there was no such pod any more (then *at* is -1)."""
    if now > 0:
        session.say(f"evicting pod {going.namespace}/{going.name}")
    where = f'pods/"{going.name}" -n "{going.namespace}"'
    if now >= (timeout or PATIENCE):
        raise CommandError(f"error when evicting {where}: global timeout reached: {_told(timeout or PATIENCE)}")
    try:
        path = url(resource_for("pods"), going.namespace, going.name, "eviction")
        session.send("POST", path, _eviction(arguments, going))
    except ServerError as error:
        if error.reason == "NotFound":
            going.at = -1.0
        elif error.reason == "TooManyRequests":
            session.warn(f"error when evicting {where} (will retry after 5s): {error}")
            going.at = now + RETRY
        else:
            raise CommandError(f"error when evicting {where}: {error}") from error
        return False
    going.evicted = True
    return True


def _eviction(arguments: Arguments, going: _Going) -> Json:
    grace = arguments.number("grace-period")
    options: Json = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    place = {"name": going.name, "namespace": going.namespace}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": place, "deleteOptions": options}


def _is_gone(session: Session, going: _Going) -> bool:
    try:
        found = session.get(resource_for("pods"), going.name, going.namespace)
    except ServerError as error:
        return error.reason == "NotFound"
    return bool(found["metadata"].get("uid") != going.pod["metadata"].get("uid"))


def _told(seconds: float) -> str:
    """Return a length of time as Go prints it: 8s, 1m30s, 1h0m0s."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours}h{minutes}m{left}s"
    return f"{minutes}m{left}s" if minutes else f"{left}s"
