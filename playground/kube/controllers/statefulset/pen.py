"""What a StatefulSet's controller writes: pods and claims, each with its event.

After pkg/controller/statefulset/stateful_pod_control.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import errors
from playground.kube.apiserver import ApiServer
from playground.kube.client.informers import Cache
from playground.kube.controllers.statefulset import claims, identity
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.store import By

CLAIMS: Final = "persistentvolumeclaims"
CONFLICTING: Final = (
    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging controller, "
    "the retention policy is ignored for this claim"
)


class Pen:
    """Writes for one set in one sync. Everything raises ApiError."""

    def __init__(self, api: ApiServer, known: Cache, statefulset: Map, by: By) -> None:
        self._api, self._known, self._set, self._by = api, known, statefulset, by

    def create_pod(self, pod: Mapping[str, Any]) -> None:
        """Create a pod, its claims before it."""
        try:
            self.create_claims(pod)
        except ApiError as error:
            self._tell_pod("create", pod, error)
            raise
        failure = None
        try:
            self._api.create(pod, by=self._by)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                raise
            failure = error
        self._own_claims("update", self._set, pod)
        self._tell_pod("create", pod, failure)
        if failure is not None:
            raise failure

    def delete_pod(self, pod: Object) -> None:
        """Delete a pod; one that is gone is fine."""
        try:
            self._api.delete("pods", meta.name(pod), meta.namespace(pod), by=self._by)
        except ApiError as error:
            if error.code != 404:
                self._tell_pod("delete", pod, error)
                raise
        self._tell_pod("delete", pod)

    def update_pod(self, wanted: Object, pod: Map) -> None:
        """Bring a pod's identity, its volumes and the owners of its claims to what the set *wanted* asks for."""
        ordinal = identity.ordinal_of(pod)
        changed: dict[str, Any] = dict(pod)
        if not identity.identity_matches(wanted, pod):
            labels = {**meta.labels(pod), **identity.identity_labels(meta.name(pod), ordinal)}
            changed["metadata"] = {**pod["metadata"], "labels": labels}
        if not identity.storage_matches(wanted, pod):
            changed["spec"] = identity.with_storage(wanted, pod["spec"], ordinal)
            try:
                self.create_claims(pod)
            except ApiError as error:
                self._tell_pod("update", pod, error)
                raise
        if not self.owners_match(wanted, pod):
            self._own_claims("update", wanted, pod)
        elif changed == pod:
            return
        try:
            self._api.update(freeze(changed), by=self._by)
        except ApiError as error:
            self._tell_pod("update", pod, error)
            raise
        self._tell_pod("update", pod)

    def create_claims(self, pod: Object) -> None:
        """Create the claims of a pod that are not there. One that is being deleted is in the way."""
        failures = []
        for claim in claims.claims_of(self._set, pod):
            name = meta.name(claim)
            there = self._known.get(meta.namespace(claim), name)
            if there is None:
                try:
                    self._api.create(claim, by=self._by)
                except ApiError as error:
                    failures.append(f"failed to create PVC {name}: {error.message}")
                    if error.reason != "AlreadyExists":
                        self._tell_claim(pod, name, error)
                else:
                    self._tell_claim(pod, name)
            elif meta.deleting(there):
                failures.append(f"pvc {name} is being deleted")
        if failures:
            raise errors.plain(failures[0] if len(failures) == 1 else f"[{', '.join(failures)}]")

    def complete_claims(self, pod: Object) -> None:
        """Create the claims that a waiting pod lacks, and give them their owners."""
        self.create_claims(pod)
        self._own_claims("update", self._set, pod)

    def owners_match(self, wanted: Object, pod: Object) -> bool:
        """Tell whether the claims of a pod have the owners that the policy of *wanted* asks for."""
        return all(claims.is_up_to_date(claim, wanted, pod) for claim in self._claims(wanted, pod))

    def own_claims(self, wanted: Object, pod: Object) -> None:
        """Give the claims of a pod the owners that the policy of *wanted* asks for."""
        for claim in self._claims(wanted, pod):
            if claims.has_conflicting_controller(claim, wanted, pod):
                self._tell("ConflictingController", CONFLICTING.format(meta.name(claim)), warning=True)
            if not claims.is_up_to_date(claim, wanted, pod):
                self._api.update(claims.with_owners(claim, wanted, pod), by=self._by)

    def has_stale_claim(self, pod: Object) -> bool:
        """Tell whether a claim belongs to an earlier pod of the name and will go: it must not be used again."""
        if claims.policy_of(self._set)[0] == claims.RETAIN:
            return False
        return any(claims.has_stale_reference(claim, pod) for claim in self._claims(self._set, pod))

    def _claims(self, wanted: Object, pod: Object) -> list[Map]:
        ordinal, place = identity.ordinal_of(pod), meta.namespace(self._set)
        names = (identity.claim_name(wanted, template, ordinal) for template in claims.templates_of(wanted))
        return [claim for name in names if (claim := self._known.get(place, name)) is not None]

    def _own_claims(self, verb: str, wanted: Object, pod: Object) -> None:
        try:
            self.own_claims(wanted, pod)
        except ApiError as error:
            self._tell_pod(verb, pod, error)
            raise

    def _tell_pod(self, verb: str, pod: Object, error: ApiError | None = None) -> None:
        what = f"{verb.title()} Pod {meta.name(pod)} in StatefulSet {meta.name(self._set)}"
        if error is None:
            self._tell(f"Successful{verb.title()}", f"{what} successful")
        else:
            self._tell(f"Failed{verb.title()}", f"{what} failed error: {error.message}", warning=True)

    def _tell_claim(self, pod: Object, name: str, error: ApiError | None = None) -> None:
        owner = meta.name(self._set)
        if error is None:
            self._tell("SuccessfulCreate", f"Create Claim {name} Pod {meta.name(pod)} in StatefulSet {owner} success")
        else:
            what = f"Create Claim {name} for Pod {meta.name(pod)} in StatefulSet {owner}"
            self._tell("FailedCreate", f"{what} failed error: {error.message}", warning=True)

    def _tell(self, reason: str, message: str, *, warning: bool = False) -> None:
        self._api.record_event(self._set, reason, message, by=self._by, warning=warning)
