"""What the recorder's controllers did beside ours: a second ConfigMap in each namespace."""

from __future__ import annotations

from typing import Any

from playground.kube.controllers.serviceaccount import InEveryNamespace


class ServiceCertificates(InEveryNamespace):
    """Each namespace has the ConfigMap openshift-service-ca.crt."""

    name = "service-ca-certificate-publisher-controller"
    resource, kept = "configmaps", "openshift-service-ca.crt"

    def made(self) -> dict[str, Any]:
        """Return the ConfigMap as it is created."""
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": self.kept}}
