"""Who owns what: owner references, adoption of orphans that match, release of what no longer does.

After pkg/controller/controller_ref_manager.go. Writes go through the API server with the owner's uid in mind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.apiserver.core import resource_of
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.selectors import Selector
from playground.kube.store import By

Json = dict[str, Any]


def controller_ref(owner: Object) -> Json:
    """Return the owner reference that a controller puts on what it makes (metav1.NewControllerRef)."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": meta.name(owner),
        "uid": meta.uid(owner),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_controlled_by(obj: Object, owner: Object) -> bool:
    """Tell whether *owner* controls an object."""
    reference = meta.owner(obj)
    return reference is not None and reference["uid"] == meta.uid(owner)


@dataclass(frozen=True, slots=True)
class Claims:
    """An owner's claim on objects of one resource: which match, and how they are adopted and released."""

    api: ApiServer
    resource: str  # of the objects: "pods", "replicasets.apps"
    owner: Map
    selector: Selector
    finalizers: tuple[str, ...] = ()  # added on adoption, removed on release (Job's tracking)

    def claim(self, candidates: Iterable[Map], by: By, *, matches: Callable[[Map], bool] = lambda _: True) -> list[Map]:
        """Return the candidates that belong to the owner, after adopting and releasing. Raises ApiError.

        *matches* is a further condition for adoption and keeping (ClaimPods' filters).
        """
        kept = []
        for obj in candidates:
            claimed = self._one(obj, by, matches)
            if claimed is not None:
                kept.append(claimed)
        return kept

    def _one(self, obj: Map, by: By, matches: Callable[[Map], bool]) -> Map | None:
        reference = meta.owner(obj)
        fits = self.selector.matches(meta.labels(obj)) and matches(obj)
        if reference is not None:
            if reference["uid"] != meta.uid(self.owner):
                return None
            if fits:
                return obj
            if not meta.deleting(self.owner):
                self._release(obj, by)
            return None
        if not fits or meta.deleting(self.owner) or meta.deleting(obj):
            return None
        return self._adopt(obj, by)

    def _adopt(self, obj: Map, by: By) -> Map | None:
        """Take an orphan. The owner is read afresh: one that is being deleted, or was made anew, adopts nobody."""
        fresh = self.api.get(resource_of(self.owner), meta.name(self.owner), meta.namespace(self.owner)).object
        if meta.uid(fresh) != meta.uid(self.owner) or meta.deleting(fresh):
            return None
        metadata: Json = {"ownerReferences": [controller_ref(self.owner)], "uid": meta.uid(obj)}
        if self.finalizers:
            metadata["finalizers"] = list(self.finalizers)
        return self._patch(obj, metadata, by)

    def _release(self, obj: Map, by: By) -> None:
        metadata: Json = {
            "ownerReferences": [{"$patch": "delete", "uid": meta.uid(self.owner)}],
            "uid": meta.uid(obj),
        }
        if self.finalizers:
            metadata["$deleteFromPrimitiveList/finalizers"] = list(self.finalizers)
        self._patch(obj, metadata, by)

    def _patch(self, obj: Map, metadata: Json, by: By) -> Map | None:
        try:
            answer = self.api.patch(
                self.resource, meta.name(obj), meta.namespace(obj), {"metadata": metadata}, type="strategic", by=by
            )
        except ApiError as error:
            if error.code in {404, 422}:  # gone, or made anew under the same name
                return None
            raise
        return answer.object
