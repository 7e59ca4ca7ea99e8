"""The ReplicationController: what a ReplicaSet was before it had a selector with expressions.

After pkg/controller/replication: there, too, it is the ReplicaSet controller behind an adapter. It does not count
terminating pods.
"""

from __future__ import annotations

from playground.kube.controllers.replicaset import ReplicaSetController
from playground.kube.objects.frozen import Object
from playground.kube.selectors import NOTHING, Selector


class ReplicationController(ReplicaSetController):
    """Keeps the number of pods of each ReplicationController."""

    name = "replication-controller"
    resource = "replicationcontrollers"
    kind = "ReplicationController"
    counts_terminating = False

    def selector_of(self, owner: Object) -> Selector:
        """Return which pods an owner selects: those that have all its labels."""
        labels = owner["spec"].get("selector")
        return Selector.of_set(labels) if labels else NOTHING
