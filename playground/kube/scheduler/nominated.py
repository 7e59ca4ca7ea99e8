"""Pods that preemption promised a node: they count there for pods of lower or equal priority until they are bound.

After pkg/scheduler/backend/queue/nominator.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.kube.scheduler.pods import Pod


class Nominator:
    """Pending pods by the node they are nominated to."""

    def __init__(self) -> None:
        self._by_node: dict[str, dict[str, Pod]] = {}
        self._node_of: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._node_of)

    def set(self, pod: Pod, node: str) -> None:
        """Nominate a pod to a node; "" takes the nomination back."""
        self.remove(pod.uid)
        if node:
            self._by_node.setdefault(node, {})[pod.uid] = pod
            self._node_of[pod.uid] = node

    def remove(self, uid: str) -> None:
        """Forget a pod's nomination, if it has one."""
        node = self._node_of.pop(uid, None)
        if node is not None:
            pods = self._by_node[node]
            del pods[uid]
            if not pods:
                del self._by_node[node]

    def node_of(self, uid: str) -> str:
        """Return the node a pod is nominated to, or ""."""
        return self._node_of.get(uid, "")

    def on(self, node: str) -> list[Pod]:
        """Return the pods nominated to a node."""
        return list(self._by_node.get(node, {}).values())

    def ahead_of(self, pod: Pod) -> Iterator[tuple[str, list[Pod]]]:
        """Yield (node, pods) where others of at least this pod's priority are nominated."""
        for node in self._by_node:
            rivals = self.rivals(pod, node)
            if rivals:
                yield node, rivals

    def rivals(self, pod: Pod, node: str) -> list[Pod]:
        """Return the others nominated to a node that have at least this pod's priority."""
        return [
            other
            for other in self._by_node.get(node, {}).values()
            if other.uid != pod.uid and other.priority >= pod.priority
        ]
