"""Recreate: all old pods go, and only when they are gone the new ones come.

After pkg/controller/deployment/recreate.go.
"""

from __future__ import annotations

from playground.kube.client import pods
from playground.kube.controllers.deployment import sizes
from playground.kube.controllers.deployment.cleanup import clean_up
from playground.kube.controllers.deployment.new_set import ensured, split
from playground.kube.controllers.deployment.status import is_complete, sync_rollout_status
from playground.kube.controllers.deployment.work import Work
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map


def recreate(work: Work) -> None:
    """Take the rollout one step further. Raises ApiError."""
    new, old = split(work)
    scaled = [work.scale(each, 0)[0] for each in sizes.active(old)]
    if any(scaled) or _old_pods_run(work, new, old):
        sync_rollout_status(work, [*old, new], new)
        return
    if new is None:
        work.await_removal(old)
        new, old = ensured(work)
    work.scale(new, sizes.replicas(work.deployment))
    if is_complete(work.deployment, work.status):
        clean_up(work, old)
    sync_rollout_status(work, [*old, new], new)


def _old_pods_run(work: Work, new: Map | None, old: list[Map]) -> bool:
    """Tell whether a pod of another template than the new one may still run."""
    if sizes.counted(old, "replicas") > 0:
        return True
    kept = meta.uid(new) if new is not None else None
    return any(not pods.is_over(pod) for each in work.sets if meta.uid(each) != kept for pod in work.pods(each))
