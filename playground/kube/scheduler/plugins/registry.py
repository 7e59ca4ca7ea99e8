"""The registry: every plugin by the name it has in a KubeSchedulerConfiguration, in the default order.

To add a plugin: its file, its line here, its test. What a plugin can do is read off its methods (framework.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from playground.kube.scheduler.framework import Handle, Plugin
from playground.kube.scheduler.plugins import (
    default_binder,
    default_preemption,
    dynamic_resources,
    image_locality,
    inter_pod_affinity,
    node_affinity,
    node_name,
    node_ports,
    node_resources_balanced_allocation,
    node_resources_fit,
    node_unschedulable,
    node_volume_limits,
    pod_topology_spread,
    priority_sort,
    scheduling_gates,
    taint_toleration,
    volume_binding,
    volume_restrictions,
    volume_zone,
)


class Entry(NamedTuple):
    """How to make a plugin from its args, and its default weight in scoring (0: the plugin does not score)."""

    new: Callable[[Mapping[str, Any], Handle], Plugin]
    weight: int = 0


# Order and weights of pkg/scheduler/apis/config/v1/default_plugins.go.
REGISTRY: Final[dict[str, Entry]] = {
    scheduling_gates.NAME: Entry(scheduling_gates.new),
    priority_sort.NAME: Entry(priority_sort.new),
    node_unschedulable.NAME: Entry(node_unschedulable.new),
    node_name.NAME: Entry(node_name.new),
    taint_toleration.NAME: Entry(taint_toleration.new, weight=3),
    node_affinity.NAME: Entry(node_affinity.new, weight=2),
    node_ports.NAME: Entry(node_ports.new),
    node_resources_fit.NAME: Entry(node_resources_fit.new, weight=1),
    volume_restrictions.NAME: Entry(volume_restrictions.new),
    node_volume_limits.NAME: Entry(node_volume_limits.new),
    volume_binding.NAME: Entry(volume_binding.new, weight=1),
    volume_zone.NAME: Entry(volume_zone.new),
    pod_topology_spread.NAME: Entry(pod_topology_spread.new, weight=2),
    inter_pod_affinity.NAME: Entry(inter_pod_affinity.new, weight=2),
    dynamic_resources.NAME: Entry(dynamic_resources.new, weight=2),
    default_preemption.NAME: Entry(default_preemption.new),
    node_resources_balanced_allocation.NAME: Entry(node_resources_balanced_allocation.new, weight=1),
    image_locality.NAME: Entry(image_locality.new, weight=1),
    default_binder.NAME: Entry(default_binder.new),
}

DEFAULT_WEIGHTS: Final[dict[str, int]] = {name: entry.weight for name, entry in REGISTRY.items()}
