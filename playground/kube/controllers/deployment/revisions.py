"""Which ReplicaSet is the one wanted now, which are old, and the revisions that number them.

Source: pkg/controller/deployment/util/deployment_util.go (FindNewReplicaSet, SetNewReplicaSetAnnotations).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.client.informers import HASH
from playground.kube.controllers.deployment import sizes
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.selectors.labels import whole_number

Annotations = dict[str, str]

REVISION: Final = "deployment.kubernetes.io/revision"
HISTORY: Final = "deployment.kubernetes.io/revision-history"
# What is never copied from a Deployment to its ReplicaSets.
OWN: Final = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        sizes.DESIRED,
        sizes.MAX,
        "deprecated.deployment.rollback.to",
    }
)
_HISTORY_LENGTH: Final = 2000  # characters of the annotation


def age(replica_set: Object) -> tuple[str, str]:
    """Return what orders ReplicaSets from old to new: creation, then name."""
    return meta.metadata(replica_set).get("creationTimestamp") or "", meta.name(replica_set)


def revision(replica_set: Object) -> int | None:
    """Return a ReplicaSet's revision: 0 where none is noted, None where it is no number."""
    text = meta.annotations(replica_set).get(REVISION)
    return 0 if text is None else whole_number(text)


def highest(sets: Iterable[Object]) -> int:
    """Return the highest revision."""
    return max((revision(each) or 0 for each in sets), default=0)


def without_hash(template: Object) -> Object:
    """Return a template without the label that names it."""
    metadata = template.get("metadata") or EMPTY
    labels = metadata.get("labels") or EMPTY
    if HASH not in labels:
        return template
    return {**template, "metadata": {**metadata, "labels": {key: labels[key] for key in labels if key != HASH}}}


def same_template(one: Object, other: Object) -> bool:
    """Tell whether two templates make the same pods."""
    return one is other or without_hash(one) == without_hash(other)


class Templates:
    """Remembers which ReplicaSets have their Deployment's template; a comparison is dear and nearly always the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, Any, bool]] = {}  # by the ReplicaSet's uid

    def same(self, deployment: Object, replica_set: Object) -> bool:
        """Tell whether a ReplicaSet has the Deployment's template."""
        uid = meta.uid(replica_set)
        mine, its = deployment["spec"]["template"], replica_set["spec"]["template"]
        known = self._known.get(uid)
        if known is None or known[0] is not mine or known[1] is not its:
            known = self._known[uid] = (mine, its, same_template(mine, its))
        return known[2]

    def forget(self, uid: str) -> None:
        """Forget a ReplicaSet that is gone."""
        self._known.pop(uid, None)


def annotated(deployment: Object, replica_set: Object, number: int, *, exists: bool) -> Annotations | None:
    """Return the annotations that the new ReplicaSet should have; None where it has them.

    *number*: the revision that it should have at least. A ReplicaSet that is taken up again keeps its earlier ones in
    a history.
    """
    before: Mapping[str, str] = meta.annotations(replica_set)
    found = {**before, **{key: text for key, text in meta.annotations(deployment).items() if key not in OWN}}
    old = revision(replica_set)
    if old is None:
        return None
    if old < number:
        found[REVISION] = str(number)
        if REVISION in before:
            found.update(_remembered(before.get(HISTORY, ""), before[REVISION]))
    if not exists:
        found.update(sizes.notes(deployment))
    return None if found == before else found


def _remembered(history: str, revision_: str) -> Annotations:
    """Return the history with one more revision; the oldest go where it gets too long."""
    if not history:
        return {HISTORY: revision_}
    kept = history.split(",")
    while kept and len(",".join([*kept, revision_])) > _HISTORY_LENGTH:
        kept.pop(0)
    return {HISTORY: ",".join([*kept, revision_])}


def by_age(sets: Iterable[Map]) -> list[Map]:
    """Return ReplicaSets from old to new."""
    return sorted(sets, key=age)
