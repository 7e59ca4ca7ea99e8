"""The ServiceAccount "default" in each namespace, and the ConfigMap with the cluster's root certificate.

After pkg/controller/serviceaccount/serviceaccounts_controller.go and
pkg/controller/certificates/rootcacertpublisher/publisher.go. There is no real authority: the certificate is a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.controller import Controller
from playground.kube.client.informers import Handler
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.client.workqueue import Item
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.store import By, Change

Json = dict[str, Any]

ROOT_CA: Final = "kube-root-ca.crt"
_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\nVGhpcyBjbHVzdGVyIGlzIHNpbXVsYXRlZC4=\n-----END CERTIFICATE-----\n"
_DESCRIPTION: Final = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class InEveryNamespace(Controller):
    """Keeps one object in each namespace that is not being deleted. Keys: a namespace's name."""

    resource: str
    kept: str  # the object's name

    def handlers(self) -> Mapping[str, Handler]:
        """Watch namespaces, and the objects that are kept there."""
        return {"namespaces": self._namespace_changed, self.resource: self._object_changed}

    def _namespace_changed(self, change: Change) -> None:
        if change.type != "DELETED":
            self.enqueue((change.key[1],), change)

    def _object_changed(self, change: Change) -> None:
        if change.key[1] == self.kept and change.type != "ADDED" and change.actor != self.name:
            self.enqueue((change.key[0],), change)

    def sync(self, item: Item, by: By) -> None:
        """See that the object is there."""
        namespace = self.informers.cache("namespaces").get("", item[0])
        if namespace is None or (namespace.get("status") or {}).get("phase") != "Active":
            return
        current = self.informers.cache(self.resource).get(item[0], self.kept)
        if current is not None:
            self._correct(current, by)
            return
        try:
            self.api.create(self.made(), namespace=meta.name(namespace), by=by)
        except ApiError as error:
            if not is_namespace_ending(error) and error.code != 404:
                raise

    def made(self) -> Json:
        """Return the object as it is created."""
        raise NotImplementedError

    def _correct(self, current: Mapping[str, Any], by: By) -> None:
        """Put right what others changed."""


class ServiceAccountsController(InEveryNamespace):
    """Each namespace has the ServiceAccount "default"."""

    name = "serviceaccount-controller"
    resource, kept = "serviceaccounts", "default"

    def made(self) -> Json:
        """Return the object as it is created."""
        return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": self.kept}}


class RootCertificatePublisher(InEveryNamespace):
    """Each namespace has the ConfigMap kube-root-ca.crt."""

    name = "root-ca-certificate-publisher-controller"
    resource, kept = "configmaps", ROOT_CA

    def made(self) -> Json:
        """Return the object as it is created."""
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": ROOT_CA, "annotations": {"kubernetes.io/description": _DESCRIPTION}},
            "data": {"ca.crt": _CERTIFICATE},
        }

    def _correct(self, current: Mapping[str, Any], by: By) -> None:
        if current.get("data") != self.made()["data"]:
            self.api.update({**current, "data": self.made()["data"]}, by=by)
