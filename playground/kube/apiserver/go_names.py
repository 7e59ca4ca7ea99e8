"""Go's names for types, as json's errors print them: "of type v1.RestartPolicy", "of type []v1.Container".

Source: the declarations in k8s.io/api/<group>/<version>/types.go and k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
"""

from __future__ import annotations

from functools import cache

from playground.kube.objects.schema import FieldType

# Struct -> its fields whose type is a named string (or a list of them) or a named map, package v1 unless said.
_NAMED = {
    "AppArmorProfile": "type: AppArmorProfileType",
    "AttachedVolume": "name: UniqueVolumeName",
    "AzureDiskVolumeSource": "cachingMode: AzureDataDiskCachingMode, kind: AzureDataDiskKind",
    "Capabilities": "add: Capability, drop: Capability",
    "Condition": "status: ConditionStatus",
    "ConfigMapNodeConfigSource": "uid: types.UID",
    "Container": (
        "restartPolicy: ContainerRestartPolicy, terminationMessagePolicy: TerminationMessagePolicy, "
        "imagePullPolicy: PullPolicy"
    ),
    "ContainerPort": "protocol: Protocol",
    "ContainerResizePolicy": "resourceName: ResourceName, restartPolicy: ResourceResizeRestartPolicy",
    "ContainerResourceMetricSource": "name: ResourceName",
    "ContainerResourceMetricStatus": "name: ResourceName",
    "ContainerRestartRule": "action: ContainerRestartRuleAction",
    "ContainerRestartRuleOnExitCodes": "operator: ContainerRestartRuleOnExitCodesOperator",
    "ContainerStatus": "allocatedResources: ResourceList, stopSignal: Signal",
    "CronJobSpec": "concurrencyPolicy: ConcurrencyPolicy",
    "DaemonSetCondition": "type: DaemonSetConditionType, status: ConditionStatus",
    "DaemonSetUpdateStrategy": "type: DaemonSetUpdateStrategyType",
    "DeploymentCondition": "type: DeploymentConditionType, status: ConditionStatus",
    "DeploymentStrategy": "type: DeploymentStrategyType",
    "EmptyDirVolumeSource": "medium: StorageMedium",
    "EndpointPort": "protocol: Protocol",
    "EndpointSlice": "addressType: AddressType",
    "EphemeralContainer": (
        "restartPolicy: ContainerRestartPolicy, terminationMessagePolicy: TerminationMessagePolicy, "
        "imagePullPolicy: PullPolicy"
    ),
    "GRPCAction": "mode: GRPCProbeMode",
    "HPAScalingPolicy": "type: v2.HPAScalingPolicyType",
    "HPAScalingRules": "selectPolicy: v2.ScalingPolicySelect",
    "HTTPGetAction": "scheme: URIScheme, protocol: HTTPProtocol",
    "HTTPIngressPath": "pathType: PathType",
    "HorizontalPodAutoscalerCondition": "type: v2.HorizontalPodAutoscalerConditionType, status: ConditionStatus",
    "HostPathVolumeSource": "type: HostPathType",
    "ImageVolumeSource": "pullPolicy: PullPolicy",
    "IngressPortStatus": "protocol: Protocol",
    "JobCondition": "type: JobConditionType, status: ConditionStatus",
    "JobSpec": "completionMode: CompletionMode, podReplacementPolicy: PodReplacementPolicy",
    "LabelSelectorRequirement": "operator: LabelSelectorOperator",
    "LeaseSpec": "strategy: CoordinatedLeaseStrategy",
    "Lifecycle": "stopSignal: Signal",
    "LimitRangeItem": (
        "type: LimitType, max: ResourceList, min: ResourceList, default: ResourceList, defaultRequest: "
        "ResourceList, maxLimitRequestRatio: ResourceList"
    ),
    "LoadBalancerIngress": "ipMode: LoadBalancerIPMode",
    "ManagedFieldsEntry": "operation: ManagedFieldsOperationType",
    "MetricSpec": "type: v2.MetricSourceType",
    "MetricStatus": "type: v2.MetricSourceType",
    "MetricTarget": "type: v2.MetricTargetType",
    "ModifyVolumeStatus": "status: PersistentVolumeClaimModifyVolumeStatus",
    "NamespaceCondition": "type: NamespaceConditionType, status: ConditionStatus",
    "NamespaceSpec": "finalizers: FinalizerName",
    "NamespaceStatus": "phase: NamespacePhase",
    "NetworkPolicyPort": "protocol: Protocol",
    "NetworkPolicySpec": "policyTypes: PolicyType",
    "NodeAddress": "type: NodeAddressType",
    "NodeAllocatableMappedResources": "name: ResourceName",
    "NodeAllocatableOverheadResources": "name: ResourceName",
    "NodeCondition": "type: NodeConditionType, status: ConditionStatus",
    "NodeSelectorRequirement": "operator: NodeSelectorOperator",
    "NodeStatus": (
        "capacity: ResourceList, allocatable: ResourceList, phase: NodePhase, volumesInUse: UniqueVolumeName"
    ),
    "ObjectMeta": "uid: types.UID",
    "ObjectReference": "uid: types.UID",
    "Overhead": "podFixed: ResourceList",
    "OwnerReference": "uid: types.UID",
    "PersistentVolumeClaimCondition": "type: PersistentVolumeClaimConditionType, status: ConditionStatus",
    "PersistentVolumeClaimSpec": "accessModes: PersistentVolumeAccessMode, volumeMode: PersistentVolumeMode",
    "PersistentVolumeClaimStatus": (
        "phase: PersistentVolumeClaimPhase, accessModes: PersistentVolumeAccessMode, capacity: ResourceList, "
        "allocatedResources: ResourceList"
    ),
    "PersistentVolumeSpec": (
        "capacity: ResourceList, accessModes: PersistentVolumeAccessMode, persistentVolumeReclaimPolicy: "
        "PersistentVolumeReclaimPolicy, volumeMode: PersistentVolumeMode"
    ),
    "PersistentVolumeStatus": "phase: PersistentVolumePhase",
    "PodCondition": "type: PodConditionType, status: ConditionStatus",
    "PodDisruptionBudgetSpec": "unhealthyPodEvictionPolicy: UnhealthyPodEvictionPolicyType",
    "PodFailurePolicyOnExitCodesRequirement": "operator: PodFailurePolicyOnExitCodesOperator",
    "PodFailurePolicyOnPodConditionsPattern": "type: PodConditionType, status: ConditionStatus",
    "PodFailurePolicyRule": "action: PodFailurePolicyAction",
    "PodOS": "name: OSName",
    "PodReadinessGate": "conditionType: PodConditionType",
    "PodSecurityContext": (
        "supplementalGroupsPolicy: SupplementalGroupsPolicy, fsGroupChangePolicy: PodFSGroupChangePolicy, "
        "seLinuxChangePolicy: PodSELinuxChangePolicy"
    ),
    "PodSpec": (
        "restartPolicy: RestartPolicy, dnsPolicy: DNSPolicy, preemptionPolicy: PreemptionPolicy, overhead: ResourceList"
    ),
    "PodStatus": "phase: PodPhase, qosClass: PodQOSClass, resize: PodResizeStatus, allocatedResources: ResourceList",
    "PortStatus": "protocol: Protocol",
    "PriorityClass": "preemptionPolicy: PreemptionPolicy",
    "ReplicaSetCondition": "type: ReplicaSetConditionType, status: ConditionStatus",
    "ReplicationControllerCondition": "type: ReplicationControllerConditionType, status: ConditionStatus",
    "ResourceHealth": "resourceID: ResourceID, health: ResourceHealthStatus",
    "ResourceMetricSource": "name: ResourceName",
    "ResourceMetricStatus": "name: ResourceName",
    "ResourceQuotaSpec": "hard: ResourceList, scopes: ResourceQuotaScope",
    "ResourceQuotaStatus": "hard: ResourceList, used: ResourceList",
    "ResourceRequirements": "limits: ResourceList, requests: ResourceList",
    "ResourceStatus": "name: ResourceName",
    "ScopedResourceSelectorRequirement": "scopeName: ResourceQuotaScope, operator: ScopeSelectorOperator",
    "SeccompProfile": "type: SeccompProfileType",
    "Secret": "type: SecretType",
    "SecurityContext": "procMount: ProcMountType",
    "ServicePort": "protocol: Protocol",
    "ServiceSpec": (
        "type: ServiceType, sessionAffinity: ServiceAffinity, externalTrafficPolicy: "
        "ServiceExternalTrafficPolicy, ipFamilies: IPFamily, ipFamilyPolicy: IPFamilyPolicy, "
        "internalTrafficPolicy: ServiceInternalTrafficPolicy"
    ),
    "StatefulSetCondition": "type: StatefulSetConditionType, status: ConditionStatus",
    "StatefulSetPersistentVolumeClaimRetentionPolicy": (
        "whenDeleted: PersistentVolumeClaimRetentionPolicyType, whenScaled: PersistentVolumeClaimRetentionPolicyType"
    ),
    "StatefulSetSpec": "podManagementPolicy: PodManagementPolicyType",
    "StatefulSetUpdateStrategy": "type: StatefulSetUpdateStrategyType",
    "StorageClass": "reclaimPolicy: PersistentVolumeReclaimPolicy, volumeBindingMode: VolumeBindingMode",
    "Taint": "effect: TaintEffect",
    "Toleration": "operator: TolerationOperator, effect: TaintEffect",
    "TopologySpreadConstraint": (
        "whenUnsatisfiable: UnsatisfiableConstraintAction, nodeAffinityPolicy: NodeInclusionPolicy, "
        "nodeTaintsPolicy: NodeInclusionPolicy"
    ),
    "UncountedTerminatedPods": "succeeded: types.UID, failed: types.UID",
    "VolumeHealthCondition": "status: VolumeHealthStatusType",
    "VolumeMount": "recursiveReadOnly: RecursiveReadOnlyMode, mountPropagation: MountPropagationMode",
    "VolumeMountStatus": "recursiveReadOnly: RecursiveReadOnlyMode",
    "VolumeResourceRequirements": "limits: ResourceList, requests: ResourceList",
}
_SCALARS = {
    "string": "string",
    "boolean": "bool",
    "int32": "int32",
    "int64": "int64",
    "integer": "int32",
    "number": "float64",
    "bytes": "[]uint8",
    "quantity": "resource.Quantity",
    "intstr": "int32",
    "time": "string",
    "microtime": "string",
    "any": "interface {}",
    "object": "interface {}",
}


