"""What must have happened, when the log no longer tells: the difference between what is listed and what was known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.meta import Key
from playground.kube.store import Change


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to which revision, at what time and for whom objects were listed."""

    revision: int
    time: float
    actor: str


def differences(resource: str, listed: Iterable[Map], known: Mapping[Key, Map], at: Moment) -> Iterator[Change]:
    """Yield a deletion for each known object that is gone or was made anew, then an addition for all there are."""
    now = {meta.key(obj): obj for obj in listed}
    for key, obj in known.items():
        if key not in now or meta.uid(now[key]) != meta.uid(obj):
            yield Change(at.revision, "DELETED", resource, key, obj, obj, at.time, at.actor, None, None)
    for key, obj in now.items():
        yield Change(at.revision, "ADDED", resource, key, obj, None, at.time, at.actor, None, None)
