"""Which revisions a StatefulSet stands between: the current one and the one it is updated to.

After getStatefulSetRevisions and truncateHistory of pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playground.kube.controllers import history
from playground.kube.controllers.history import Archive
from playground.kube.controllers.statefulset.identity import revision_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.store import By

Maps = list[Map]


@dataclass(frozen=True, slots=True)
class Revisions:
    """The current revision, the updated one, and how many names were taken so far."""

    current: Map
    updated: Map
    collisions: int


def find(statefulset: Object, known: Maps, archive: Archive, by: By) -> Revisions:
    """Return the set's revisions; the template's is created, or an old one that equals it is numbered anew.

    *known* are ordered. Raises ApiError.
    """
    status = statefulset.get("status") or EMPTY
    collisions = status.get("collisionCount") or 0
    number = history.newest(known) + 1
    same = history.equal(known, history.patch_of(statefulset))
    if same and same[-1]["data"] == known[-1]["data"]:
        updated = known[-1]
    elif same:
        updated = archive.renumber(same[-1], number, by)
    else:
        updated, collisions = archive.create(statefulset, number, collisions, by)
    name = status.get("currentRevision")
    current = next((item for item in known if meta.name(item) == name), updated)
    return Revisions(current, updated, collisions)


def surplus(statefulset: Object, known: Maps, found: Revisions | None, pods: Iterable[Object]) -> Sequence[Map]:
    """Return the revisions that count against the limit, in the order of *known*: no pod is of them, none is in use."""
    live = {revision_of(pod) for pod in pods}
    if found is not None:
        live |= {meta.name(found.current), meta.name(found.updated)}
    return [item for item in known if meta.name(item) not in live]
