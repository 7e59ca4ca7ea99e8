"""StorageObjectInUseProtection: new claims and volumes carry a finalizer that keeps them while they are in use.

Source: plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go.
"""

from __future__ import annotations

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.apiserver.protection import FINALIZERS


def admit(request: Request) -> None:
    """Add the finalizer to a claim or a volume that has it not."""
    finalizer = FINALIZERS.get(request.resource.qualified)
    if finalizer is None or request.subresource:
        return
    finalizers = request.draft()["metadata"].setdefault("finalizers", [])
    if finalizer not in finalizers:
        finalizers.append(finalizer)


PLUGIN = Plugin("StorageObjectInUseProtection", ("CREATE",), admit=admit)
