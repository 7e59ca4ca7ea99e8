"""Which plain values Go keeps behind a pointer: only there can a zero be told from nothing, so only there it is kept.

Source: the declarations in k8s.io/api/<group>/<version>/types.go and k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
"""

from __future__ import annotations

from functools import cache

# Struct -> its fields that are pointers to strings, numbers or booleans.
_POINTERS = {
    "AppArmorProfile": "localhostProfile",
    "AzureDiskVolumeSource": "cachingMode fsType readOnly kind",
    "AzureFilePersistentVolumeSource": "secretNamespace",
    "CSIVolumeSource": "readOnly fsType",
    "ClientIPConfig": "timeoutSeconds",
    "ClusterTrustBundleProjection": "name signerName optional user",
    "ConfigMap": "immutable",
    "ConfigMapEnvSource": "optional",
    "ConfigMapKeySelector": "optional",
    "ConfigMapProjection": "optional",
    "ConfigMapVolumeSource": "defaultMode optional defaultUser",
    "Container": "restartPolicy",
    "ContainerStatus": "started stopSignal",
    "CronJobSpec": "timeZone startingDeadlineSeconds suspend successfulJobsHistoryLimit failedJobsHistoryLimit",
    "DaemonSetSpec": "revisionHistoryLimit",
    "DaemonSetStatus": "collisionCount",
    "DeleteOptions": "gracePeriodSeconds orphanDependents propagationPolicy",
    "DeploymentSpec": "replicas revisionHistoryLimit progressDeadlineSeconds",
    "DeploymentStatus": "terminatingReplicas collisionCount",
    "DownwardAPIVolumeFile": "mode user",
    "DownwardAPIVolumeSource": "defaultMode defaultUser",
    "EmptyDirVolumeSource": "mode",
    "Endpoint": "hostname nodeName zone",
    "EndpointAddress": "nodeName",
    "EndpointConditions": "ready serving terminating",
    "EndpointPort": "name protocol port appProtocol appProtocol",
    "EphemeralContainer": "restartPolicy",
    "EvictionResponder": "priority",
    "FCVolumeSource": "lun",
    "FileKeySelector": "optional",
    "GRPCAction": "service mode",
    "GlusterfsPersistentVolumeSource": "endpointsNamespace",
    "HPAScalingRules": "stabilizationWindowSeconds selectPolicy",
    "HTTPGetAction": "protocol",
    "HTTPIngressPath": "pathType",
    "HorizontalPodAutoscalerCondition": "observedGeneration",
    "HorizontalPodAutoscalerSpec": "minReplicas",
    "HorizontalPodAutoscalerStatus": "observedGeneration",
    "HostPathVolumeSource": "type",
    "ISCSIPersistentVolumeSource": "initiatorName",
    "ISCSIVolumeSource": "initiatorName",
    "IngressClassParametersReference": "apiGroup scope namespace",
    "IngressPortStatus": "error",
    "IngressSpec": "ingressClassName",
    "JobSpec": (
        "parallelism completions activeDeadlineSeconds backoffLimit backoffLimitPerIndex maxFailedIndexes "
        "manualSelector ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy"
    ),
    "JobStatus": "terminating failedIndexes ready",
    "KeyToPath": "mode user",
    "LeaseSpec": "holderIdentity leaseDurationSeconds leaseTransitions strategy preferredHolder",
    "Lifecycle": "stopSignal",
    "LoadBalancerIngress": "ipMode",
    "LocalVolumeSource": "fsType",
    "MetricTarget": "averageUtilization",
    "MetricValueStatus": "averageUtilization",
    "NetworkPolicyPort": "protocol endPort",
    "NodeFeatures": "supplementalGroupsPolicy",
    "NodeRuntimeHandlerFeatures": "recursiveReadOnlyMounts userNamespaces",
    "NodeSwapStatus": "capacity",
    "ObjectMeta": "deletionGracePeriodSeconds",
    "OwnerReference": "controller blockOwnerDeletion",
    "PersistentVolumeClaimSpec": "storageClassName volumeMode volumeAttributesClassName",
    "PersistentVolumeClaimStatus": "currentVolumeAttributesClassName",
    "PersistentVolumeSpec": "volumeMode volumeAttributesClassName",
    "PodCertificateProjection": "maxExpirationSeconds user",
    "PodDNSConfigOption": "value",
    "PodDisruptionBudgetSpec": "unhealthyPodEvictionPolicy",
    "PodFailurePolicyOnExitCodesRequirement": "containerName",
    "PodResourceClaim": "resourceClaimName resourceClaimTemplateName",
    "PodResourceClaimStatus": "resourceClaimName",
    "PodSchedulingGroup": "podGroupName",
    "PodSecurityContext": (
        "runAsUser runAsGroup runAsNonRoot supplementalGroupsPolicy fsGroup fsGroupChangePolicy seLinuxChangePolicy"
    ),
    "PodSpec": (
        "terminationGracePeriodSeconds activeDeadlineSeconds automountServiceAccountToken "
        "shareProcessNamespace priority runtimeClassName enableServiceLinks preemptionPolicy "
        "setHostnameAsFQDN hostUsers hostnameOverride"
    ),
    "PortStatus": "error",
    "Preconditions": "uid resourceVersion",
    "PriorityClass": "preemptionPolicy",
    "Probe": "terminationGracePeriodSeconds",
    "ProjectedVolumeSource": "defaultMode defaultUser",
    "ReplicaSetSpec": "replicas",
    "ReplicaSetStatus": "terminatingReplicas",
    "ReplicationControllerSpec": "replicas",
    "ResourceHealth": "message",
    "RollingUpdateStatefulSetStrategy": "partition",
    "SeccompProfile": "localhostProfile",
    "Secret": "immutable",
    "SecretEnvSource": "optional",
    "SecretKeySelector": "optional",
    "SecretProjection": "optional",
    "SecretVolumeSource": "defaultMode optional defaultUser",
    "SecurityContext": (
        "privileged runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount"
    ),
    "ServiceAccount": "automountServiceAccountToken",
    "ServiceAccountTokenProjection": "expirationSeconds user",
    "ServicePort": "appProtocol",
    "ServiceSpec": (
        "ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution"
    ),
    "StatefulSetSpec": "replicas revisionHistoryLimit",
    "StatefulSetStatus": "collisionCount",
    "StorageClass": "reclaimPolicy allowVolumeExpansion volumeBindingMode",
    "SuccessPolicyRule": "succeededIndexes succeededCount",
    "Toleration": "tolerationSeconds",
    "TopologySpreadConstraint": "minDomains nodeAffinityPolicy nodeTaintsPolicy",
    "TypedLocalObjectReference": "apiGroup",
    "TypedObjectReference": "apiGroup namespace",
    "VolumeMount": "recursiveReadOnly mountPropagation",
    "VolumeMountStatus": "recursiveReadOnly",
    "WindowsSecurityContextOptions": "gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess",
}


@cache
def pointers(struct: str) -> frozenset[str]:
    """Return the fields of a struct (by its Go name, "PodSpec") in which a zero value says something."""
    return frozenset(_POINTERS.get(struct, "").split())
