"""A node's Lease as it is read: its renewTime is worked out from the heartbeats, which are never written down.

After pkg/kubelet/util/nodelease.go and k8s.io/component-helpers/apimachinery/lease: a kubelet renews its Lease every
10 s. Writing that would make the log of a large cluster nothing but heartbeats.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playground.kube.apiserver.core import Core
from playground.kube.apiserver.listing import Listed
from playground.kube.clock import micro_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, put
from playground.kube.objects.kinds import Resource

NAMESPACE: Final = "kube-node-lease"
RESOURCE: Final = "leases.coordination.k8s.io"


def beaten(core: Core, resource: Resource, obj: Map) -> Map:
    """Return an object as it is to be read: a node's Lease with its newest renewTime."""
    if resource.qualified != RESOURCE or meta.namespace(obj) != NAMESPACE:
        return obj
    last = core.heartbeats.last(meta.name(obj), core.clock.now)
    return obj if last is None else put(obj, ("spec", "renewTime"), micro_of(last))


def all_beaten(core: Core, resource: Resource, listed: Listed) -> Listed:
    """Return a list with every node's Lease as it is to be read."""
    if resource.qualified != RESOURCE:
        return listed
    return replace(listed, items=[beaten(core, resource, item) for item in listed.items])
