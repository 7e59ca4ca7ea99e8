"""Old ReplicaSets beyond revisionHistoryLimit are deleted.

After cleanupDeployment in pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from playground.kube.controllers.deployment import revisions, sizes
from playground.kube.controllers.deployment.work import REPLICA_SETS, Work
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map


def clean_up(work: Work, old: list[Map]) -> None:
    """Delete the oldest revisions that are too many and have no pods. Raises ApiError."""
    limit = work.deployment["spec"].get("revisionHistoryLimit")
    if limit in {None, sizes.MAX_INT32}:
        return
    kept = [each for each in old if not meta.deleting(each)]
    kept.sort(key=lambda each: (revisions.revision(each) or 0, revisions.age(each)))
    for each in kept[: max(len(kept) - limit, 0)]:
        if not _is_in_use(each):
            _delete(work, each)


def _is_in_use(replica_set: Map) -> bool:
    status = replica_set.get("status") or EMPTY
    seen: int = status.get("observedGeneration") or 0
    generation: int = meta.metadata(replica_set).get("generation") or 0
    return bool(status.get("replicas")) or sizes.replicas(replica_set) != 0 or generation > seen


def _delete(work: Work, replica_set: Map) -> None:
    try:
        work.api.delete(REPLICA_SETS, meta.name(replica_set), work.namespace, by=work.by)
    except ApiError as error:
        if error.code != 404:
            raise
