"""Which columns `kubectl get` shows of each kind. Source: pkg/printers/internalversion/printers.go, v1.36.

A column marked wide is shown with -o wide only. Kinds without an entry show NAME and AGE.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from playground.kube.kubectl import cells, event_cells, hpa_cells, pod_cells
from playground.kube.kubectl.cells import NONE, Cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it shows of an object at a time, and whether it is only for -o wide."""

    heading: str
    cell: Cell
    wide: bool = False


NAME: Final = Column("NAME", cells.at("metadata.name"))
AGE: Final = Column("AGE", cells.age)
CONTAINERS: Final = (
    Column("CONTAINERS", cells.joined("spec.template.spec.containers", cells.name_only), True),
    Column("IMAGES", cells.joined("spec.template.spec.containers", cells.image), True),
)
SELECTOR: Final = Column("SELECTOR", cells.labels("spec.selector"), True)
CREATED_AT: Final = Column("CREATED AT", cells.at("metadata.creationTimestamp"))
REPLICAS: Final = (
    Column("DESIRED", cells.at("spec.replicas", 0)),
    Column("CURRENT", cells.at("status.replicas", 0)),
    Column("READY", cells.at("status.readyReplicas", 0)),
)

JOB: Final = "spec.jobTemplate.spec.template.spec"
SUBJECTS: Final = tuple(
    Column(heading, cells.subjects(kind), True)
    for heading, kind in (("USERS", "User"), ("GROUPS", "Group"), ("SERVICEACCOUNTS", "ServiceAccount"))
)

