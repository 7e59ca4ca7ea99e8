"""What a real API server makes by itself when it starts: four namespaces and two priority classes.

A whole cluster also gets the storage class that kind and minikube come with, under our own provisioner.

Sources: pkg/controlplane/controller/systemnamespaces/system_namespaces_controller.go and
pkg/apis/scheduling/v1/helpers.go.
"""

from typing import Any

Json = dict[str, Any]

ACTOR = "kube-apiserver"
NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


def _critical(name: str, value: int, what: str) -> Json:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "description": f"Used for system critical pods that must {what}",
    }


SYSTEM_OBJECTS: tuple[Json, ...] = (
    *({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in NAMESPACES),
    _critical("system-node-critical", 2_000_001_000, "not be moved from their current node."),
    _critical(
        "system-cluster-critical",
        2_000_000_000,
        "run in the cluster, but can be moved to another node if necessary.",
    ),
)

STORAGE_CLASS: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "drydock.local/hostpath",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}
