"""RollingUpdate: as many new pods as there is room for, then as few old ones as may be. One of the two in each sync.

After pkg/controller/deployment/rolling.go.
"""

from __future__ import annotations

from playground.kube.controllers.deployment import sizes
from playground.kube.controllers.deployment.cleanup import clean_up
from playground.kube.controllers.deployment.new_set import ensured
from playground.kube.controllers.deployment.revisions import by_age
from playground.kube.controllers.deployment.status import is_complete, sync_rollout_status
from playground.kube.controllers.deployment.work import Work
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import Map


class _Behind(Exception):
    """A ReplicaSet still counts pods that it has to delete: nothing can be said of how many serve."""


def roll(work: Work) -> None:
    """Take the rollout one step further. Raises ApiError, Busy."""
    new, old = ensured(work)
    if not _scale_new(work, new, old) and not _scale_old(work, new, old) and is_complete(work.deployment, work.status):
        clean_up(work, old)
    sync_rollout_status(work, [*old, new], new)


def _scale_new(work: Work, new: Map, old: list[Map]) -> bool:
    """Bring the new ReplicaSet to its size, as far as there is room."""
    wanted, size = sizes.replicas(work.deployment), sizes.replicas(new)
    if size == wanted:
        return False
    if size > wanted:
        return work.scale(new, wanted)[0]
    return work.step(new, sizes.size_of_new(work.deployment, [*old, new], size))[0]


def _scale_old(work: Work, new: Map, old: list[Map]) -> bool:
    """Take old pods away: first those that are of no use, then as many as availability allows."""
    shrinking = by_age(sizes.active(old))
    if not shrinking:
        return False
    floor = sizes.replicas(work.deployment) - sizes.max_unavailable(work.deployment)
    pending = sizes.replicas(new) - sizes.available(new)  # new pods that do not serve yet
    spare = sizes.total([*old, new]) - floor - pending
    if spare <= 0:
        return False
    try:
        shrinking, useless = _drop_useless(work, shrinking, spare)
        return useless + _drop_spare(work, shrinking, new, floor) > 0
    except (ApiError, _Behind):
        return False  # whatever was written, or is yet to be counted, brings the Deployment back


def _drop_useless(work: Work, shrinking: list[Map], most: int) -> tuple[list[Map], int]:
    """Scale old ReplicaSets down by their pods that are not available, the oldest first."""
    after, dropped = list(shrinking), 0
    for place, each in enumerate(shrinking):
        if dropped >= most:
            break
        size = sizes.replicas(each)
        if size == 0:
            continue
        count = min(most - dropped, size - sizes.available(each))
        if count < 0:
            raise _Behind
        _, after[place] = work.step(each, size - count)
        dropped += count
    return after, dropped


def _drop_spare(work: Work, shrinking: list[Map], new: Map, floor: int) -> int:
    """Scale old ReplicaSets down by what is available above the floor, the oldest first."""
    spare = sizes.counted([*shrinking, new], "availableReplicas") - floor
    dropped = 0
    for each in shrinking:
        if dropped >= spare:
            break
        count = min(sizes.replicas(each), spare - dropped)
        work.step(each, sizes.replicas(each) - count)
        dropped += count
    return dropped
