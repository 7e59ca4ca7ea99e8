"""Node-pressure eviction: when a machine runs short of memory, its kubelet ends pods, one at a time, the worst first.

After pkg/kubelet/eviction/{eviction_manager,helpers}.go with the default threshold memory.available<100Mi. The real
manager looks every 10 s; here a look is due only where memory has changed or is going to cross the threshold, on the
same grid. A node stays under pressure for 5 minutes after it was last seen short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Protocol

from playground.kube import quantity
from playground.kube.client.controller import Context
from playground.kube.client.workqueue import Cause, WorkQueue
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.quantity import Quantity
from playground.kube.runtime.machines import Machine
from playground.kube.store import By

LOOK: Final = 10.0  # monitoringInterval, seconds
AGAIN: Final = 1.0  # podCleanupPollFreq: how soon after a pod's end the next look comes
TRANSITION: Final = 300.0  # evictionPressureTransitionPeriod
THRESHOLD: Final = 100 * 1024**2  # memory.available<100Mi
CRITICAL: Final = 2_000_000_000  # from this priority on a pod is not evicted
MEMORY: Final = "MemoryPressure"
PAGE: Final = 4096  # bytes


class Host(Protocol):
    """What runs on the nodes: the kubelets' pods."""

    def active(self, node: str) -> list[Map]:
        """The pods of a node that have anything running, by namespace and name."""

    def memory(self, uid: str, at: float) -> Mapping[str, int]:
        """Bytes in use by each container of a pod, now or at a time before anything changes."""

    def changes_at(self, node: str, now: float) -> float | None:
        """When the slope of some container's memory on a node changes next by itself; None for never."""

    def evict(self, uid: str, message: str, by: By) -> None:
        """End a pod for lack of memory: Failed, reason Evicted, this message, and the condition DisruptionTarget."""


@dataclass(slots=True)
class _Watch:
    """What is remembered of a node that is or was short. *short*: it was at the last look; *last*: when that was."""

    short: bool
    last: float
    command: int | None = None


