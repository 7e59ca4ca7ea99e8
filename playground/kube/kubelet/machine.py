"""A node's machine as its Node object describes it. What a machine is stands in runtime/machines.py.

Whoever creates a Node object gives status.capacity, or only allocatable; what is not given is 4 CPU, 8Gi, 110 pods.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.runtime.machines import Happening, Machine, Machines, Registry, What

__all__ = ["DEFAULTS", "Happening", "Machine", "Machines", "Registry", "What", "capacity_of", "machine_of"]

DEFAULTS: Final[Mapping[str, str]] = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi", "pods": "110"}


def capacity_of(node: Object) -> dict[str, Any]:
    """Return status.capacity with what is missing filled in: from allocatable first, then from the defaults."""
    status = node.get("status") or EMPTY
    return {**DEFAULTS, **(status.get("allocatable") or EMPTY), **(status.get("capacity") or EMPTY)}


def machine_of(node: Object, now: float) -> Machine:
    """Return the machine that a new Node object brings with it, switched on now."""
    capacity = capacity_of(node)
    return Machine(
        meta.name(node),
        cpu=quantity.milli(capacity["cpu"]) / 1000,
        memory=quantity.value(capacity["memory"]),
        disk=quantity.value(capacity["ephemeral-storage"]),
        pods=quantity.value(capacity["pods"]),
        booted_at=now,
        uid=meta.uid(node),
    )
