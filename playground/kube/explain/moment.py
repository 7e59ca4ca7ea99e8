"""The world at one moment: now, as the scheduler has it, or as of a revision, read off the store's changes.

Live pods and objects are shared, never written.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.kube.explain.whatif import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.meta import Key
from playground.kube.scheduler.config import Config, ProfileConfig
from playground.kube.scheduler.cycle import Visit
from playground.kube.scheduler.informers import OVER
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.scheduler import NAME, Scheduler
from playground.kube.scheduler.table import Table
from playground.kube.scheduler.views import WATCHED, Views
from playground.kube.store import Change, Store, undo

Objects = dict[Key, Map]


def profile_of(pod: Object, config: Config) -> ProfileConfig | None:
    """Return the profile that a pod's schedulerName asks for; None when nobody of that name runs."""
    wanted = pod["spec"].get("schedulerName") or NAME
    return next((profile for profile in config.profiles if profile.name == wanted), None)


def waits(pod: Object) -> bool:
    """Tell whether a pod has no node yet and may still get one."""
    over = (pod.get("status") or {}).get("phase") in OVER
    return not over and not pod["spec"].get("nodeName") and not meta.deleting(pod)


def present(scheduler: Scheduler, profile: ProfileConfig, time: float) -> World:
    """Return the world as the scheduler has it now; it has to have taken in what happened."""
    table = scheduler.table
    nodes = list(table.by_arrival())
    return World(
        profile=profile,
        objects=scheduler.objects,
        nodes=[node.object for node in nodes],
        placed=[(pod, node.name) for node in nodes for pod in node.pods.values()],
        nominated=[(pod, node.name) for node in nodes for pod in scheduler.nominator.on(node.name)],
        order=table.state(),
        time=time,
        visit=Visit(scheduler.start, scheduler.config.percentage),
    )


def past(store: Store, revision: int, scheduler: Scheduler, profile: ProfileConfig) -> World:
    """Return the world as of a revision; the start index and the time are left to the caller.

    Pods that are as they were are shared with the live scheduler, which spares reading them again.

    Raises store.Compacted when the log does not reach back so far.
    """
    views = Views()
    for resource in WATCHED:
        for key, obj in objects_at(store, resource, revision).items():
            views.put(resource, key, obj)
    reader = PodReader()
    pods = [_known(scheduler, obj) or reader.read(obj) for obj in objects_at(store, "pods", revision).values()]
    live = [pod for pod in pods if (pod.object.get("status") or {}).get("phase") not in OVER]
    table = _nodes_at(store, revision)
    return World(
        profile=profile,
        objects=views,
        nodes=[node.object for node in table.by_arrival()],
        placed=[(pod, pod.node) for pod in live if pod.node],
        nominated=[(pod, pod.nominated) for pod in live if pod.nominated and not pod.node],
        order=table.state(),
        visit=Visit(percentage=scheduler.config.percentage),
    )


def _known(scheduler: Scheduler, obj: Map) -> Pod | None:
    """Return the live scheduler's pod if it is on a node and has not changed since."""
    pod = scheduler.table.pod(meta.uid(obj))
    return pod if pod is not None and pod.object is obj else None


def objects_at(store: Store, resource: str, revision: int) -> Objects:
    """Return a resource's objects as of a revision: the present ones with all later changes undone."""
    later = store.changes(revision, (resource,))
    objects = {meta.key(obj): obj for obj in store.list(resource)}
    undo(objects, later)
    return dict(sorted(objects.items()))


def _nodes_at(store: Store, revision: int) -> Table:
    """Return the nodes as of a revision in a table, played forward from where the log begins: so they come in order."""
    table = Table()
    for obj in objects_at(store, "nodes", store.compacted).values():
        table.add_node(obj)
    for change in store.changes(store.compacted, ("nodes",)):
        if change.revision > revision:
            break
        if change.type == "DELETED":
            table.remove_node(change.key[1])
        else:
            table.add_node(change.object)
    return table


def binding_of(store: Store, pod: Object) -> Change | None:
    """Return the change that gave a pod its node; None when the log does not reach back to it."""
    for change in _newest_first(store):
        if change.key == meta.key(pod) and meta.uid(change.object) == meta.uid(pod):
            had_node = change.previous is not None and change.previous["spec"].get("nodeName")
            if change.object["spec"].get("nodeName") and not had_node:
                return change
    return None


def _newest_first(store: Store) -> Iterator[Change]:
    return reversed(store.changes(store.compacted, ("pods",)))
