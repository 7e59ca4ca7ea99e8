"""ControllerRevisions: the templates that a StatefulSet or a DaemonSet has had, numbered, newest last.

After pkg/controller/history/controller_history.go. A revision holds a patch that puts the whole template back; its
name ends in a hash of that patch, and a name that is taken by another patch is avoided by counting collisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver import ApiServer
from playground.kube.client.hashes import hash_of
from playground.kube.client.owners import controller_ref
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, put
from playground.kube.store import By

Json = dict[str, Any]
Maps = list[Map]

RESOURCE: Final = "controllerrevisions.apps"
HASH_LABEL: Final = "controller.kubernetes.io/hash"
POD_LABEL: Final = "controller-revision-hash"
LONGEST_PREFIX: Final = 223  # of a name of at most 253 letters


def patch_of(owner: Object) -> Json:
    """Return what a revision of this owner remembers: a patch that replaces the template."""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def template_of(revision: Object) -> Json:
    """Return the template that a revision remembers."""
    kept = revision["data"]["spec"]["template"]
    return {key: value for key, value in kept.items() if key != "$patch"}


def restored(owner: Object, revision: Object) -> Map:
    """Return the owner as it was at a revision: the template is the old one, all else as it is now."""
    return put(owner, ["spec", "template"], template_of(revision))


def name_of(owner: Object, digest: str) -> str:
    """Return a revision's name."""
    return f"{meta.name(owner)[:LONGEST_PREFIX]}-{digest}"


def ordered(revisions: Iterable[Map]) -> Maps:
    """Return revisions by number; of equal ones the older first."""
    return sorted(
        revisions, key=lambda item: (number_of(item), meta.metadata(item)["creationTimestamp"], meta.name(item))
    )


def number_of(revision: Object) -> int:
    """Return a revision's number."""
    return revision.get("revision") or 0


def newest(revisions: Iterable[Map]) -> int:
    """Return the highest number, 0 without any."""
    return max(map(number_of, revisions), default=0)


def equal(revisions: Iterable[Map], patch: Mapping[str, Any]) -> Maps:
    """Return the revisions that remember just this."""
    return [item for item in revisions if item.get("data") == patch]


def drafted(owner: Object, digest: str, number: int, labels: Mapping[str, str]) -> Json:
    """Return a revision of what the owner's template is now, not yet created."""
    template = owner["spec"]["template"]
    metadata: Json = {
        "name": name_of(owner, digest),
        "namespace": meta.namespace(owner),
        "labels": {**((template.get("metadata") or {}).get("labels") or {}), **labels},
        "ownerReferences": [controller_ref(owner)],
    }
    if meta.annotations(owner):
        metadata["annotations"] = dict(meta.annotations(owner))
    head = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata}
    return {**head, "data": patch_of(owner), "revision": number}


class Archive:
    """The pen that writes revisions. Every method raises ApiError."""

    def __init__(self, api: ApiServer) -> None:
        self._api = api

    def create(self, owner: Object, number: int, collisions: int, by: By) -> tuple[Map, int]:
        """Write down the owner's template; return the revision and the count of collisions, raised for each one met.

        A revision of that name that remembers the same is taken as it is.
        """
        patch = patch_of(owner)
        label = hash_of(patch, collisions)
        while True:
            draft = drafted(owner, hash_of(patch, collisions), number, {HASH_LABEL: label})
            try:
                return self._api.create(draft, by=by).object, collisions
            except ApiError as error:
                if error.reason != "AlreadyExists":
                    raise
            there = self.read(owner, draft["metadata"]["name"])
            if there.get("data") == patch:
                return there, collisions
            collisions += 1

    def read(self, owner: Object, name: str) -> Map:
        """Read a revision afresh."""
        return self._api.get(RESOURCE, name, meta.namespace(owner)).object

    def renumber(self, revision: Map, number: int, by: By) -> Map:
        """Give a revision another number."""
        if number_of(revision) == number:
            return revision
        return self.replace(put(revision, ["revision"], number), by)

    def replace(self, revision: Map, by: By) -> Map:
        """Write a changed revision."""
        return self._api.update(revision, by=by).object

    def delete(self, revision: Object, by: By) -> None:
        """Forget a revision."""
        self._api.delete(RESOURCE, meta.name(revision), meta.namespace(revision), by=by)

    def truncate(self, old: Sequence[Map], keep: int, by: By) -> None:
        """Forget the first of these until so many are left."""
        for revision in old[: max(0, len(old) - keep)]:
            self.delete(revision, by)
