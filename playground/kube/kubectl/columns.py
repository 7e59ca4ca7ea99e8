"""Which columns `kubectl get` shows of each kind. Source: pkg/printers/internalversion/printers.go, v1.36.

A column marked wide is shown with -o wide only. Kinds without an entry show NAME and AGE.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.kubectl import hpa_cells, pod_cells
from playground.kube.kubectl.durations import ago, human, since_epoch
from playground.kube.objects.frozen import find

Fields = Mapping[str, Any]
Cell = Callable[[Fields, float], str]
NONE: Final = "<none>"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it shows of an object at a time, and whether it is only for -o wide."""

    heading: str
    cell: Cell
    wide: bool = False


def _at(path: str, default: object = NONE) -> Cell:
    steps = path.split(".")

    def cell(obj: Fields, now: float) -> str:
        del now
        value = find(obj, steps)
        return str(default if value is None or value == "" else value)

    return cell


def _age(obj: Fields, now: float) -> str:
    return ago(find(obj, ("metadata", "creationTimestamp")), now)


def _of(one: str, all_: str) -> Cell:
    def cell(obj: Fields, now: float) -> str:
        return f"{_at(one, 0)(obj, now)}/{_at(all_, 0)(obj, now)}"

    return cell


def _count(*paths: str) -> Cell:
    def cell(obj: Fields, now: float) -> str:
        del now
        return str(sum(len(find(obj, path.split("."), ()) or ()) for path in paths))

    return cell


def _joined(path: str, of: Callable[[Any], str] = str, between: str = ",") -> Cell:
    def cell(obj: Fields, now: float) -> str:
        del now
        return between.join(of(item) for item in find(obj, path.split("."), ()) or ()) or NONE

    return cell


def _labels(path: str) -> Cell:
    def cell(obj: Fields, now: float) -> str:
        del now
        found = find(obj, path.split(".")) or {}
        pairs = found.get("matchLabels") or {} if "matchLabels" in found or "matchExpressions" in found else found
        return ",".join(f"{key}={pairs[key]}" for key in sorted(pairs)) or NONE

    return cell


def _name_only(item: Fields) -> str:
    return str(item.get("name"))


def _image(item: Fields) -> str:
    return str(item.get("image"))


def _pod(cell: Callable[[Fields], str]) -> Cell:
    return lambda obj, now: cell(obj)


def _node_status(node: Fields, now: float) -> str:
    del now
    ready = [item for item in find(node, ("status", "conditions"), ()) or () if item.get("type") == "Ready"]
    words = ["Ready" if item.get("status") == "True" else "NotReady" for item in ready] or ["Unknown"]
    return ",".join(words + ["SchedulingDisabled"] * bool(node["spec"].get("unschedulable")))


def _node_roles(node: Fields, now: float) -> str:
    del now
    prefix, labels = "node-role.kubernetes.io/", node["metadata"].get("labels") or {}
    roles = [key.removeprefix(prefix) for key in labels if key.startswith(prefix)]
    return ",".join(sorted(filter(None, roles))) or NONE


def _service_port(port: Fields) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def _external(service: Fields, now: float) -> str:
    del now
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName"))
    given = spec.get("externalIPs") or []
    balanced = find(service, ("status", "loadBalancer", "ingress"), ()) or ()
    given = [item.get("ip") or item.get("hostname") for item in balanced] + list(given)
    return ",".join(given) or ("<pending>" if spec.get("type") == "LoadBalancer" else NONE)


def _job_status(job: Fields, now: float) -> str:
    del now
    true = {item["type"] for item in find(job, ("status", "conditions"), ()) or () if item.get("status") == "True"}
    if job["metadata"].get("deletionTimestamp"):
        return "Terminating"
    words = (
        ("Complete", "Complete"),
        ("Failed", "Failed"),
        ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"),
    )
    return next(
        (word for kind, word in words if kind in true),
        "SuccessCriteriaMet" if "SuccessCriteriaMet" in true else "Running",
    )


