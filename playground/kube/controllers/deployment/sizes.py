"""The arithmetic of a rollout: how many pods there may be, must be, and what each ReplicaSet's share of them is.

Source: pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts, NewRSNewReplicas,
GetReplicaSetProportion). Pure functions of objects as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube import intstr
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object

DESIRED: Final = "deployment.kubernetes.io/desired-replicas"
MAX: Final = "deployment.kubernetes.io/max-replicas"
ROLLING: Final = "RollingUpdate"
RECREATE: Final = "Recreate"
MAX_INT32: Final = 2**31 - 1


def replicas(obj: Object) -> int:
    """Return spec.replicas."""
    wanted: int = obj["spec"]["replicas"]
    return wanted


def strategy(deployment: Object) -> str:
    """Return the strategy's type."""
    kind: str = (deployment["spec"].get("strategy") or EMPTY).get("type") or ROLLING
    return kind


def fenceposts(deployment: Object) -> tuple[int, int]:
    """Return how many pods may be too many and how many missing; what comes to 0 and 0 is 0 and 1."""
    limits: Mapping[str, Any] = deployment["spec"]["strategy"].get("rollingUpdate") or EMPTY
    wanted = replicas(deployment)
    surge = intstr.resolve(limits.get("maxSurge", 0), wanted, round_up=True)
    missing = intstr.resolve(limits.get("maxUnavailable", 0), wanted, round_up=False)
    return surge, missing or (0 if surge else 1)


def max_surge(deployment: Object) -> int:
    """Return how many pods may be too many."""
    return fenceposts(deployment)[0] if strategy(deployment) == ROLLING else 0


def max_unavailable(deployment: Object) -> int:
    """Return how many pods may be missing."""
    if strategy(deployment) != ROLLING:
        return 0
    return min(fenceposts(deployment)[1], replicas(deployment))


def total(sets: Iterable[Object | None]) -> int:
    """Return how many pods ReplicaSets want."""
    return sum(replicas(each) for each in sets if each is not None)


def counted(sets: Iterable[Object | None], field: str) -> int:
    """Return the sum of a number in the ReplicaSets' status."""
    return sum((each.get("status") or EMPTY).get(field) or 0 for each in sets if each is not None)


def available(replica_set: Object) -> int:
    """Return how many available pods a ReplicaSet has."""
    return counted((replica_set,), "availableReplicas")


def active(sets: Iterable[Map | None]) -> list[Map]:
    """Return the ReplicaSets that want pods."""
    return [each for each in sets if each is not None and replicas(each) > 0]


def size_of_new(deployment: Object, everybody: Iterable[Object], new_size: int) -> int:
    """Return how large the new ReplicaSet may now be, given what all of them want together."""
    wanted = replicas(deployment)
    if strategy(deployment) != ROLLING:
        return wanted
    room = wanted + max_surge(deployment) - total(everybody)
    return new_size + min(room, wanted - new_size) if room > 0 else new_size


def share(deployment: Object, replica_set: Object, to_add: int, added: int) -> int:
    """Return by how much a ReplicaSet grows or shrinks where *to_add* pods are spread, *added* of them already."""
    if replicas(replica_set) == 0 or to_add == added:
        return 0
    fraction = _fraction(deployment, replica_set)
    return min(fraction, to_add - added) if to_add > 0 else max(fraction, to_add - added)


def _fraction(deployment: Object, replica_set: Object) -> int:
    """Return by how much a ReplicaSet would grow if it grew as the Deployment does."""
    size, wanted = replicas(replica_set), replicas(deployment)
    if wanted == 0:
        return -size
    before = noted(replica_set, MAX) or counted((deployment,), "replicas")
    if before == 0:
        return 0
    return int(size * (wanted + max_surge(deployment)) / before + 0.5) - size


def noted(replica_set: Object, annotation: str) -> int | None:
    """Return the number that an annotation holds; None without one, or for what is no number."""
    text = meta.annotations(replica_set).get(annotation)
    if text is None or not text.isascii() or not text.isdigit() or int(text) > MAX_INT32:
        return None
    return int(text)


def notes(deployment: Object) -> dict[str, str]:
    """Return the annotations by which a ReplicaSet knows its Deployment's size."""
    wanted = replicas(deployment)
    return {DESIRED: str(wanted), MAX: str(wanted + max_surge(deployment))}
