"""What the cells of `kubectl get` show: functions of an object and the time. columns.py puts them under headings.

Source: pkg/printers/internalversion/printers.go, v1.36.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.kube.kubectl.durations import ago, human, since_epoch
from playground.kube.objects.frozen import find

Fields = Mapping[str, Any]
Cell = Callable[[Fields, float], str]
NONE: Final = "<none>"
MOST: Final = 3  # addresses that a cell shows


def at(path: str, default: object = NONE) -> Cell:
    """Show the field at a path such as `spec.type`."""
    steps = path.split(".")

    def cell(obj: Fields, now: float) -> str:
        del now
        value = find(obj, steps)
        return str(default if value is None or value == "" else value)

    return cell


def age(obj: Fields, now: float) -> str:
    """Show how old an object is."""
    return ago(find(obj, ("metadata", "creationTimestamp")), now)


def share(one: str, all_: str) -> Cell:
    """Show two counts as `1/3`."""

    def cell(obj: Fields, now: float) -> str:
        return f"{at(one, 0)(obj, now)}/{at(all_, 0)(obj, now)}"

    return cell


def counted(*paths: str) -> Cell:
    """Show how many items some lists have together."""

    def cell(obj: Fields, now: float) -> str:
        del now
        return str(sum(len(find(obj, path.split("."), ()) or ()) for path in paths))

    return cell


def joined(path: str, of: Callable[[Any], str] = str, between: str = ",") -> Cell:
    """Show the items of a list, one after the other."""

    def cell(obj: Fields, now: float) -> str:
        del now
        return between.join(of(item) for item in find(obj, path.split("."), ()) or ()) or NONE

    return cell


def labels(path: str) -> Cell:
    """Show labels, or those of a selector."""

    def cell(obj: Fields, now: float) -> str:
        del now
        found = find(obj, path.split(".")) or {}
        pairs = found.get("matchLabels") or {} if "matchLabels" in found or "matchExpressions" in found else found
        return ",".join(f"{key}={pairs[key]}" for key in sorted(pairs)) or NONE

    return cell


def name_only(item: Fields) -> str:
    """Return the name of a container."""
    return str(item.get("name"))


def image(item: Fields) -> str:
    """Return the image of a container."""
    return str(item.get("image"))


def node_status(node: Fields, now: float) -> str:
    """Show `Ready`, `NotReady,SchedulingDisabled`."""
    del now
    ready = [item for item in find(node, ("status", "conditions"), ()) or () if item.get("type") == "Ready"]
    words = ["Ready" if item.get("status") == "True" else "NotReady" for item in ready] or ["Unknown"]
    return ",".join(words + ["SchedulingDisabled"] * bool(node["spec"].get("unschedulable")))


def node_roles(node: Fields, now: float) -> str:
    """Show the roles that labels give a node."""
    del now
    prefix, found = "node-role.kubernetes.io/", node["metadata"].get("labels") or {}
    roles = [key.removeprefix(prefix) for key in found if key.startswith(prefix)]
    return ",".join(sorted(filter(None, roles))) or NONE


def service_port(port: Fields) -> str:
    """Return `80:30080/TCP`."""
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def external(service: Fields, now: float) -> str:
    """Show where a Service is reached from outside."""
    del now
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName"))
    given = spec.get("externalIPs") or []
    balanced = find(service, ("status", "loadBalancer", "ingress"), ()) or ()
    given = [item.get("ip") or item.get("hostname") for item in balanced] + list(given)
    return ",".join(given) or ("<pending>" if spec.get("type") == "LoadBalancer" else NONE)


def job_status(job: Fields, now: float) -> str:
    """Show how a Job is."""
    del now
    true = {item["type"] for item in find(job, ("status", "conditions"), ()) or () if item.get("status") == "True"}
    ended = next((word for word in ("Complete", "Failed") if word in true), "")
    if ended or job["metadata"].get("deletionTimestamp"):
        return ended or "Terminating"
    return next((word for word in ("Suspended", "FailureTarget", "SuccessCriteriaMet") if word in true), "Running")


def job_completions(job: Fields, now: float) -> str:
    """Show `2/5`."""
    done, wanted = at("status.succeeded", 0)(job, now), job["spec"].get("completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = job["spec"].get("parallelism") or 0
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def job_duration(job: Fields, now: float) -> str:
    """Show how long a Job ran."""
    start, end = find(job, ("status", "startTime")), find(job, ("status", "completionTime"))
    if not start:
        return ""
    return ago(start, now) if not end else human(seconds(start, end))


def seconds(start: str, end: str) -> float:
    """Return the time between two stamps."""
    return since_epoch(end) - since_epoch(start)


def suspend(obj: Fields, now: float) -> str:
    """Show whether a CronJob is suspended."""
    del now
    return str(bool(obj["spec"].get("suspend")))


def last_schedule(obj: Fields, now: float) -> str:
    """Show when a CronJob last began a Job."""
    stamp = find(obj, ("status", "lastScheduleTime"))
    return ago(stamp, now) if stamp else NONE


def data(obj: Fields, now: float) -> str:
    """Show how many entries a ConfigMap or Secret has."""
    del now
    return str(len(obj.get("data") or {}) + len(obj.get("binaryData") or {}))


def budget(name: str) -> Cell:
    """Show a limit of a disruption budget."""
    return at(f"spec.{name}", "N/A")


def hpa_reference(obj: Fields, now: float) -> str:
    """Show what an autoscaler scales."""
    del now
    target = obj["spec"]["scaleTargetRef"]
    return f"{target.get('kind')}/{target.get('name')}"


def claim(obj: Fields, now: float) -> str:
    """Show `default/data`."""
    del now
    claim = obj["spec"].get("claimRef")
    return f"{claim.get('namespace')}/{claim.get('name')}" if claim else ""


def modes(path: str) -> Cell:
    """Show access modes as `RWO,ROX`."""
    short = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    all_modes = joined(path, lambda mode: short.get(mode, mode))
    return lambda obj, now: all_modes(obj, now).replace(NONE, "")


def role(obj: Fields, now: float) -> str:
    """Show `Role/reader`."""
    del now
    return f"{obj['roleRef'].get('kind')}/{obj['roleRef'].get('name')}"


def policy(path: str) -> Cell:
    """Show a field, or nothing."""
    return at(path, "")


def node_address(kind: str) -> Cell:
    """Show a node's address of a kind."""

    def cell(node: Fields, now: float) -> str:
        del now
        found = find(node, ("status", "addresses"), ()) or ()
        return next((item["address"] for item in found if item.get("type") == kind), NONE)

    return cell


