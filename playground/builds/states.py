"""The states of a build and of a container, the one table of legal moves each, and the compare-and-swap that makes one.

No code sets a state by hand: `move` does, and answers whether it was this call that did it.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, TextChoices


class BuildState(TextChoices):
    """Where a build is. The last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ContainerState(TextChoices):
    """Where a container is. Those ending in -ing are for a worker to act on; `removed` is the end."""

    CREATING = "creating"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    RESTARTING = "restarting"
    EXITED = "exited"
    FAILED = "failed"
    REMOVING = "removing"
    REMOVED = "removed"


B, C = BuildState, ContainerState

BUILD_MOVES: Mapping[BuildState, frozenset[BuildState]] = {
    B.QUEUED: frozenset({B.RUNNING, B.CANCELLED, B.FAILED}),
    B.RUNNING: frozenset({B.SUCCEEDED, B.FAILED, B.CANCELLING, B.QUEUED}),  # back to queued: its worker died
    B.CANCELLING: frozenset({B.CANCELLED, B.FAILED, B.SUCCEEDED}),  # succeeded: it was too late to stop it
    B.SUCCEEDED: frozenset(),
    B.FAILED: frozenset(),
    B.CANCELLED: frozenset(),
}
BUILD_ENDS = frozenset({B.SUCCEEDED, B.FAILED, B.CANCELLED})

CONTAINER_MOVES: Mapping[ContainerState, frozenset[ContainerState]] = {
    C.CREATING: frozenset({C.RUNNING, C.EXITED, C.FAILED, C.REMOVING}),
    C.STARTING: frozenset({C.RUNNING, C.EXITED, C.FAILED, C.REMOVING}),
    C.RUNNING: frozenset({C.STOPPING, C.RESTARTING, C.EXITED, C.FAILED, C.REMOVING}),
    C.STOPPING: frozenset({C.EXITED, C.FAILED, C.REMOVING}),
    C.RESTARTING: frozenset({C.RUNNING, C.EXITED, C.FAILED, C.REMOVING}),
    C.EXITED: frozenset({C.STARTING, C.REMOVING}),
    C.FAILED: frozenset({C.REMOVING}),
    C.REMOVING: frozenset({C.REMOVED}),
    C.REMOVED: frozenset(),
}
CONTAINER_WORK = frozenset({C.CREATING, C.STARTING, C.STOPPING, C.RESTARTING, C.REMOVING})
CONTAINER_LIVE = frozenset({C.CREATING, C.STARTING, C.RUNNING, C.STOPPING, C.RESTARTING})


class IllegalMove(Exception):
    """The table has no such move: a bug in the caller, not something a learner did."""


def move(row: Model, *, to: BuildState | ContainerState, **changes: Any) -> bool:
    """Move *row* from the state it was read with to *to*, with *changes*, if it is still in that state.

    Answers whether this call did it, and then *row* carries the new values. Raises `IllegalMove`.
    """
    old = getattr(row, "state")  # noqa: B009  (two models have it; they share no base)
    table: Mapping[Any, frozenset[Any]] = BUILD_MOVES if isinstance(to, BuildState) else CONTAINER_MOVES
    if to not in table[type(to)(old)]:
        raise IllegalMove(f"{old} → {to}")
    changes = {"state": to.value, **changes}
    if type(row)._default_manager.filter(pk=row.pk, state=old).update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True
