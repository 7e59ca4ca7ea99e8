"""What the API server fills in, by group and kind. A defaulter works in place, on an object's private plain copy."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.kube.apiserver.defaults import (
    apps,
    autoscaling,
    batch,
    coordination,
    core,
    discovery,
    networking,
    pod,
    rbac,
    scheduling,
    storage,
)

Defaulter = Callable[[dict[str, Any]], None]

DEFAULTERS: Final[Mapping[tuple[str, str], Defaulter]] = {
    ("", "Endpoints"): core.default_endpoints,
    ("", "LimitRange"): core.default_limit_range,
    ("", "Namespace"): core.default_namespace,
    ("", "Node"): core.default_node,
    ("", "PersistentVolume"): core.default_persistent_volume,
    ("", "PersistentVolumeClaim"): core.default_persistent_volume_claim,
    ("", "Pod"): pod.default_pod,
    ("", "ReplicationController"): core.default_replication_controller,
    ("", "ResourceQuota"): core.default_resource_quota,
    ("", "Secret"): core.default_secret,
    ("", "Service"): core.default_service,
    ("apps", "DaemonSet"): apps.default_daemon_set,
    ("apps", "Deployment"): apps.default_deployment,
    ("apps", "ReplicaSet"): apps.default_replica_set,
    ("apps", "StatefulSet"): apps.default_stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaling.default_horizontal_pod_autoscaler,
    ("batch", "CronJob"): batch.default_cron_job,
    ("batch", "Job"): batch.default_job,
    ("coordination.k8s.io", "Lease"): coordination.default_lease,
    ("discovery.k8s.io", "EndpointSlice"): discovery.default_endpoint_slice,
    ("networking.k8s.io", "NetworkPolicy"): networking.default_network_policy,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): rbac.default_role_binding,
    ("rbac.authorization.k8s.io", "RoleBinding"): rbac.default_role_binding,
    ("scheduling.k8s.io", "PriorityClass"): scheduling.default_priority_class,
    ("storage.k8s.io", "StorageClass"): storage.default_storage_class,
}
