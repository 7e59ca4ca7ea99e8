"""Nodes for a simulated cluster: manifests of ready machines, as `--nodes` and the script's `node` make them."""

from typing import Any

DEFAULT = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi", "pods": "110"}
ZONES = ("zone-a", "zone-b", "zone-c")
ZONE = "topology.kubernetes.io/zone"
# Words of the script that are labels with a longer name.
SHORT_LABELS = {"zone": ZONE, "region": "topology.kubernetes.io/region", "type": "node.kubernetes.io/instance-type"}
RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage", "pods"})


def machine(name: str, settings: dict[str, str]) -> dict[str, Any]:
    """A node whose kubelet has not yet said anything.

    A setting is the amount of a resource (cpu, memory, pods, anything with a slash), or a label.
    """
    amounts = {key: value for key, value in settings.items() if key in RESOURCES or _is_extended(key)}
    labels = {SHORT_LABELS.get(key, key): value for key, value in settings.items() if key not in amounts}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **labels}},
        "status": {
            "capacity": {**DEFAULT, **amounts},
            "allocatable": {**DEFAULT, **amounts},
        },
    }


def node(name: str, settings: dict[str, str]) -> dict[str, Any]:
    """A node that says of itself that it is ready, for clusters without kubelets; settings as for a machine."""
    made = machine(name, settings)
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return {**made, "status": {**made["status"], "conditions": [ready]}}


def fleet(count: int) -> list[dict[str, Any]]:
    """node-1 to node-<count>, spread over three zones."""
    return [node(f"node-{number}", {"zone": ZONES[(number - 1) % len(ZONES)]}) for number in range(1, count + 1)]


def _is_extended(key: str) -> bool:
    """Whether a word names an extended resource ("nvidia.com/gpu") and not a label of Kubernetes or a plain word."""
    return "/" in key and "kubernetes.io/" not in key
