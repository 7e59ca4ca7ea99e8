"""DefaultIngressClass: an Ingress that names no class gets the default one.

Source: plugin/pkg/admission/network/defaultingressclass/admission.go.
"""

from __future__ import annotations

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.objects import meta

_MARK = "ingressclass.kubernetes.io/is-default-class"
_OLD_CLASS = "kubernetes.io/ingress.class"


def admit(request: Request) -> None:
    """Set the class of an Ingress that names none: the newest default, then the first by name."""
    if not request.is_for("ingresses.networking.k8s.io"):
        return
    ingress = request.draft()
    if ingress["spec"].get("ingressClassName") or _OLD_CLASS in meta.annotations(ingress):
        return
    classes = request.core.store.list("ingressclasses.networking.k8s.io")
    defaults = [item for item in classes if meta.annotations(item).get(_MARK) == "true"]
    if defaults:
        newest = max(meta.metadata(item).get("creationTimestamp", "") for item in defaults)
        named = [meta.name(item) for item in defaults if meta.metadata(item).get("creationTimestamp", "") == newest]
        ingress["spec"]["ingressClassName"] = min(named)


PLUGIN = Plugin("DefaultIngressClass", ("CREATE",), admit=admit)
