"""The node lifecycle controller: who has fallen silent, what that means for pods, and which taints say so."""

from playground.kube.controllers.node_lifecycle.controller import NodeLifecycle

__all__ = ["NodeLifecycle"]
