"""TaintNodesByCondition: a new node takes no pods until the node controller has found it ready.

Every new node is tainted, and the node controller takes the taint away once the node is Ready. Where no such
controller runs, a node is only tainted when it says of itself that it is not ready; one that says nothing counts as
ready. Source: plugin/pkg/admission/nodetaint/admission.go.
"""

from __future__ import annotations

from typing import Final

from playground.kube.apiserver.admission.plugin import Plugin, Request

NODE_CONTROLLER: Final = "node-controller"
NOT_READY: Final = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def admit(request: Request) -> None:
    """Taint a new node."""
    if not request.is_for("nodes"):
        return
    node = request.draft()
    conditions = (node.get("status") or {}).get("conditions") or ()
    unready = any(item["type"] == "Ready" and item["status"] != "True" for item in conditions)
    if not unready and NODE_CONTROLLER not in request.core.programs:
        return
    taints = node.setdefault("spec", {}).setdefault("taints", [])
    if not any((taint.get("key"), taint.get("effect")) == tuple(NOT_READY.values()) for taint in taints):
        taints.append(dict(NOT_READY))


PLUGIN = Plugin("TaintNodesByCondition", ("CREATE",), admit=admit)
