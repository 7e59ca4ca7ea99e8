"""kubectl create ingress. Source: k8s.io/kubectl/pkg/cmd/create/create_ingress.go."""

import re
from collections.abc import Sequence
from typing import Final

from playground.kube.kubectl.commands.create_kinds import obj_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session

RULE: Final = re.compile(
    r"^(?P<host>[\w\*\-\.]*)(?P<path>/.*)=(?P<service>[\w\-]+):(?P<port>[\w\-]+)(,(?P<istls>tls)=?(?P<secret>[\w\-]+)?)?"
)
TOO_LITTLE: Final = (
    "not enough information provided: every ingress has to either specify a default-backend (which catches all "
    "traffic) or a list of rules (which catch specific paths)"
)


def ingress(session: Session, arguments: Arguments, name: str) -> Json:
    """An Ingress of rules such as `shop.example/cart*=web:80,tls=cert`."""
    del session
    rules, notes, fallback = arguments.items("rule"), arguments.items("annotation"), arguments.text("default-backend")
    _check(rules, notes, fallback)
    spec: Json = {"ingressClassName": arguments.text("class")} if arguments.text("class") else {}
    if fallback:
        spec["defaultBackend"] = _backend(fallback)
    if rules:
        spec["rules"] = _rules(rules)
    tls = _tls(rules)
    if tls:
        spec["tls"] = tls
    made = obj_of("networking.k8s.io/v1", "Ingress", name, spec=spec)
    if notes:
        made["metadata"]["annotations"] = dict(note.split("=", 1) for note in notes)
    return made


def _check(rules: Sequence[str], notes: Sequence[str], fallback: str) -> None:
    if not rules and not fallback:
        raise CommandError(TOO_LITTLE)
    for rule in rules:
        if not RULE.match(rule):
            told = "is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            raise CommandError(f"rule {rule} {told}")
    for note in notes:
        if "=" not in note:
            raise CommandError(f"annotation {note} is invalid and should be in format key=[value]")
    if fallback and fallback.count(":") != 1:
        raise CommandError("default-backend should be in format servicename:serviceport")


def _rules(rules: Sequence[str]) -> list[Json]:
    hosts: dict[str, list[Json]] = {}
    for rule in rules:
        host, _, rest = rule.partition(",")[0].partition("/")
        path, service = rest.split("=")[:2]
        prefix = path.endswith("*")
        entry = {"path": f"/{path.removesuffix('*')}", "pathType": "Prefix" if prefix else "Exact"}
        hosts.setdefault(host, []).append(entry | {"backend": _backend(service)})
    return [({"host": host} if host else {}) | {"http": {"paths": paths}} for host, paths in hosts.items()]


def _tls(rules: Sequence[str]) -> list[Json]:
    """Hosts of one secret stand together, each once."""
    made: list[Json] = []
    seen: set[str] = set()
    for rule in rules:
        parts = rule.split(",")
        host, secret = rule.partition("/")[0], parts[1].partition("=")[2] if len(parts) == 2 else ""
        if len(parts) != 2 or host in seen:
            continue
        seen.add(host)
        same = next((entry for entry in made if entry.get("secretName", "") == secret), None)
        if same is not None:
            same.setdefault("hosts", []).append(host)
        elif host or secret:
            made.append(({"hosts": [host]} if host else {}) | ({"secretName": secret} if secret else {}))
    return made


def _backend(pair: str) -> Json:
    name, port = pair.split(":")[:2]
    return {"service": {"name": name, "port": {"number": int(port)} if port.isdigit() else {"name": port}}}
