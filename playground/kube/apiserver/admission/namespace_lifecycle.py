"""NamespaceLifecycle: nothing is created in a namespace that is not there or is going; three namespaces never go.

Source: k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.
"""

from __future__ import annotations

from playground.kube import errors
from playground.kube.apiserver.admission.plugin import Plugin, Request

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})


def admit(request: Request) -> None:
    """Refuse what has no place to live; raises ApiError."""
    if request.resource.qualified == "namespaces":
        if request.operation == "DELETE" and request.name in IMMORTAL:
            raise errors.forbidden("namespaces", request.name, "this namespace may not be deleted")
        return
    if not request.resource.namespaced or request.operation == "DELETE":
        return
    namespace = request.core.store.get("namespaces", ("", request.namespace))
    if namespace is None:
        raise errors.not_found("namespaces", request.namespace)
    going = (namespace.get("status") or {}).get("phase") == "Terminating"
    if request.operation == "CREATE" and going:
        told = f"namespace {request.namespace} is being terminated"
        cause = {"reason": "NamespaceTerminating", "message": told, "field": "metadata.namespace"}
        why = f"unable to create new content in namespace {request.namespace} because it is being terminated"
        raise request.forbidden(why, [cause])


PLUGIN = Plugin("NamespaceLifecycle", ("CREATE", "UPDATE", "DELETE"), admit=admit)