COLUMNS: Final[Mapping[str, Sequence[Column]]] = {
    "pods": (
        NAME,
        Column("READY", lambda obj, now: pod_cells.ready(obj)),
        Column("STATUS", lambda obj, now: pod_cells.status(obj)),
        Column("RESTARTS", pod_cells.restarts),
        AGE,
        Column("IP", cells.at("status.podIP"), True),
        Column("NODE", cells.at("spec.nodeName"), True),
        Column("NOMINATED NODE", cells.at("status.nominatedNodeName"), True),
        Column(
            "READINESS GATES", cells.joined("spec.readinessGates", lambda gate: str(gate.get("conditionType"))), True
        ),
    ),
    "nodes": (
        NAME,
        Column("STATUS", cells.node_status),
        Column("ROLES", cells.node_roles),
        AGE,
        Column("VERSION", cells.at("status.nodeInfo.kubeletVersion", "")),
        Column("INTERNAL-IP", cells.node_address("InternalIP"), True),
        Column("EXTERNAL-IP", cells.node_address("ExternalIP"), True),
        Column("OS-IMAGE", cells.node_info("osImage"), True),
        Column("KERNEL-VERSION", cells.node_kernel, True),
        Column("CONTAINER-RUNTIME", cells.node_info("containerRuntimeVersion"), True),
    ),
    "namespaces": (NAME, Column("STATUS", cells.at("status.phase")), AGE),
    "deployments.apps": (
        NAME,
        Column("READY", cells.share("status.readyReplicas", "spec.replicas")),
        Column("UP-TO-DATE", cells.at("status.updatedReplicas", 0)),
        Column("AVAILABLE", cells.at("status.availableReplicas", 0)),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "replicasets.apps": (NAME, *REPLICAS, AGE, *CONTAINERS, SELECTOR),
    "replicationcontrollers": (NAME, *REPLICAS, AGE, *CONTAINERS, SELECTOR),
    "statefulsets.apps": (
        NAME,
        Column("READY", cells.share("status.readyReplicas", "spec.replicas")),
        AGE,
        *CONTAINERS,
    ),
    "daemonsets.apps": (
        NAME,
        Column("DESIRED", cells.at("status.desiredNumberScheduled", 0)),
        Column("CURRENT", cells.at("status.currentNumberScheduled", 0)),
        Column("READY", cells.at("status.numberReady", 0)),
        Column("UP-TO-DATE", cells.at("status.updatedNumberScheduled", 0)),
        Column("AVAILABLE", cells.at("status.numberAvailable", 0)),
        Column("NODE SELECTOR", cells.labels("spec.template.spec.nodeSelector")),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "jobs.batch": (
        NAME,
        Column("STATUS", cells.job_status),
        Column("COMPLETIONS", cells.job_completions),
        Column("DURATION", cells.job_duration),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "cronjobs.batch": (
        NAME,
        Column("SCHEDULE", cells.at("spec.schedule")),
        Column("TIMEZONE", cells.at("spec.timeZone")),
        Column("SUSPEND", cells.suspend),
        Column("ACTIVE", cells.counted("status.active")),
        Column("LAST SCHEDULE", cells.last_schedule),
        AGE,
        Column("CONTAINERS", cells.joined(f"{JOB}.containers", cells.name_only), True),
        Column("IMAGES", cells.joined(f"{JOB}.containers", cells.image), True),
        Column("SELECTOR", cells.labels("spec.jobTemplate.spec.selector"), True),
    ),
    "services": (
        NAME,
        Column("TYPE", cells.at("spec.type")),
        Column("CLUSTER-IP", cells.at("spec.clusterIP")),
        Column("EXTERNAL-IP", cells.external),
        Column("PORT(S)", cells.joined("spec.ports", cells.service_port)),
        AGE,
        Column("SELECTOR", cells.labels("spec.selector"), True),
    ),
    "configmaps": (NAME, Column("DATA", cells.data), AGE),
    "secrets": (NAME, Column("TYPE", cells.at("type")), Column("DATA", cells.data), AGE),
    "serviceaccounts": (NAME, AGE),
    "events": (
        Column("LAST SEEN", event_cells.last_seen),
        Column("TYPE", cells.at("type")),
        Column("REASON", cells.at("reason")),
        Column("OBJECT", event_cells.about),
        Column("SUBOBJECT", cells.at("involvedObject.fieldPath", ""), True),
        Column("SOURCE", event_cells.source, True),
        Column("MESSAGE", event_cells.message),
        Column("FIRST SEEN", event_cells.first_seen, True),
        Column("COUNT", event_cells.count, True),
        Column("NAME", cells.at("metadata.name"), True),
    ),
    "poddisruptionbudgets.policy": (
        NAME,
        Column("MIN AVAILABLE", cells.budget("minAvailable")),
        Column("MAX UNAVAILABLE", cells.budget("maxUnavailable")),
        Column("ALLOWED DISRUPTIONS", cells.at("status.disruptionsAllowed", 0)),
        AGE,
    ),
    "horizontalpodautoscalers.autoscaling": (
        NAME,
        Column("REFERENCE", cells.hpa_reference),
        Column("TARGETS", lambda obj, now: hpa_cells.targets(obj)),
        Column("MINPODS", cells.at("spec.minReplicas", "<unset>")),
        Column("MAXPODS", cells.at("spec.maxReplicas", 0)),
        Column("REPLICAS", cells.at("status.currentReplicas", 0)),
        AGE,
    ),
    "persistentvolumeclaims": (
        NAME,
        Column("STATUS", cells.phase),
        Column("VOLUME", cells.policy("spec.volumeName")),
        Column("CAPACITY", cells.policy("status.capacity.storage")),
        Column("ACCESS MODES", cells.modes("status.accessModes")),
        Column("STORAGECLASS", cells.policy("spec.storageClassName")),
        Column("VOLUMEATTRIBUTESCLASS", cells.at("spec.volumeAttributesClassName", "<unset>")),
        AGE,
        Column("VOLUMEMODE", cells.at("spec.volumeMode", "<unset>"), True),
    ),
    "persistentvolumes": (
        NAME,
        Column("CAPACITY", cells.policy("spec.capacity.storage")),
        Column("ACCESS MODES", cells.modes("spec.accessModes")),
        Column("RECLAIM POLICY", cells.policy("spec.persistentVolumeReclaimPolicy")),
        Column("STATUS", cells.phase),
        Column("CLAIM", cells.claim),
        Column("STORAGECLASS", cells.policy("spec.storageClassName")),
        Column("VOLUMEATTRIBUTESCLASS", cells.at("spec.volumeAttributesClassName", "<unset>")),
        Column("REASON", cells.policy("status.reason")),
        AGE,
        Column("VOLUMEMODE", cells.at("spec.volumeMode", "<unset>"), True),
    ),
    "storageclasses.storage.k8s.io": (
        NAME,
        Column("PROVISIONER", cells.at("provisioner")),
        Column("RECLAIMPOLICY", cells.at("reclaimPolicy", "Delete")),
        Column("VOLUMEBINDINGMODE", cells.at("volumeBindingMode", "<unset>")),
        Column("ALLOWVOLUMEEXPANSION", lambda obj, now: str(bool(obj.get("allowVolumeExpansion"))).lower()),
        AGE,
    ),
    "priorityclasses.scheduling.k8s.io": (
        NAME,
        Column("VALUE", cells.at("value", 0)),
        Column("GLOBAL-DEFAULT", lambda obj, now: str(bool(obj.get("globalDefault"))).lower()),
        AGE,
        Column("PREEMPTIONPOLICY", cells.at("preemptionPolicy", "<unset>")),
    ),
    "ingresses.networking.k8s.io": (
        NAME,
        Column("CLASS", cells.at("spec.ingressClassName")),
        Column(
            "HOSTS",
            lambda obj, now: cells.joined("spec.rules", lambda rule: rule.get("host") or "*")(obj, now).replace(
                NONE, "*"
            ),
        ),
        Column(
            "ADDRESS",
            lambda obj, now: cells.joined(
                "status.loadBalancer.ingress", lambda item: item.get("ip") or item.get("hostname") or ""
            )(obj, now).replace(NONE, ""),
        ),
        Column("PORTS", lambda obj, now: "80, 443" if obj["spec"].get("tls") else "80"),
        AGE,
    ),
    "networkpolicies.networking.k8s.io": (NAME, Column("POD-SELECTOR", cells.labels("spec.podSelector")), AGE),
    "leases.coordination.k8s.io": (NAME, Column("HOLDER", cells.at("spec.holderIdentity")), AGE),
    "roles.rbac.authorization.k8s.io": (NAME, CREATED_AT),
    "clusterroles.rbac.authorization.k8s.io": (NAME, CREATED_AT),
    "endpoints": (NAME, Column("ENDPOINTS", cells.endpoints), AGE),
    "endpointslices.discovery.k8s.io": (
        NAME,
        Column("ADDRESSTYPE", cells.at("addressType", "")),
        Column("PORTS", cells.slice_ports),
        Column("ENDPOINTS", cells.slice_addresses),
        AGE,
    ),
    "controllerrevisions.apps": (
        NAME,
        Column("CONTROLLER", cells.controlled_by),
        Column("REVISION", cells.at("revision", 0)),
        AGE,
    ),
    "resourcequotas": (
        NAME,
        Column("REQUEST", cells.quota(limits=False)),
        Column("LIMIT", cells.quota(limits=True)),
        AGE,
    ),
    "runtimeclasses.node.k8s.io": (NAME, Column("HANDLER", cells.at("handler", "")), AGE),
    "limitranges": (NAME, CREATED_AT),
    "rolebindings.rbac.authorization.k8s.io": (NAME, Column("ROLE", cells.role), AGE, *SUBJECTS),
    "clusterrolebindings.rbac.authorization.k8s.io": (NAME, Column("ROLE", cells.role), AGE, *SUBJECTS),
}


def columns_of(qualified: str, *, wide: bool) -> list[Column]:
    """The columns of a kind, called as in `deployments.apps`."""
    return [column for column in COLUMNS.get(qualified, (NAME, AGE)) if wide or not column.wide]