def node_info(field: str) -> Cell:
    """Show what a node runs."""
    return at(f"status.nodeInfo.{field}", "<unknown>")


def node_kernel(node: Fields, now: float) -> str:
    """Show `6.12.48 (amd64)`."""
    built = find(node, ("status", "nodeInfo", "architecture"))
    return node_info("kernelVersion")(node, now) + (f" ({built})" if built else "")


def phase(obj: Fields, now: float) -> str:
    """Show the phase of a volume or claim, or that it is being deleted."""
    return "Terminating" if obj["metadata"].get("deletionTimestamp") else at("status.phase", "")(obj, now)


def endpoints(obj: Fields, now: float) -> str:
    """Show `10.244.0.2:80,10.244.0.3:80`: the ready addresses, three of them."""
    del now
    subsets = obj.get("subsets") or ()
    found = [
        f"{address['ip']}:{port['port']}" if port else str(address["ip"])
        for subset in subsets
        for port in subset.get("ports") or (None,)
        for address in subset.get("addresses") or ()
    ]
    return _few(found) if subsets else NONE


def slice_ports(obj: Fields, now: float) -> str:
    """Show the ports of an EndpointSlice."""
    del now
    return _few([str(port.get("port") or port.get("name") or "*") for port in obj.get("ports") or ()]) or "<unset>"


def slice_addresses(obj: Fields, now: float) -> str:
    """Show the addresses of an EndpointSlice, whether ready or not."""
    del now
    return (
        _few([each for endpoint in obj.get("endpoints") or () for each in endpoint.get("addresses") or ()]) or "<unset>"
    )


def _few(words: list[str]) -> str:
    shown = ",".join(words[:MOST])
    return f"{shown} + {len(words) - MOST} more..." if len(words) > MOST else shown


def quota(*, limits: bool) -> Cell:
    """Show `pods: 1/2`: what is used of a quota, of limits or of all else."""

    def cell(obj: Fields, now: float) -> str:
        del now
        hard, used = find(obj, ("status", "hard"), {}) or {}, find(obj, ("status", "used"), {}) or {}
        chosen = [name for name in sorted(hard) if name.startswith("limits.") == limits]
        return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in chosen)

    return cell


def controlled_by(obj: Fields, now: float) -> str:
    """Show `statefulset.apps/db`."""
    del now
    for owner in obj["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            group, slash, _ = owner["apiVersion"].partition("/")
            return f"{owner['kind'].lower()}{f'.{group}' if slash else ''}/{owner['name']}"
    return NONE


def subjects(kind: str) -> Cell:
    """Show who a binding is for, of one kind."""

    def cell(obj: Fields, now: float) -> str:
        del now
        found = [item for item in obj.get("subjects") or () if item.get("kind") == kind]
        names = [f"{item['namespace']}/{item['name']}" if item.get("namespace") else item["name"] for item in found]
        return ", ".join(names)

    return cell
