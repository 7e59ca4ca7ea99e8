"""The table of kinds this cluster knows: names, scope and subresources, as discovery of Kubernetes v1.36 lists them.

Adding a kind is one entry here, a schema (scripts/kube_schema.py) and, where it has rules, a validator and a defaulter.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind and how the API calls it; `plural` is "" for kinds that are sent but never stored."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    subresources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """Return "v1" or "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """Return "pods" or "deployments.apps": the name used in messages and as the store's key."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def list_kind(self) -> str:
        """Return "PodList"."""
        return f"{self.kind}List"


_ALL = ("all",)
_STATUS = ("status",)
_SCALE = ("scale", "status")
_POD = ("binding", "ephemeralcontainers", "eviction", "log", "resize", "status")
_RBAC = "rbac.authorization.k8s.io"
_STORAGE = "storage.k8s.io"

RESOURCES: tuple[Resource, ...] = (
    Resource("", "v1", "Binding", "bindings", "binding"),
    Resource("", "v1", "ConfigMap", "configmaps", "configmap", ("cm",)),
    Resource("", "v1", "Endpoints", "endpoints", "endpoints", ("ep",)),
    Resource("", "v1", "Event", "events", "event", ("ev",)),
    Resource("", "v1", "LimitRange", "limitranges", "limitrange", ("limits",)),
    Resource("", "v1", "Namespace", "namespaces", "namespace", ("ns",), False, ("finalize", "status")),
    Resource("", "v1", "Node", "nodes", "node", ("no",), False, _STATUS),
    Resource(
        "", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaim", ("pvc",), True, _STATUS
    ),
    Resource("", "v1", "PersistentVolume", "persistentvolumes", "persistentvolume", ("pv",), False, _STATUS),
    Resource("", "v1", "Pod", "pods", "pod", ("po",), True, _POD, _ALL),
    Resource("", "v1", "PodTemplate", "podtemplates", "podtemplate"),
    Resource(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        "replicationcontroller",
        ("rc",),
        True,
        _SCALE,
        _ALL,
    ),
    Resource("", "v1", "ResourceQuota", "resourcequotas", "resourcequota", ("quota",), True, _STATUS),
    Resource("", "v1", "Secret", "secrets", "secret"),
    Resource("", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", ("sa",)),
    Resource("", "v1", "Service", "services", "service", ("svc",), True, _STATUS, _ALL),
    Resource("apps", "v1", "ControllerRevision", "controllerrevisions", "controllerrevision"),
    Resource("apps", "v1", "DaemonSet", "daemonsets", "daemonset", ("ds",), True, _STATUS, _ALL),
    Resource("apps", "v1", "Deployment", "deployments", "deployment", ("deploy",), True, _SCALE, _ALL),
    Resource("apps", "v1", "ReplicaSet", "replicasets", "replicaset", ("rs",), True, _SCALE, _ALL),
    Resource("apps", "v1", "StatefulSet", "statefulsets", "statefulset", ("sts",), True, _SCALE, _ALL),
    Resource(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        ("hpa",),
        True,
        _STATUS,
        _ALL,
    ),
    Resource("batch", "v1", "CronJob", "cronjobs", "cronjob", ("cj",), True, _STATUS, _ALL),
    Resource("batch", "v1", "Job", "jobs", "job", (), True, _STATUS, _ALL),
    Resource("coordination.k8s.io", "v1", "Lease", "leases", "lease"),
    Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice"),
    Resource("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "ingressclass", (), False),
    Resource("networking.k8s.io", "v1", "Ingress", "ingresses", "ingress", ("ing",), True, _STATUS),
    Resource("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "networkpolicy", ("netpol",)),
    Resource("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", "runtimeclass", (), False),
    Resource(
        "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", ("pdb",), True, _STATUS
    ),
    Resource(_RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", (), False),
    Resource(_RBAC, "v1", "ClusterRole", "clusterroles", "clusterrole", (), False),
    Resource(_RBAC, "v1", "RoleBinding", "rolebindings", "rolebinding"),
    Resource(_RBAC, "v1", "Role", "roles", "role"),
    Resource("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "priorityclass", ("pc",), False),
    Resource(_STORAGE, "v1", "CSIDriver", "csidrivers", "csidriver", (), False),
    Resource(_STORAGE, "v1", "CSINode", "csinodes", "csinode", (), False),
    Resource(_STORAGE, "v1", "StorageClass", "storageclasses", "storageclass", ("sc",), False),
    Resource(_STORAGE, "v1", "VolumeAttachment", "volumeattachments", "volumeattachment", (), False, _STATUS),
)

# Sent to a subresource or returned, and stored nowhere.
CARRIED: tuple[Resource, ...] = (
    Resource("", "v1", "List", "", ""),
    Resource("", "v1", "Status", "", ""),
    Resource("autoscaling", "v1", "Scale", "", ""),
    Resource("meta.k8s.io", "v1", "DeleteOptions", "", ""),
    Resource("policy", "v1", "Eviction", "", ""),
)

_BY_KIND = {(item.api_version, item.kind): item for item in (*RESOURCES, *CARRIED)}
_BY_KIND[("v1", "DeleteOptions")] = _BY_KIND[("meta.k8s.io/v1", "DeleteOptions")]
_BY_PLURAL = {(item.group, item.version, item.plural): item for item in RESOURCES}
_BY_QUALIFIED = {item.qualified: item for item in RESOURCES}


def _words(item: Resource) -> tuple[str, ...]:
    plain = (item.plural, item.singular, *item.short_names)
    group = (item.group, f"{item.version}.{item.group}") if item.group else (item.version, f"{item.version}.")
    return (*plain, *(f"{word}.{end}" for word in plain for end in group))


_BY_WORD = {word: item for item in reversed(RESOURCES) for word in _words(item)}


def by_kind(api_version: str, kind: str) -> Resource | None:
    """Return the resource of "apps/v1" and "Deployment", or None."""
    return _BY_KIND.get((api_version, kind))


def by_plural(group: str, version: str, plural: str) -> Resource | None:
    """Return the resource of a URL's "apps", "v1" and "deployments", or None."""
    return _BY_PLURAL.get((group, version, plural))


def by_qualified(qualified: str) -> Resource:
    """Return the resource called "pods" or "deployments.apps"; raises KeyError for what is not stored."""
    return _BY_QUALIFIED[qualified]


def find(word: str) -> Resource | None:
    """Return the resource a person means by "deploy", "Deployment", "deployments.apps" or "deployments.v1.apps"."""
    return _BY_WORD.get(word.lower())