class Eviction:
    """The eviction managers of all nodes."""

    def __init__(self, context: Context, host: Host) -> None:
        self._context, self._host = context, host
        self._looks = WorkQueue()
        self._short: dict[str, _Watch] = {}
        self._causes: dict[str, Cause] = {}

    def pressures(self, node: str) -> frozenset[str]:
        """Return the conditions of pressure that a node is under."""
        return frozenset({MEMORY}) if node in self._short else frozenset()

    def cause(self, node: str) -> Cause:
        """Return what brought the last look at a node."""
        return self._causes.pop(node, Cause())

    def touched(self, node: str, command: int | None = None) -> None:
        """Memory of a node has changed: look at it when its manager looks next, or soon if it evicts already."""
        machine = self._context.machines.get(node)
        if machine is None or not machine.running:
            return
        now = self._context.clock.now
        known = self._short.get(node)
        soon = now + AGAIN if known is not None and known.short else _tick(machine, now)
        self._looks.add_at((node,), soon, Cause(None, command))

    def forget(self, node: str) -> None:
        """A machine is off or gone, and with it its manager's memory."""
        self._short.pop(node, None)

    def turn(self, now: float) -> str | None:
        """Look at one node. None: no look was due; a node's name: its pressure is not what it was; "" otherwise."""
        taken = self._looks.take(now)
        if taken is None:
            return None
        (node,), cause = taken
        machine = self._context.machines.get(node)
        if machine is None or not machine.running:
            return ""
        before = self.pressures(node)
        self._look(machine, now, cause)
        if self.pressures(node) == before:
            return ""
        self._causes[node] = cause
        return node

    def next_at(self) -> float | None:
        """Return when the next look is due."""
        return self._looks.next_at()

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        short = {node: [each.short, each.last, each.command] for node, each in self._short.items()}
        return {"looks": self._looks.state(), "short": short}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._looks.restore(state["looks"])
        self._short = {node: _Watch(*each) for node, each in state["short"].items()}

    # One look

    def _look(self, machine: Machine, now: float, cause: Cause) -> None:
        node, pods = machine.name, self._host.active(machine.name)
        available = self._available(machine, pods, now)
        known = self._short.get(node)
        if available < THRESHOLD:
            command = cause.command if cause.command is not None or known is None else known.command
            self._short[node] = _Watch(True, now, command)
            self._reclaim(machine, pods, available, By("kubelet", cause.revision, command))
            return
        if known is not None:
            known.last, known.short = (now if known.short else known.last), False
            if now >= known.last + TRANSITION:
                del self._short[node]
            else:
                self._looks.add_at((node,), _tick(machine, known.last + TRANSITION), Cause(None, known.command))
        self._foresee(machine, pods, available, now)

    def _foresee(self, machine: Machine, pods: list[Map], available: int, now: float) -> None:
        """Put the next look where the threshold will be crossed, or where the use of memory changes its course."""
        turning = self._host.changes_at(machine.name, now)
        until = min(turning, now + LOOK) if turning is not None else now + LOOK
        growth = available - self._available(machine, pods, until) if until > now else 0
        times = [turning] if turning is not None else []
        if growth > 0:
            times.append(now + (until - now) * (available - THRESHOLD) / growth)
        if times:
            self._looks.add_at((machine.name,), max(_tick(machine, min(times)), _tick(machine, now + LOOK)))

    def _available(self, machine: Machine, pods: list[Map], at: float) -> int:
        used = sum(sum(self._host.memory(pod["metadata"]["uid"], at).values()) for pod in pods)
        return machine.memory - machine.filled - used

    def _reclaim(self, machine: Machine, pods: list[Map], available: int, by: By) -> None:
        node = self._context.informers.cache("nodes").get("", machine.name)
        if node is not None and machine.connected:
            told = "Attempting to reclaim memory"
            self._context.api.record_event(node, "EvictionThresholdMet", told, by=by, warning=True, host=machine.name)
        now = self._context.clock.now
        used = {pod["metadata"]["uid"]: self._host.memory(pod["metadata"]["uid"], now) for pod in pods}
        for pod in ranked(pods, used):
            if _priority(pod) < CRITICAL:
                uid = pod["metadata"]["uid"]
                self._host.evict(uid, message(pod, used[uid], available), by)
                return


def ranked(pods: list[Map], used: Mapping[str, Mapping[str, int]]) -> list[Map]:
    """Return pods in the order of eviction: those above their request first, then by priority, then by how far above.

    Without a request everything counts as above, which is why BestEffort pods go before Guaranteed ones.
    """

    def rank(pod: Map) -> tuple[bool, int, int]:
        above = sum(used[pod["metadata"]["uid"]].values()) - _request(pod)
        return above <= 0, _priority(pod), -above

    return sorted(pods, key=rank)


def message(pod: Object, used: Mapping[str, int], available: int) -> str:
    """Return the message of an eviction (evictionMessage)."""
    told = "The node was low on resource: memory. "
    told += f"Threshold quantity: {_binary(THRESHOLD)}, available: {_binary(available)}. "
    spec = pod["spec"]
    for container in (*spec["containers"], *(spec.get("initContainers") or ())):
        request = _requested(container)
        size = used.get(container["name"], 0)
        if size > quantity.value(request):
            told += f"Container {container['name']} was using {_binary(size)}, request is {request}, "
            told += "has larger consumption of memory. "
    return told


def _tick(machine: Machine, time: float) -> float:
    """Return the first look of a machine's manager at or after a time."""
    return machine.booted_at + ceil((time - machine.booted_at) / LOOK - 1e-9) * LOOK


def _request(pod: Object) -> int:
    return sum(quantity.value(_requested(container)) for container in pod["spec"]["containers"])


def _requested(container: Object) -> str:
    return str(((container.get("resources") or EMPTY).get("requests") or EMPTY).get("memory", "0"))


def _priority(pod: Object) -> int:
    return int(pod["spec"].get("priority") or 0)


def _binary(size: int) -> str:
    """Return an amount of memory, which comes in pages, as the kubelet prints it."""
    return str(Quantity(size // PAGE * PAGE, 0, "BinarySI"))
