"""The templates that a DaemonSet has had: which is the present one, which are past, which are forgotten.

After constructHistory, snapshot, dedupCurHistories and cleanupHistory of pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from playground.kube.apiserver import ApiServer
from playground.kube.client.hashes import hash_of
from playground.kube.controllers import history
from playground.kube.controllers.history import POD_LABEL, Archive
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object, put
from playground.kube.store import By

Json = dict[str, Any]
Maps = list[Map]

SETS: Final = "daemonsets.apps"


def digest_of(revision: Object) -> str:
    """Return the label by which pods of a revision are known."""
    return meta.labels(revision).get(POD_LABEL, "")


class Chronicle:
    """What a DaemonSet's controller writes into the history. Every method raises ApiError."""

    def __init__(self, api: ApiServer) -> None:
        self._api, self._archive = api, Archive(api)

    def bring_up_to_date(self, daemonset: Map, known: Iterable[Map], pods: Iterable[Map], by: By) -> tuple[Map, Maps]:
        """Return the revision of the present template, created or numbered anew if need be, and the others."""
        labelled = [self._labelled(item, by) for item in known]
        present = history.equal(labelled, history.patch_of(daemonset))
        past = [item for item in labelled if item not in present]
        number = history.newest(past) + 1
        if not present:
            return self._snapshot(daemonset, number, by), past
        kept = self._single(present, pods, by)
        if history.number_of(kept) < number:
            kept = self._archive.renumber(kept, number, by)
        return kept, past

    def forget(self, daemonset: Object, past: Maps, pods: Iterable[Object], by: By) -> None:
        """Delete the oldest revisions over the limit; those that pods are of stay."""
        surplus = len(past) - daemonset["spec"].get("revisionHistoryLimit", 10)
        live = {meta.labels(pod).get(POD_LABEL) for pod in pods}
        dead = [item for item in history.ordered(past) if digest_of(item) not in live]
        for revision in dead[: max(0, surplus)]:
            self._archive.delete(revision, by)

    def _labelled(self, revision: Map, by: By) -> Map:
        if digest_of(revision):
            return revision
        return self._archive.replace(put(revision, ["metadata", "labels", POD_LABEL], meta.name(revision)), by)

    def _single(self, present: Maps, pods: Iterable[Map], by: By) -> Map:
        """Of several revisions of one template keep the last; pods of the others change their label."""
        kept = history.ordered(present)[-1]
        if len(present) == 1:
            return kept
        label = {"metadata": {"labels": {POD_LABEL: digest_of(kept)}}}
        for pod in pods:
            if meta.labels(pod).get(POD_LABEL) != digest_of(kept):
                self._api.patch("pods", meta.name(pod), meta.namespace(pod), label, type="merge", by=by)
        for revision in present:
            if revision is not kept:
                self._archive.delete(revision, by)
        return kept

    def _snapshot(self, daemonset: Map, number: int, by: By) -> Map:
        collisions = (daemonset.get("status") or EMPTY).get("collisionCount")
        digest = hash_of(daemonset["spec"]["template"], collisions)
        draft = history.drafted(daemonset, digest, number, {POD_LABEL: digest})
        try:
            return self._api.create(draft, by=by).object
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            there = self._archive.read(daemonset, draft["metadata"]["name"])
            if there.get("data") == draft["data"]:
                return there
            self._count_collision(daemonset, by)
            raise

    def _count_collision(self, daemonset: Map, by: By) -> None:
        """Write down that a name was taken, so that the next try makes another. Raises ApiError."""
        status = daemonset.get("status") or EMPTY
        raised = {**status, "collisionCount": (status.get("collisionCount") or 0) + 1}
        version = meta.resource_version(daemonset)
        self._api.set_status(SETS, *meta.key(daemonset), raised, by=by, version=version)
