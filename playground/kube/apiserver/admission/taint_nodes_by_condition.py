"""TaintNodesByCondition: a new node that is not ready takes no pods yet.

The real plugin taints every new node, and the node controller takes the taint away once the node is Ready. Until
there is such a controller here, a node is only tainted when it says of itself that it is not ready; one that says
nothing counts as ready. Source: plugin/pkg/admission/nodetaint/admission.go.
"""

from __future__ import annotations

from playground.kube.apiserver.admission.plugin import Plugin, Request

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def admit(request: Request) -> None:
    """Taint a new node that is not ready."""
    if not request.is_for("nodes"):
        return
    node = request.draft()
    conditions = (node.get("status") or {}).get("conditions") or ()
    if not any(item["type"] == "Ready" and item["status"] != "True" for item in conditions):
        return
    taints = node.setdefault("spec", {}).setdefault("taints", [])
    if not any((taint.get("key"), taint.get("effect")) == tuple(NOT_READY.values()) for taint in taints):
        taints.append(dict(NOT_READY))


PLUGIN = Plugin("TaintNodesByCondition", ("CREATE",), admit=admit)
