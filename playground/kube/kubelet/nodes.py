"""The node side of all kubelets: machines come with Node objects, register, say how they are, and renew their Leases.

After pkg/kubelet/kubelet_node_status.go and k8s.io/component-helpers/apimachinery/lease/controller.go. The Kubelets
actor calls it: it hands on what happens to nodes and machines, and gives it turns. Renewals are never written; only
the first beat of a series is (see runtime/heartbeats.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.apiserver.leases import NAMESPACE, RESOURCE
from playground.kube.client.controller import Context
from playground.kube.client.workqueue import NO_CAUSE, Cause, WorkQueue
from playground.kube.clock import micro_of
from playground.kube.errors import ApiError
from playground.kube.kubelet import node_status
from playground.kube.kubelet.eviction import Eviction, Host
from playground.kube.kubelet.machine import machine_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object, freeze
from playground.kube.runtime.machines import Happening, Machine
from playground.kube.store import By, Change

NAME: Final = "kubelet"
SYNC: Final = 10.0  # nodeStatusUpdateFrequency: seconds after which a status that somebody else changed is set right
LEASE_SECONDS: Final = 40


class NodeAgent:
    """What the kubelets do for their nodes. *host*: what runs on them, for node-pressure eviction."""

    def __init__(self, context: Context, host: Host) -> None:
        self._context = context
        self._api, self._clock, self._machines = context.api, context.clock, context.machines
        self._queue = WorkQueue()
        self._registered: dict[str, int] = {}  # by this process: node -> the boot it was registered in
        self._eviction = Eviction(context, host)

    # What the actor hands on

    def node_changed(self, change: Change) -> None:
        """Take in a change of a Node object (a handler for "nodes")."""
        name = change.key[1]
        known = self._machines.get(name)
        new = known is None or known.uid != meta.uid(change.object) or name not in self._registered
        if change.type == "DELETED" or new:
            self._queue.add((name,), Cause.of(change))
        elif change.actor != NAME and not node_status.agrees(change.object, self._eviction.pressures(name)):
            self._queue.add_at((name,), self._clock.now + SYNC, Cause.of(change))

    def take(self, happening: Happening) -> None:
        """Take in what happened to a machine."""
        if happening.what in {"started", "mended"}:
            self._queue.add((happening.node,), Cause(None, happening.command))
        elif happening.what in {"stopped", "gone"}:
            self._eviction.forget(happening.node)
        self._eviction.touched(happening.node, happening.command)

    def touched(self, node: str) -> None:
        """Look at a node's memory again: containers came, went, or changed their use."""
        self._eviction.touched(node)

    def pressures(self, node: str) -> frozenset[str]:
        """Return the conditions of pressure that a node is under."""
        return self._eviction.pressures(node)

    # The turns

    def turn(self, now: float) -> bool:
        """Work off one node, or one look at a node's memory. False when nothing is due."""
        taken = self._queue.take(now)
        if taken is not None:
            self._sync(taken[0][0], taken[1])
            return True
        changed = self._eviction.turn(now)
        if changed is None:
            return False
        if changed:
            self._sync(changed, self._eviction.cause(changed))
        return True

    def next_at(self) -> float | None:
        """Return when something is due next."""
        times = (self._queue.next_at(), self._eviction.next_at())
        return min((time for time in times if time is not None), default=None)

    def state(self) -> dict[str, Any]:
        """Return the queue, who is registered, and the state of evictions, as JSON."""
        return {
            "queue": self._queue.state(),
            "registered": dict(self._registered),
            "eviction": self._eviction.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._queue.restore(state["queue"])
        self._registered = dict(state["registered"])
        self._eviction.restore(state["eviction"])

    # One node

    def _sync(self, name: str, cause: Cause = NO_CAUSE) -> None:
        node = self._context.informers.cache("nodes").get("", name)
        machine = self._machines.get(name)
        if machine is not None and (node is None or meta.uid(node) != machine.uid):
            self._leave(machine, cause)
            machine = None
        if node is None:
            return
        if machine is None:
            machine = machine_of(node, self._clock.now)
            self._machines.add(machine)
        if machine.reachable:
            self._report(node, machine, By(NAME, cause.revision, cause.command))

    def _leave(self, machine: Machine, cause: Cause) -> None:
        self._machines.by_name.pop(machine.name)
        self._context.heartbeats.forget(machine.name)
        self._registered.pop(machine.name, None)
        self._eviction.forget(machine.name)
        self._machines.happened(Happening("gone", machine.name, command=cause.command))

    def _report(self, node: Map, machine: Machine, by: By) -> None:
        """Write what the node's status should be, and begin to beat."""
        name, now = machine.name, self._clock.now
        try:
            node = self._api.get("nodes", name).object
            node = self._api.set_node(node_status.labelled(node), by=by)
            told, events = node_status.conditions(node, self._eviction.pressures(name), self._clock.stamp())
            boot = self._registered.get(name)
            self._api.set_status("nodes", "", name, node_status.status(node, machine, told), by=by)
            self._registered[name] = machine.boots
            if boot != machine.boots:
                self._tell_start(node, boot is not None, events, by)
            else:
                self._tell(node, events, by)
            if self._context.heartbeats.begin(name, now):
                self._renew(node, by)
        except ApiError as error:
            if error.code != 404:
                raise

    def _tell_start(self, node: Map, again: bool, events: list[str], by: By) -> None:
        name = meta.name(node)
        self._api.record_event(node, "Starting", "Starting kubelet.", by=by, host=name)
        if again:
            boot = (self._api.get("nodes", name).object["status"]["nodeInfo"])["bootID"]
            told = f"Node {name} has been rebooted, boot id: {boot}"
            self._api.record_event(node, "Rebooted", told, by=by, warning=True, host=name)
        self._tell(node, [event for event in events if event != "NodeReady"], by)
        told = "Updated Node Allocatable limit across pods"
        self._api.record_event(node, "NodeAllocatableEnforced", told, by=by, host=name)
        self._tell(node, [event for event in events if event == "NodeReady"], by)

    def _tell(self, node: Map, events: Iterable[str], by: By) -> None:
        name = meta.name(node)
        for event in events:
            self._api.record_event(node, event, f"Node {name} status is now: {event}", by=by, host=name)

    def _renew(self, node: Map, by: By) -> None:
        """Write the first renewal of a series of beats into the node's Lease."""
        name = meta.name(node)
        wanted = lease(node, self._clock.now)
        try:
            found = self._api.get(RESOURCE, name, NAMESPACE).object
        except ApiError as error:
            if error.code == 404:
                self._api.create(wanted, namespace=NAMESPACE, by=by)
                return
            raise
        metadata = {**found["metadata"], "ownerReferences": wanted["metadata"]["ownerReferences"]}
        spec = {**(found.get("spec") or EMPTY), **wanted["spec"]}
        self._api.update({**found, "metadata": metadata, "spec": spec}, by=by)


def lease(node: Object, now: float) -> Map:
    """Return a node's Lease, renewed now."""
    owner = {"apiVersion": "v1", "kind": "Node", "name": meta.name(node), "uid": meta.uid(node)}
    spec = {"holderIdentity": meta.name(node), "leaseDurationSeconds": LEASE_SECONDS, "renewTime": micro_of(now)}
    made: Map = freeze(
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": meta.name(node), "namespace": NAMESPACE, "ownerReferences": [owner]},
            "spec": spec,
        }
    )
    return made
