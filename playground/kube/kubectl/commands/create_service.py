"""kubectl create service and kubectl expose. Source: pkg/cmd/create/create_service.go, pkg/cmd/expose/expose.go."""

from collections.abc import Callable

from playground.kube.apiserver.validation import names
from playground.kube.apiserver.validation.go_numbers import atoi
from playground.kube.kubectl.commands.create_kinds import obj_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import Target, choice_of, each, resource_for, select

EXPOSABLE = frozenset({"ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet"})
MAX_NAME = 63


def service_of(kind: str) -> Callable[[Session, Arguments, str], Json]:
    """Return how `create service KIND` makes a Service."""

    def make(session: Session, arguments: Arguments, name: str) -> Json:
        del session
        ports = [port for given in arguments.items("tcp") for port in given.split(",")]
        headless = arguments.text("clusterip") == "None"
        if not headless and not ports and kind != "ExternalName":
            raise CommandError("at least one tcp port specifier must be provided")
        spec: Json = {"type": kind, "selector": {"app": name}}
        if ports:
            spec["ports"] = [_port(port, arguments) for port in ports]
        if arguments.text("clusterip"):
            spec["clusterIP"] = arguments.text("clusterip")
        if kind == "ExternalName":
            spec["externalName"] = arguments.text("external-name")
            if names.is_dns1123_subdomain(spec["externalName"]):
                raise CommandError(f"invalid service external name {spec['externalName']}")
        made = obj_of("v1", "Service", name, spec=spec)
        made["metadata"]["labels"] = {"app": name}
        return made

    return make


def _port(pair: str, arguments: Arguments) -> Json:
    """Read `80` or `80:8080` or `80:http`."""
    left, colon, right = pair.partition(":")
    port = _number(left)
    target: int | str = port
    if colon:
        target = int(right) if right.isdigit() else right
        complaints = names.is_port_number(target) if isinstance(target, int) else names.is_port_name(target)
        if complaints:
            raise CommandError(",".join(complaints))
    made: Json = {"name": pair.replace(":", "-"), "port": port, "targetPort": target, "protocol": "TCP"}
    if arguments.values.get("node-port"):
        made["nodePort"] = arguments.number("node-port")
    return made


def _number(word: str) -> int:
    if not word.isdigit():
        raise CommandError(f'strconv.ParseUint: parsing "{word}": invalid syntax')
    number = int(word)
    if number > names.MAX_PORT:
        raise CommandError(f'strconv.ParseUint: parsing "{word}": value out of range')
    return number


def expose(session: Session, arguments: Arguments) -> None:
    """Make a Service of what a workload, pod or service selects."""
    check_format(arguments)
    tried = dry_run(arguments)

    def one(target: Target) -> None:
        obj = target.fetch(session)
        if target.resource.kind not in EXPOSABLE:
            group = f".{target.resource.group}" if target.resource.group else ""
            raise CommandError(f"cannot expose a {target.resource.kind}{group}")
        made = _service(arguments, target.name, obj)
        if tried != "client":
            made = session.create(
                resource_for("services"), made, manager="kubectl-expose", dry_run=tried == "server", check=""
            )
        done(session, arguments, made, "exposed")

    each(select(session, arguments.positional, choice_of(arguments)), one)


def _service(arguments: Arguments, name: str, obj: Json) -> Json:
    headless = arguments.text("cluster-ip") == "None"
    ports = [arguments.text("port")] if arguments.text("port") else _container_ports(obj)
    if not ports and not headless:
        raise CommandError("couldn't find port via --port flag or introspection")
    spec: Json = {"selector": _selector(arguments, obj)}
    numbers = [number for given in ports for number in given.split(",")]
    if numbers:
        spec["ports"] = [
            _exposed(index, number, arguments, len(numbers)) for index, number in enumerate(numbers, start=1)
        ]
    for flag, field in (("type", "type"), ("cluster-ip", "clusterIP"), ("session-affinity", "sessionAffinity")):
        if arguments.text(flag):
            spec[field] = arguments.text(flag)
    made = obj_of("v1", "Service", arguments.text("name") or name[:MAX_NAME], spec=spec)
    labels = _pairs(arguments.text("labels")) or obj["metadata"].get("labels")
    if labels:
        made["metadata"]["labels"] = labels
    return made


def _exposed(index: int, number: str, arguments: Arguments, total: int) -> Json:
    try:
        port = atoi(number)
    except ValueError as error:
        raise CommandError(str(error)) from error
    target = arguments.text("target-port")
    made: Json = {"port": port, "protocol": arguments.text("protocol") or "TCP", "targetPort": port}
    if target:
        made["targetPort"] = int(target) if target.isdigit() else target
    return made | ({"name": f"port-{index}"} if total > 1 else {})


def _container_ports(obj: Json) -> list[str]:
    spec = obj["spec"]
    if obj["kind"] == "Service":
        return [str(port["port"]) for port in spec.get("ports") or []]
    pod = spec if obj["kind"] == "Pod" else spec["template"]["spec"]
    return [str(port["containerPort"]) for item in pod["containers"] for port in item.get("ports") or []]


def _selector(arguments: Arguments, obj: Json) -> Json:
    if arguments.text("selector"):
        return _pairs(arguments.text("selector"))
    spec, failed = obj["spec"], "couldn't retrieve selectors via --selector flag or introspection: "
    if obj["kind"] == "Pod":
        labels: Json = obj["metadata"].get("labels") or {}
        if not labels:
            raise CommandError(f"{failed}the pod has no labels and cannot be exposed")
        return labels
    selector: Json = spec.get("selector") or {}
    if obj["kind"] in {"Service", "ReplicationController"}:
        if not selector:
            raise CommandError(f"{failed}the service has no pod selector set")
        return selector
    if selector.get("matchExpressions"):
        raise CommandError(
            f"{failed}couldn't convert expressions - {selector['matchExpressions']} to map-based selector format"
        )
    matched: Json = selector.get("matchLabels") or {}
    return matched


def _pairs(text: str) -> Json:
    """Read `a=b,c=d`. Raises CommandError."""
    pairs: Json = {}
    for item in filter(None, text.split(",")):
        key, equals, value = item.partition("=")
        if not equals:
            raise CommandError(f"unexpected label spec: {item}")
        pairs[key] = value
    return pairs