def _job_completions(job: Fields, now: float) -> str:
    done, wanted = _at("status.succeeded", 0)(job, now), job["spec"].get("completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = job["spec"].get("parallelism") or 0
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _job_duration(job: Fields, now: float) -> str:
    start, end = find(job, ("status", "startTime")), find(job, ("status", "completionTime"))
    if not start:
        return ""
    return ago(start, now) if not end else human(_seconds(start, end))


def _seconds(start: str, end: str) -> float:
    return since_epoch(end) - since_epoch(start)


def _suspend(obj: Fields, now: float) -> str:
    del now
    return str(bool(obj["spec"].get("suspend")))


def _last_schedule(obj: Fields, now: float) -> str:
    stamp = find(obj, ("status", "lastScheduleTime"))
    return ago(stamp, now) if stamp else NONE


def _data(obj: Fields, now: float) -> str:
    del now
    return str(len(obj.get("data") or {}) + len(obj.get("binaryData") or {}))


def _budget(name: str) -> Cell:
    return _at(f"spec.{name}", "N/A")


def _last_seen(event: Fields, now: float) -> str:
    series = (event.get("series") or {}).get("lastObservedTime")
    return ago(series or event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp"), now)


def _event_object(event: Fields, now: float) -> str:
    del now
    about = event.get("involvedObject") or {}
    return f"{(about.get('kind') or '').lower()}/{about.get('name')}"


def _hpa_reference(obj: Fields, now: float) -> str:
    del now
    target = obj["spec"]["scaleTargetRef"]
    return f"{target.get('kind')}/{target.get('name')}"


def _claims(obj: Fields, now: float) -> str:
    del now
    claim = obj["spec"].get("claimRef")
    return f"{claim.get('namespace')}/{claim.get('name')}" if claim else ""


def _modes(path: str) -> Cell:
    short = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    joined = _joined(path, lambda mode: short.get(mode, mode))
    return lambda obj, now: joined(obj, now).replace(NONE, "")


def _role(obj: Fields, now: float) -> str:
    del now
    return f"{obj['roleRef'].get('kind')}/{obj['roleRef'].get('name')}"


def _policy(path: str) -> Cell:
    return _at(path, "")


NAME: Final = Column("NAME", _at("metadata.name"))
AGE: Final = Column("AGE", _age)
CONTAINERS: Final = (
    Column("CONTAINERS", _joined("spec.template.spec.containers", _name_only), True),
    Column("IMAGES", _joined("spec.template.spec.containers", _image), True),
)
SELECTOR: Final = Column("SELECTOR", _labels("spec.selector"), True)
CREATED_AT: Final = Column("CREATED AT", _at("metadata.creationTimestamp"))
REPLICAS: Final = (
    Column("DESIRED", _at("spec.replicas", 0)),
    Column("CURRENT", _at("status.replicas", 0)),
    Column("READY", _at("status.readyReplicas", 0)),
)

COLUMNS: Final[Mapping[str, Sequence[Column]]] = {
    "pods": (
        NAME,
        Column("READY", _pod(pod_cells.ready)),
        Column("STATUS", _pod(pod_cells.status)),
        Column("RESTARTS", pod_cells.restarts),
        AGE,
        Column("IP", _at("status.podIP"), True),
        Column("NODE", _at("spec.nodeName"), True),
        Column("NOMINATED NODE", _at("status.nominatedNodeName"), True),
        Column("READINESS GATES", _joined("spec.readinessGates", lambda gate: str(gate.get("conditionType"))), True),
    ),
    "nodes": (
        NAME,
        Column("STATUS", _node_status),
        Column("ROLES", _node_roles),
        AGE,
        Column("VERSION", _at("status.nodeInfo.kubeletVersion", "")),
    ),
    "namespaces": (NAME, Column("STATUS", _at("status.phase")), AGE),
    "deployments.apps": (
        NAME,
        Column("READY", _of("status.readyReplicas", "spec.replicas")),
        Column("UP-TO-DATE", _at("status.updatedReplicas", 0)),
        Column("AVAILABLE", _at("status.availableReplicas", 0)),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "replicasets.apps": (NAME, *REPLICAS, AGE, *CONTAINERS, SELECTOR),
    "replicationcontrollers": (NAME, *REPLICAS, AGE, *CONTAINERS, SELECTOR),
    "statefulsets.apps": (NAME, Column("READY", _of("status.readyReplicas", "spec.replicas")), AGE, *CONTAINERS),
    "daemonsets.apps": (
        NAME,
        Column("DESIRED", _at("status.desiredNumberScheduled", 0)),
        Column("CURRENT", _at("status.currentNumberScheduled", 0)),
        Column("READY", _at("status.numberReady", 0)),
        Column("UP-TO-DATE", _at("status.updatedNumberScheduled", 0)),
        Column("AVAILABLE", _at("status.numberAvailable", 0)),
        Column("NODE SELECTOR", _labels("spec.template.spec.nodeSelector")),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "jobs.batch": (
        NAME,
        Column("STATUS", _job_status),
        Column("COMPLETIONS", _job_completions),
        Column("DURATION", _job_duration),
        AGE,
        *CONTAINERS,
        SELECTOR,
    ),
    "cronjobs.batch": (
        NAME,
        Column("SCHEDULE", _at("spec.schedule")),
        Column("TIMEZONE", _at("spec.timeZone")),
        Column("SUSPEND", _suspend),
        Column("ACTIVE", _count("status.active")),
        Column("LAST SCHEDULE", _last_schedule),
        AGE,
    ),
    "services": (
        NAME,
        Column("TYPE", _at("spec.type")),
        Column("CLUSTER-IP", _at("spec.clusterIP")),
        Column("EXTERNAL-IP", _external),
        Column("PORT(S)", _joined("spec.ports", _service_port)),
        AGE,
        Column("SELECTOR", _labels("spec.selector"), True),
    ),
    "configmaps": (NAME, Column("DATA", _data), AGE),
    "secrets": (NAME, Column("TYPE", _at("type")), Column("DATA", _data), AGE),
    "serviceaccounts": (NAME, AGE),
    "events": (
        Column("LAST SEEN", _last_seen),
        Column("TYPE", _at("type")),
        Column("REASON", _at("reason")),
        Column("OBJECT", _event_object),
        Column("MESSAGE", _at("message")),
    ),
    "poddisruptionbudgets.policy": (
        NAME,
        Column("MIN AVAILABLE", _budget("minAvailable")),
        Column("MAX UNAVAILABLE", _budget("maxUnavailable")),
        Column("ALLOWED DISRUPTIONS", _at("status.disruptionsAllowed", 0)),
        AGE,
    ),
    "horizontalpodautoscalers.autoscaling": (
        NAME,
        Column("REFERENCE", _hpa_reference),
        Column("TARGETS", lambda obj, now: hpa_cells.targets(obj)),
        Column("MINPODS", _at("spec.minReplicas", "<unset>")),
        Column("MAXPODS", _at("spec.maxReplicas", 0)),
        Column("REPLICAS", _at("status.currentReplicas", 0)),
        AGE,
    ),
    "persistentvolumeclaims": (
        NAME,
        Column("STATUS", _at("status.phase")),
        Column("VOLUME", _policy("spec.volumeName")),
        Column("CAPACITY", _policy("status.capacity.storage")),
        Column("ACCESS MODES", _modes("status.accessModes")),
        Column("STORAGECLASS", _policy("spec.storageClassName")),
        Column("VOLUMEATTRIBUTESCLASS", _at("spec.volumeAttributesClassName", "<unset>")),
        AGE,
    ),
    "persistentvolumes": (
        NAME,
        Column("CAPACITY", _policy("spec.capacity.storage")),
        Column("ACCESS MODES", _modes("spec.accessModes")),
        Column("RECLAIM POLICY", _policy("spec.persistentVolumeReclaimPolicy")),
        Column("STATUS", _policy("status.phase")),
        Column("CLAIM", _claims),
        Column("STORAGECLASS", _policy("spec.storageClassName")),
        Column("VOLUMEATTRIBUTESCLASS", _at("spec.volumeAttributesClassName", "<unset>")),
        Column("REASON", _policy("status.reason")),
        AGE,
    ),
    "storageclasses.storage.k8s.io": (
        NAME,
        Column("PROVISIONER", _at("provisioner")),
        Column("RECLAIMPOLICY", _at("reclaimPolicy", "Delete")),
        Column("VOLUMEBINDINGMODE", _at("volumeBindingMode", "<unset>")),
        Column("ALLOWVOLUMEEXPANSION", lambda obj, now: str(bool(obj.get("allowVolumeExpansion"))).lower()),
        AGE,
    ),
    "priorityclasses.scheduling.k8s.io": (
        NAME,
        Column("VALUE", _at("value", 0)),
        Column("GLOBAL-DEFAULT", lambda obj, now: str(bool(obj.get("globalDefault"))).lower()),
        AGE,
        Column("PREEMPTIONPOLICY", _at("preemptionPolicy", "<unset>")),
    ),
    "ingresses.networking.k8s.io": (
        NAME,
        Column("CLASS", _at("spec.ingressClassName")),
        Column(
            "HOSTS",
            lambda obj, now: _joined("spec.rules", lambda rule: rule.get("host") or "*")(obj, now).replace(NONE, "*"),
        ),
        Column(
            "ADDRESS",
            lambda obj, now: _joined(
                "status.loadBalancer.ingress", lambda item: item.get("ip") or item.get("hostname") or ""
            )(obj, now).replace(NONE, ""),
        ),
        Column("PORTS", lambda obj, now: "80, 443" if obj["spec"].get("tls") else "80"),
        AGE,
    ),
    "networkpolicies.networking.k8s.io": (NAME, Column("POD-SELECTOR", _labels("spec.podSelector")), AGE),
    "leases.coordination.k8s.io": (NAME, Column("HOLDER", _at("spec.holderIdentity")), AGE),
    "roles.rbac.authorization.k8s.io": (NAME, CREATED_AT),
    "clusterroles.rbac.authorization.k8s.io": (NAME, CREATED_AT),
    "limitranges": (NAME, CREATED_AT),
    "rolebindings.rbac.authorization.k8s.io": (NAME, Column("ROLE", _role), AGE),
    "clusterrolebindings.rbac.authorization.k8s.io": (NAME, Column("ROLE", _role), AGE),
}


def columns_of(qualified: str, *, wide: bool) -> list[Column]:
    """The columns of a kind, called as in `deployments.apps`."""
    return [column for column in COLUMNS.get(qualified, (NAME, AGE)) if wide or not column.wide]
