"""Namespaces that are being deleted: emptied after five seconds, pods first, then let go.

After pkg/controller/namespace (namespace_controller.go, deletion/namespaced_resources_deleter.go and
status_condition_utils.go). What holds it up is told in the namespace's conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube import errors
from playground.kube.apiserver import DeleteOptions
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item, WorkQueue
from playground.kube.clock import seconds_of
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.kinds import Resource
from playground.kube.store import By, Change

Json = dict[str, Any]

SETTLE: Final = 5.0  # seconds in which what is under way in a namespace may end
_FINALIZER: Final = "kubernetes"
_FINALIZERS_TAKE: Final = 15  # seconds that other people's finalizers are thought to need
_PODS: Final = kinds.by_qualified("pods")
_RESOURCES: Final = tuple(
    each for each in kinds.RESOURCES if each.namespaced and each.plural not in {"bindings", "pods"}
)
# Type of a condition -> reason and message while there is nothing to complain of.
_FINE: Final[Mapping[str, tuple[str, str]]] = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


@dataclass(slots=True)
class _Left:
    """What is left in a namespace after a try."""

    estimate: int = 0  # seconds until it may be gone
    resources: dict[str, int] = field(default_factory=dict)  # "pods." -> how many
    finalizers: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class NamespaceController(Controller):
    """Keys: a namespace's name; (namespace, pod) for each pod on its way; (namespace, "") for what follows the pods.

    Pods go one in a turn, as they do in the real one for all that watch.
    """

    name = "namespace-controller"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        queue = WorkQueue(most=60.0)
        queue.restore(self.queue.state())
        self.queue = queue

    def handlers(self) -> Mapping[str, Handler]:
        """Watch namespaces."""
        return {"namespaces": self._changed}

    def _changed(self, change: Change) -> None:
        """Wait from when it is seen; a write of one's own is seen, too, and so a next try comes after 5 s."""
        if change.type != "DELETED" and meta.deleting(change.object):
            self.queue.add_at((change.key[1],), self.clock.now + SETTLE, Cause.of(change))

    def sync(self, item: Item, by: By) -> None:
        """Try to empty a namespace and let it go."""
        try:
            namespace = self.api.get("namespaces", item[0]).object
        except ApiError as error:
            if error.code == 404:
                return
            raise
        if not meta.deleting(namespace) or not (namespace.get("spec") or {}).get("finalizers"):
            return
        if len(item) == 1:
            self._line_up(item[0], by)
        elif item[1]:
            self._delete_pod(item[0], item[1], by)
        else:
            self._go_on(namespace, by)

    def _line_up(self, name: str, by: By) -> None:
        """Put the pods that are not on their way in line, and behind them all the rest."""
        cause = Cause(by.cause, by.command)
        for pod in self.api.objects("pods", name):
            if not meta.deleting(pod):
                self.queue.add((name, meta.name(pod)), cause)
        self.queue.add((name, ""), cause)

    def _delete_pod(self, namespace: str, name: str, by: By) -> None:
        try:
            self.api.delete("pods", name, namespace, by=by, options=DeleteOptions(propagation="Background"))
        except ApiError as error:
            if error.code != 404:
                raise

    def _go_on(self, namespace: Map, by: By) -> None:
        left = self._empty(namespace, by)
        namespace = self._tell(namespace, left, by)
        if left.failures:
            raise errors.internal_error(", ".join(left.failures))
        if left.estimate:
            wait = left.estimate // 2 + 1
            self.queue.add_at((meta.name(namespace),), self.clock.now + wait, Cause(by.cause, by.command))
            return
        kept = [name for name in namespace["spec"]["finalizers"] if name != _FINALIZER]
        self.api.update({**namespace, "spec": {**namespace["spec"], "finalizers": kept}}, subresource="finalize", by=by)

    def _empty(self, namespace: Map, by: By) -> _Left:
        """Delete everything; as long as there are pods nothing else (deleteAllContent)."""
        left = _Left()
        self._delete_all(_PODS, namespace, left, by)
        if left.resources:
            left.resources.clear()  # only what is told of the rest is told in conditions
            left.finalizers.clear()
            left.failures = [f"failed to delete pods for namespace: {meta.name(namespace)}, err: {each}"
                             for each in left.failures]  # fmt: skip
            return left
        for resource in _RESOURCES:
            self._delete_all(resource, namespace, left, by)
        return left

    def _delete_all(self, resource: Resource, namespace: Map, left: _Left, by: By) -> None:
        """Delete all objects of a resource; note what stays (deleteAllContentForGroupVersionResource)."""
        name = meta.name(namespace)
        if not self.api.objects(resource.qualified, name):
            return
        estimate = self._graceful(namespace) if resource is _PODS else 0
        options = DeleteOptions(propagation="Background")
        try:
            self.api.delete_collection(resource, name, by=by, options=options)
        except ApiError as error:
            left.failures.append(error.message)
        remaining = self.api.objects(resource.qualified, name)
        if not remaining:
            return
        left.resources[f"{resource.plural}.{resource.group}"] = len(remaining)
        held = [finalizer for obj in remaining for finalizer in obj["metadata"].get("finalizers") or ()]
        for finalizer in held:
            left.finalizers[finalizer] = left.finalizers.get(finalizer, 0) + 1
        if not estimate and not held:
            where = f"{resource.group}/{resource.version}, Resource={resource.plural}"
            left.failures.append(f"unexpected items still remain in namespace: {name} for gvr: {where}")
        left.estimate = max(left.estimate, estimate or (_FINALIZERS_TAKE if held else 0))

    def _graceful(self, namespace: Map) -> int:
        """Return the longest time that a pod may take to end, 0 once it is over (estimateGracefulTermination)."""
        found = [pod for pod in self.api.objects("pods", meta.name(namespace)) if not pods.is_over(pod)]
        estimate = max((int(pod["spec"].get("terminationGracePeriodSeconds", 0)) for pod in found), default=0)
        since = self.clock.now - seconds_of(namespace["metadata"]["deletionTimestamp"])
        return 0 if since >= estimate else estimate

    def _tell(self, namespace: Map, left: _Left, by: By) -> Map:
        """Bring the conditions up to date; return the namespace as it is then."""
        status = namespace.get("status") or {}
        before = {condition["type"]: condition for condition in status.get("conditions") or ()}
        after = {**before, **self._conditions(left, before)}
        if after == before:
            return namespace
        told = {**status, "conditions": list(after.values())}
        return self.api.set_status("namespaces", "", meta.name(namespace), told, by=by)

    def _conditions(self, left: _Left, before: Mapping[str, Any]) -> dict[str, Json]:
        problems = _problems(left)
        found = {}
        for kind, fine in _FINE.items():
            reason, message = problems.get(kind, fine)
            status = "True" if kind in problems else "False"
            old = before.get(kind)
            since = old["lastTransitionTime"] if old and old["status"] == status else self.clock.stamp()
            found[kind] = {
                "type": kind,
                "status": status,
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
        return found


def _problems(left: _Left) -> dict[str, tuple[str, str]]:
    """Return reason and message of the conditions that are true (ProcessContentTotals, makeDeleteContentCondition)."""
    found = {}
    if left.failures:
        what = (
            f"Failed to delete all resource types, {len(left.failures)} remaining: {', '.join(sorted(left.failures))}"
        )
        found["NamespaceDeletionContentFailure"] = ("ContentDeletionFailed", what)
    if left.resources:
        listed = sorted(f"{name} has {count} resource instances" for name, count in left.resources.items())
        what = f"Some resources are remaining: {', '.join(listed)}"
        found["NamespaceContentRemaining"] = ("SomeResourcesRemain", what)
    if left.finalizers:
        listed = sorted(f"{name} in {count} resource instances" for name, count in left.finalizers.items())
        what = f"Some content in the namespace has finalizers remaining: {', '.join(listed)}"
        found["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", what)
    return found
