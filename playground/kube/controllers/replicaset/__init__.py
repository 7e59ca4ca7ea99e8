"""The ReplicaSet controller: so many pods of one template, no more and no fewer."""

from playground.kube.controllers.replicaset.controller import ReplicaSetController

__all__ = ["ReplicaSetController"]
