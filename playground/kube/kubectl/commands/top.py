"""kubectl top: what pods and nodes use. Source: k8s.io/kubectl/pkg/cmd/top, pkg/metricsutil/metrics_printer.go."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube import quantity
from playground.kube.kubectl.durations import since_epoch
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import aligned
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import resource_for

ROOT: Final = "/apis/metrics.k8s.io/v1beta1"
CREATION_DELAY: Final = 120.0  # seconds after which a pod without metrics is a failure
MIB: Final = 1 << 20
Usage = Mapping[str, Any]


def top_pod(session: Session, arguments: Arguments) -> None:
    """Show what pods use."""
    name = _name(arguments, "pod [NAME | -l label]")
    if name and (arguments.text("selector") or arguments.text("field-selector")):
        raise CommandError("only one of NAME or selector can be provided")
    everywhere = arguments.on("all-namespaces")
    place = "" if everywhere else f"/namespaces/{session.namespace}"
    items = _fetch(session, arguments, f"{ROOT}{place}/pods", name)
    if not items:
        _tell_why_empty(session, arguments)
    rows = [row for item in _sorted(arguments, items) for row in _pod_rows(arguments, item)]
    heading = ["NAMESPACE"] * everywhere + ["POD"] * arguments.on("containers")
    _print(session, arguments, [*heading, "NAME", "CPU(cores)", "MEMORY(bytes)"], rows)


def top_node(session: Session, arguments: Arguments) -> None:
    """Show what nodes use, and which part of what they have."""
    name = _name(arguments, "node [NAME | -l label]")
    if name and arguments.text("selector"):
        raise CommandError("only one of NAME or --selector can be provided")
    items = _fetch(session, arguments, f"{ROOT}/nodes", name)
    if not items:
        raise CommandError("metrics not available yet")
    resource = resource_for("nodes")
    nodes = [session.get(resource, name)] if name else session.list(resource, "", labels=arguments.text("selector"))
    field = "capacity" if arguments.on("show-capacity") else "allocatable"
    has = {node["metadata"]["name"]: node.get("status", {}).get(field) or {} for node in nodes}
    rows = [_node_row(item, has.pop(item["metadata"]["name"], {})) for item in _sorted(arguments, items)]
    rows += [[missing, *["<unknown>"] * 4] for missing in has]
    _print(session, arguments, ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], rows)


def _name(arguments: Arguments, usage: str) -> str:
    if len(arguments.positional) > 1:
        raise CommandError(f"{usage}\nSee '{arguments.path} -h' for help and examples")
    if arguments.text("sort-by") not in {"", "cpu", "memory"}:
        raise CommandError("--sort-by accepts only cpu or memory")
    return arguments.positional[0] if arguments.positional else ""


def _fetch(session: Session, arguments: Arguments, path: str, name: str) -> "list[Json]":
    """Return metrics. Raises CommandError where nobody serves them."""
    asked = {"labelSelector": arguments.text("selector"), "fieldSelector": arguments.text("field-selector")}
    query = {key: value for key, value in asked.items() if value}
    try:
        answer = session.send("GET", f"{path}/{name}" if name else path, query=query)
    except ServerError as error:
        if error.status:
            raise
        raise CommandError("Metrics API not available") from error
    return [answer] if name else list(answer.get("items") or [])


def _tell_why_empty(session: Session, arguments: Arguments) -> None:
    """Say that there are no pods; raises CommandError where there are, but nothing is known of them."""
    everywhere = arguments.on("all-namespaces")
    place = "" if everywhere else session.namespace
    chosen = {"labels": arguments.text("selector"), "fields": arguments.text("field-selector")}
    pods = session.list(resource_for("pods"), place, **chosen)
    for pod in pods:
        age = session.now - (since_epoch(pod["metadata"]["creationTimestamp"]) or session.now)
        if age > CREATION_DELAY:
            where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            raise CommandError(f"Metrics not available for pod {where}, age: {_go(age)}")
    if pods:
        raise CommandError("metrics not available yet")
    session.warn("No resources found" + ("" if everywhere else f" in {session.namespace} namespace."))


def _go(seconds: float) -> str:
    """Return a duration as Go prints it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}h{minutes}m{rest:g}s" if hours else f"{minutes}m{rest:g}s"


def _sorted(arguments: Arguments, items: Sequence[Json]) -> "list[Json]":
    """Sort by name, or the largest first."""
    by = arguments.text("sort-by")
    named = sorted(items, key=lambda item: (item["metadata"].get("namespace") or "", item["metadata"]["name"]))
    return sorted(named, key=lambda item: -_sum(_usages(item), by)) if by else named


def _usages(item: Json) -> "list[Usage]":
    return [item["usage"]] if "usage" in item else [each["usage"] for each in item["containers"]]


def _sum(usages: Sequence[Usage], resource: str) -> int:
    return sum(quantity.parse(each[resource]).scaled(-9) for each in usages)


def _amounts(usages: Sequence[Usage]) -> list[str]:
    cpu = -(-_sum(usages, "cpu") // 10**6)
    memory = sum(quantity.value(each["memory"]) for each in usages)
    return [f"{cpu}m", f"{memory // MIB}Mi"]


def _pod_rows(arguments: Arguments, item: Json) -> "list[list[str]]":
    head = [item["metadata"].get("namespace") or ""] * arguments.on("all-namespaces")
    name = item["metadata"]["name"]
    if not arguments.on("containers"):
        return [[*head, name, *_amounts(_usages(item))]]
    by = arguments.text("sort-by")
    containers = sorted(item["containers"], key=lambda each: each["name"])
    if by:
        containers.sort(key=lambda each: -_sum([each["usage"]], by))
    return [[*head, name, each["name"], *_amounts([each["usage"]])] for each in containers]


def _node_row(item: Json, has: Usage) -> list[str]:
    cpu, memory = _amounts([item["usage"]])
    parts = []
    for resource in ("cpu", "memory"):
        all_of_it = quantity.parse(has[resource]).milli() if resource in has else 0
        used = quantity.parse(item["usage"][resource]).milli()
        parts.append(f"{used * 100 // all_of_it}%" if all_of_it else "0%" if resource in has else "")
    return [item["metadata"]["name"], cpu, parts[0], memory, parts[1]]


def _print(session: Session, arguments: Arguments, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    lines = [list(row) for row in rows] if arguments.on("no-headers") else [list(headings), *map(list, rows)]
    for line in aligned([[*line, ""] for line in lines]):
        session.say(line)
