"""Who is concerned when a dependent changes, and what an owner may claim: the same in all controllers of workloads.

After the handlers addPod, updatePod, deletePod and resolveControllerRef of pkg/controller/{statefulset,daemon,cronjob}.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.kube.client.informers import Cache
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import Change

Maps = list[Map]


def controller_of(obj: Object, kind: str, owners: Cache) -> Map | None:
    """Return the owner that controls an object, if it is of this kind and still the same one."""
    reference = meta.owner(obj)
    if reference is None or reference["kind"] != kind:
        return None
    found = owners.get(meta.namespace(obj), reference["name"])
    return found if found is not None and meta.uid(found) == reference["uid"] else None


def concerned(change: Change, kind: str, owners: Cache) -> Maps:
    """Return the owners that should look: those that control the object or did, or, of an orphan, those that fit."""
    if not len(owners):
        return []
    return list({meta.key(owner): owner for owner in _concerned(change, kind, owners)}.values())


def _concerned(change: Change, kind: str, owners: Cache) -> Iterator[Map]:
    now, before = change.object, change.previous
    reference = meta.owner(now)
    moved = before is not None and meta.owner(before) != reference
    if moved and before is not None:
        former = controller_of(before, kind, owners)
        if former is not None:
            yield former
    if reference is not None:
        owner = controller_of(now, kind, owners)
        if owner is not None:
            yield owner
    elif change.type != "DELETED" and (before is None or moved or meta.labels(before) != meta.labels(now)):
        yield from selecting(now, owners)


def selecting(obj: Object, owners: Cache) -> Maps:
    """Return the owners in an object's namespace whose selectors fit it. An empty selector fits nothing here."""
    labels = meta.labels(obj)
    found = []
    for owner in owners.list(meta.namespace(obj)):
        selector = Selector.of(owner["spec"].get("selector"))
        if not selector.empty and selector.matches(labels):
            found.append(owner)
    return found


def claimable(owner: Object, dependents: Cache) -> Maps:
    """Return what an owner controls, and the orphans beside it, by name."""
    orphans = dependents.by("orphans", meta.namespace(owner))
    return sorted([*dependents.by("controller", meta.uid(owner)), *orphans], key=meta.key)
