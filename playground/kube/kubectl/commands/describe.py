"""kubectl describe of pods, nodes, Deployments and Services. Source: k8s.io/kubectl/pkg/describe/describe.go."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from playground.kube.kubectl import cells
from playground.kube.kubectl import describe_parts as parts
from playground.kube.kubectl.describe_containers import containers, volumes
from playground.kube.kubectl.describe_node import node
from playground.kube.kubectl.durations import ago
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.tabwriter import laid_out
from playground.kube.kubectl.targets import Target, choice_of, each, resource_for, select

Lines = Iterator[str]
Tell = Callable[[Session, Json], Lines]


def describe(session: Session, arguments: Arguments) -> None:
    """Tell all about objects, with their Events."""
    if not arguments.positional and not arguments.items("filename"):
        told = 'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of '
        raise CommandError(f"{told}supported resources.\n")
    targets = select(session, arguments.positional, choice_of(arguments, bare_means_all=True))
    first = True

    def one(target: Target) -> None:
        nonlocal first
        obj = target.fetch(session)
        tell = TELLERS.get(target.resource.kind)
        if tell is None:
            raise CommandError(f"describing a {target.resource.kind} is not part of this simulation")
        found = parts.events_of(session, obj) if arguments.on("show-events") else None
        none = ["Events:\t<none>"] if found == [] else []
        text = laid_out("\n".join([*tell(session, obj), *none]))
        if found:
            text += "\n" + laid_out("\n".join(parts.events(found, session.now)))
        session.output.append(text + "\n" if first else f"\n\n{text}\n")
        first = False

    each(targets, one)
    if not targets:
        session.warn(f"No resources found in {session.namespace} namespace.")


def _pod(session: Session, pod: Json) -> Lines:
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    yield f"Name:\t{metadata['name']}"
    yield f"Namespace:\t{metadata['namespace']}"
    for title, field in _OF_POD_SPEC:
        if spec.get(field) not in {None, ""}:
            yield f"{title}:\t{spec[field]}"
    yield f"Node:\t{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else "Node:\t<none>"
    if status.get("startTime"):
        yield f"Start Time:\t{parts.stamp(status['startTime'])}"
    yield from parts.labels("Labels", metadata.get("labels"))
    yield from parts.annotations("Annotations", metadata.get("annotations"))
    if metadata.get("deletionTimestamp") and status.get("phase") not in {"Failed", "Succeeded"}:
        yield f"Status:\tTerminating (lasts {ago(metadata['deletionTimestamp'], session.now)})"
        yield f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s"
    else:
        yield f"Status:\t{status.get('phase', '')}"
    yield from (f"{title}:\t{status[title.lower()]}" for title in ("Reason", "Message") if status.get(title.lower()))
    yield f"IP:\t{status.get('podIP', '')}"
    yield "IPs:" if status.get("podIPs") else "IPs:\t<none>"
    yield from (f"  IP:\t{item['ip']}" for item in status.get("podIPs") or ())
    if parts.controller(pod):
        yield f"Controlled By:\t{parts.controller(pod)}"
    if status.get("nominatedNodeName"):
        yield f"NominatedNodeName:\t{status['nominatedNodeName']}"
    if spec.get("initContainers"):
        found = status.get("initContainerStatuses") or ()
        yield from containers("Init Containers", spec["initContainers"], found, pod=pod)
    yield from containers("Containers", spec["containers"], status.get("containerStatuses") or (), pod=pod)
    yield from _conditions(pod)
    yield from volumes(spec.get("volumes"))
    yield f"QoS Class:\t{status.get('qosClass', '')}"
    yield from parts.labels("Node-Selectors", spec.get("nodeSelector"))
    yield from parts.tolerations("Tolerations", spec.get("tolerations"))
    yield from parts.spread("Topology Spread Constraints", spec.get("topologySpreadConstraints"))


_OF_POD_SPEC: Final = (
    ("Priority", "priority"),
    ("Priority Class Name", "priorityClassName"),
    ("Runtime Class Name", "runtimeClassName"),
    ("Service Account", "serviceAccountName"),
)


def _conditions(pod: Json) -> Lines:
    found = (pod.get("status") or {}).get("conditions") or ()
    gates = pod["spec"].get("readinessGates") or ()
    if gates:
        states = {item["type"]: item.get("status") for item in found}
        yield from ("Readiness Gates:", "  Type\tStatus")
        for gate in gates:
            yield f"  {gate['conditionType']} \t{states.get(gate['conditionType'], '<none>')} "
    if found:
        yield from ("Conditions:", "  Type\tStatus")
        yield from (f"  {item['type']} \t{item.get('status')} " for item in found)


def _deployment(session: Session, deployment: Json) -> Lines:
    metadata, spec, status = deployment["metadata"], deployment["spec"], deployment.get("status") or {}
    yield from (f"Name:\t{metadata['name']}", f"Namespace:\t{metadata['namespace']}")
    yield f"CreationTimestamp:\t{parts.stamp(metadata.get('creationTimestamp'))}"
    yield from parts.labels("Labels", metadata.get("labels"))
    yield from parts.annotations("Annotations", metadata.get("annotations"))
    yield f"Selector:\t{parts.selector_text(spec.get('selector'))}"
    counts = [f"{spec.get('replicas', 0)} desired", *(f"{status.get(field, 0)} {word}" for field, word in _COUNTS)]
    yield f"Replicas:\t{' | '.join(counts)}"
    strategy = spec.get("strategy") or {}
    yield f"StrategyType:\t{strategy.get('type', '')}"
    yield f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}"
    rolling = strategy.get("rollingUpdate")
    if rolling:
        most, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
        yield f"RollingUpdateStrategy:\t{most} max unavailable, {surge} max surge"
    yield from _template(spec["template"])
    if status.get("conditions"):
        yield from ("Conditions:", "  Type\tStatus\tReason", "  ----\t------\t------")
        yield from (
            f"  {item['type']} \t{item.get('status')}\t{item.get('reason', '')}" for item in status["conditions"]
        )
    yield from _sets(session, deployment)


_COUNTS: Final = (
    ("updatedReplicas", "updated"),
    ("replicas", "total"),
    ("availableReplicas", "available"),
    ("unavailableReplicas", "unavailable"),
)


def _template(template: Mapping[str, Any]) -> Lines:
    metadata, spec = template.get("metadata") or {}, template["spec"]
    yield "Pod Template:"
    yield from parts.labels("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        yield from parts.annotations("  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        yield f"  Service Account:\t{spec['serviceAccountName']}"
    if spec.get("initContainers"):
        yield from containers("Init Containers", spec["initContainers"], (), pod=None)
    yield from containers("Containers", spec["containers"], (), pod=None)
    yield from volumes(spec.get("volumes"), "  ")
    yield from parts.spread("  Topology Spread Constraints", spec.get("topologySpreadConstraints"))
    if spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{spec['priorityClassName']}"
    yield from parts.labels("  Node-Selectors", spec.get("nodeSelector"))
    yield from parts.tolerations("  Tolerations", spec.get("tolerations"))


def _sets(session: Session, deployment: Json) -> Lines:
    """The ReplicaSets of a Deployment: those of older templates, and that of the one it has."""
    found = session.list(resource_for("rs"), deployment["metadata"]["namespace"])
    uid, wanted = deployment["metadata"]["uid"], _bare(deployment["spec"]["template"])
    own = [
        item
        for item in found
        if any(
            owner.get("controller") and owner["uid"] == uid for owner in item["metadata"].get("ownerReferences") or ()
        )
    ]
    new = [item for item in own if _bare(item["spec"]["template"]) == wanted][:1]
    if own:
        yield f"OldReplicaSets:\t{_created([item for item in own if item not in new])}"
        yield f"NewReplicaSet:\t{_created(new)}"


def _bare(template: Mapping[str, Any]) -> Json:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != "pod-template-hash"}
    return {"metadata": {**metadata, "labels": labels}, "spec": template["spec"]}


def _created(sets: list[Json]) -> str:
    told = [
        f"{item['metadata']['name']} "
        f"({(item.get('status') or {}).get('replicas', 0)}/{item['spec'].get('replicas', 0)} replicas created)"
        for item in sets
    ]
    return ", ".join(told) or parts.NONE


def _service(session: Session, service: Json) -> Lines:
    metadata, spec = service["metadata"], service["spec"]
    yield from (f"Name:\t{metadata['name']}", f"Namespace:\t{metadata['namespace']}")
    yield from parts.labels("Labels", metadata.get("labels"))
    yield from parts.annotations("Annotations", metadata.get("annotations"))
    selector = ",".join(f"{key}={value}" for key, value in sorted((spec.get("selector") or {}).items()))
    yield f"Selector:\t{selector or parts.NONE}"
    yield f"Type:\t{spec.get('type', '')}"
    if spec.get("ipFamilyPolicy"):
        yield f"IP Family Policy:\t{spec['ipFamilyPolicy']}"
    yield f"IP Families:\t{','.join(spec.get('ipFamilies') or ()) or parts.NONE}"
    yield f"IP:\t{spec.get('clusterIP', '')}"
    yield f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or parts.NONE}"
    if spec.get("externalIPs"):
        yield f"External IPs:\t{','.join(spec['externalIPs'])}"
    if spec.get("externalName"):
        yield f"External Name:\t{spec['externalName']}"
    yield from _ports(session, service)
    for title, field in _OF_SERVICE:
        if spec.get(field):
            yield f"{title}:\t{spec[field]}"


_OF_SERVICE: Final = (
    ("Session Affinity", "sessionAffinity"),
    ("External Traffic Policy", "externalTrafficPolicy"),
    ("Internal Traffic Policy", "internalTrafficPolicy"),
    ("HealthCheck NodePort", "healthCheckNodePort"),
    ("Traffic Distribution", "trafficDistribution"),
)


def _ports(session: Session, service: Json) -> Lines:
    metadata, label = service["metadata"], f"kubernetes.io/service-name={service['metadata']['name']}"
    slices = session.list(resource_for("endpointslices"), metadata["namespace"], labels=label)
    for port in service["spec"].get("ports") or ():
        name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
        yield f"Port:\t{name}\t{port['port']}/{protocol}"
        yield f"TargetPort:\t{port.get('targetPort', port['port'])}/{protocol}"
        if port.get("nodePort"):
            yield f"NodePort:\t{name}\t{port['nodePort']}/{protocol}"
        yield f"Endpoints:\t{_endpoints(slices, port.get('name') or '')}"


def _endpoints(slices: list[Json], name: str) -> str:
    """Return the ready addresses of a port, three of them."""
    found = [
        f"{endpoint['addresses'][0]}:{port['port']}"
        for piece in slices
        for port in piece.get("ports") or ()
        if (port.get("name") or "") == name
        for endpoint in piece.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
    ]
    if not slices:
        return parts.NONE
    return ",".join(found[: cells.MOST]) + (f" + {len(found) - cells.MOST} more..." if len(found) > cells.MOST else "")


TELLERS: Final[Mapping[str, Tell]] = {
    "Pod": _pod,
    "Deployment": _deployment,
    "Service": _service,
    "Node": node,
}
