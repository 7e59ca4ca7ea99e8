"""Which pods a DaemonSet lacks and which it has too many, node by node. Nothing is written here.

After manage and podsShouldBeOnNode of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube import intstr
from playground.kube.client.pods import is_active, is_available, is_ready, phase
from playground.kube.controllers.daemonset.placement import Verdict, age_order
from playground.kube.controllers.history import POD_LABEL
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object

Json = dict[str, Any]
ByNode = Mapping[str, list[Object]]


@dataclass(slots=True)
class Plan:
    """Nodes that need a pod, and pods that go."""

    nodes: list[str] = field(default_factory=list)
    pods: list[Object] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Managing:
    """One look at all nodes. *failed* is asked of each failed pod and its node whether it may be deleted now."""

    daemonset: Map
    digest: str
    now: float
    failed: Callable[[Object, str], bool]
    succeeded: Callable[[Object, str], None]

    def plan(self, nodes: Mapping[str, Verdict], pods: ByNode) -> Plan:
        """Return what is to be done."""
        plan = Plan()
        for name, verdict in nodes.items():
            self._one_node(name, verdict, pods.get(name), plan)
        for name in sorted(pods):
            if name not in nodes:  # a pod that waits for a node that is gone would wait for ever
                plan.pods += [pod for pod in pods[name] if not pod["spec"].get("nodeName")]
        return plan

    def _one_node(self, name: str, verdict: Verdict, pods: list[Object] | None, plan: Plan) -> None:
        shall, may_stay = verdict
        if shall and pods is None:
            plan.nodes.append(name)
        elif may_stay:
            if pods is not None and len(pods) == 1 and is_active(pods[0]):
                return  # the usual case: nothing to do
            running = self._without_the_finished(pods or [], name, plan)
            if allows_surge(self.daemonset):
                if not running and shall:
                    plan.nodes.append(name)
                plan.pods += self._surplus_of_surge(running)
            else:
                plan.pods += running[1:]
        elif pods is not None:
            plan.pods += [pod for pod in pods if not meta.deleting(pod)]

    def _without_the_finished(self, pods: list[Object], node: str, plan: Plan) -> list[Object]:
        """Return the pods that run, the oldest first; those that have ended go."""
        running = []
        for pod in pods:
            if meta.deleting(pod):
                continue
            if phase(pod) == "Failed":
                if self.failed(pod, node):
                    plan.pods.append(pod)
            elif phase(pod) == "Succeeded":
                self.succeeded(pod, node)
                plan.pods.append(pod)
            else:
                running.append(pod)
        return sorted(running, key=age_order)

    def _surplus_of_surge(self, running: list[Object]) -> list[Object]:
        """Return what is too many: an old pod may stay beside a new one while it works and the new one does not."""
        if len(running) <= 1:
            return []
        new = [pod for pod in running if meta.labels(pod).get(POD_LABEL) == self.digest]
        old = [pod for pod in running if meta.labels(pod).get(POD_LABEL) != self.digest]
        surplus = [pod for pod in running if pod in new[1:] or pod in old[1:]]
        if new and old:
            ready = is_available(new[0], min_ready_seconds(self.daemonset), self.now)
            if ready or not is_ready(old[0]):
                surplus.append(old[0])
        return surplus


def min_ready_seconds(daemonset: Object) -> int:
    """Return spec.minReadySeconds."""
    return daemonset["spec"].get("minReadySeconds") or 0


def limits(daemonset: Object, desired: int) -> tuple[int, int]:
    """Return how many pods may be too many and how many may be missing during an update; never both none."""
    strategy = daemonset["spec"].get("updateStrategy") or EMPTY
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") != "RollingUpdate" or rolling is None:
        surge = unavailable = 0
    else:
        surge = intstr.resolve(rolling.get("maxSurge") or 0, desired, round_up=True)
        unavailable = intstr.resolve(rolling.get("maxUnavailable") or 0, desired, round_up=True)
    if desired > 0 and surge == 0 and unavailable == 0:
        unavailable = 1
    return surge, unavailable


def allows_surge(daemonset: Object) -> bool:
    """Tell whether a node may have two pods during an update."""
    return limits(daemonset, 1)[0] > 0