@cache
def _named(struct: str) -> dict[str, str]:
    """Return the named types of a struct's fields."""
    listed = _NAMED.get(struct, "")
    pairs = (field.split(": ") for field in listed.split(", ") if field)
    return {field: name if "." in name else f"v1.{name}" for field, name in pairs}


def type_of(struct: str, field: str, declared: FieldType, *, item: bool = False) -> str:
    """Return the Go type of a field, or of one item of it when it is a list or a map."""
    named = _named(struct).get(field)
    if declared.kind == "map" and named:
        return "resource.Quantity" if item else named
    if declared.kind in {"array", "map"}:
        inner = named or (_plain(declared.items) if declared.items else "interface {}")
        return inner if item else f"{'[]' if declared.kind == 'array' else 'map[string]'}{inner}"
    return named or _plain(declared)


def struct_name(ref: str) -> str:
    """Return "Container" for "io.k8s.api.core.v1.Container"."""
    return ref.rpartition(".")[2]


def _plain(declared: FieldType) -> str:
    """Return the Go type of what is no list of a named type."""
    if declared.ref:
        package, _, name = declared.ref.rpartition(".")
        return f"{package.rpartition('.')[2]}.{name}"
    if declared.kind in {"array", "map"} and declared.items:
        return ("[]" if declared.kind == "array" else "map[string]") + _plain(declared.items)
    return _SCALARS[declared.kind]
