"""kubectl patch, scale, autoscale and edit. Source: k8s.io/kubectl/pkg/cmd/{patch,scale,autoscale,edit}."""

import json
import re

import yaml

from playground.kube import quantity
from playground.kube.kubectl import files
from playground.kube.kubectl.commands.create_kinds import obj_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import JSON_PATCH, MERGE, STRATEGIC, Json, Session, url, write_query
from playground.kube.kubectl.targets import Target, choice_of, each, resource_for, select

TYPES = {"json": JSON_PATCH, "merge": MERGE, "strategic": STRATEGIC}
SCALABLE = "scale"


def patch(session: Session, arguments: Arguments) -> None:
    """Send a patch as it was written; YAML is made JSON first."""
    given, path = arguments.text("patch"), arguments.text("patch-file")
    if given and path:
        raise CommandError("cannot specify --patch and --patch-file together")
    if not given and not path:
        raise CommandError("must specify --patch or --patch-file containing the contents of the patch")
    kind = (arguments.text("type") or "strategic").lower()
    if kind not in TYPES:
        raise CommandError(f'--type must be one of [json merge strategic], not "{arguments.text("type")}"')
    check_format(arguments)
    body = _json(files.text(session, path) if path else given)
    part = arguments.text("subresource")

    def one(target: Target) -> None:
        before = target.fetch(session)
        if dry_run(arguments) == "client":
            raise CommandError("a patch that is tried by the client is not part of this simulation")
        query = write_query("kubectl-patch", dry_run=dry_run(arguments) == "server")
        place = url(target.resource, target.namespace, target.name, part)
        after = session.send("PATCH", place, body, query=query, content_type=TYPES[kind])
        done(session, arguments, after, "patched" if after != before else "patched (no change)")

    each(select(session, arguments.positional, choice_of(arguments)), one)


def _json(text: str) -> bytes:
    """What begins as JSON goes as it is, mistakes and all; anything else is YAML."""
    if text.lstrip().startswith(("{", "[")):
        return text.encode()
    try:
        return json.dumps(yaml.safe_load(text)).encode()
    except yaml.YAMLError as error:
        raise CommandError(f'unable to parse "{text}": {error}') from error


def scale(session: Session, arguments: Arguments) -> None:
    """Set the number of replicas."""
    replicas, current = arguments.number("replicas"), arguments.number("current-replicas")
    if replicas < 0:
        raise CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if current < -1:
        raise CommandError("The --current-replicas must specify an integer of -1 or greater")
    check_format(arguments)
    choice = choice_of(arguments, bare_means_all=arguments.on("all"))
    targets = select(session, arguments.positional, choice)
    if not targets:
        raise CommandError("no objects passed to scale")

    def one(target: Target) -> None:
        obj = target.fetch(session)
        if SCALABLE not in target.resource.subresources:
            raise CommandError("could not find the requested resource")
        size = (obj.get("spec") or {}).get("replicas")
        if current not in {-1, size}:
            raise CommandError(f"Expected replicas to be {current}, was {size}")
        if dry_run(arguments) != "client":
            query = write_query(dry_run=dry_run(arguments) == "server")
            path = url(target.resource, target.namespace, target.name, SCALABLE)
            session.send("PATCH", path, {"spec": {"replicas": replicas}}, query=query, content_type=MERGE)
        obj = {**obj, "spec": {**obj["spec"], "replicas": replicas}}
        done(session, arguments, obj, "scaled")

    each(targets, one)


def autoscale(session: Session, arguments: Arguments) -> None:
    """Make a HorizontalPodAutoscaler."""
    most, least = arguments.number("max"), arguments.number("min")
    if most < 1:
        raise CommandError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise CommandError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    if arguments.number("cpu-percent") > 0 and arguments.text("cpu"):
        raise CommandError("--cpu-percent and --cpu are mutually exclusive")
    metrics = [_metric(name, arguments.text(name)) for name in ("cpu", "memory") if arguments.text(name)]
    check_format(arguments)

    def one(target: Target) -> None:
        target.fetch(session)
        if SCALABLE not in target.resource.subresources:
            raise CommandError(
                f"cannot autoscale a {target.resource.kind}: the server could not find the requested resource"
            )
        made = _autoscaler(arguments, target, metrics)
        if dry_run(arguments) != "client":
            dry = dry_run(arguments) == "server"
            made = session.create(resource_for("hpa"), made, manager="kubectl-autoscale", dry_run=dry, check="")
        done(session, arguments, made, "autoscaled")

    each(select(session, arguments.positional, choice_of(arguments)), one)


def _metric(name: str, given: str) -> Json:
    """Return what is aimed at: "70%" of what is requested, or an amount; bare numbers are milliCPU and MiB."""
    text = given.strip()
    if text.endswith("%"):
        if not text[:-1].isdecimal():
            raise CommandError(f"invalid percentage value: {text[:-1]}")
        goal: Json = {"type": "Utilization", "averageUtilization": int(text[:-1])}
    else:
        amount = f"{float(text):g}{'m' if name == 'cpu' else 'Mi'}" if re.fullmatch(r"[0-9.]+", text) else text
        try:
            goal = {"type": "AverageValue", "averageValue": str(quantity.parse(amount))}
        except ValueError as error:
            raise CommandError(f"invalid resource {name} value: {given}") from error
    return {"type": "Resource", "resource": {"name": name, "target": goal}}


def _autoscaler(arguments: Arguments, target: Target, metrics: list[Json]) -> Json:
    reference = {"kind": target.resource.kind, "name": target.name, "apiVersion": target.resource.api_version}
    spec: Json = {"scaleTargetRef": reference, "maxReplicas": arguments.number("max")}
    if arguments.number("min") > 0:
        spec["minReplicas"] = arguments.number("min")
    percent = arguments.number("cpu-percent")
    if percent >= 0:
        goal = {"type": "Utilization", "averageUtilization": percent}
        metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": goal}}, *metrics]
    if metrics:
        spec["metrics"] = metrics
    name = arguments.text("name") or target.name
    return obj_of("autoscaling/v2", "HorizontalPodAutoscaler", name, spec=spec)


def edit(session: Session, arguments: Arguments) -> None:
    """Fetch what would be edited. There is no editor here, so nothing can change."""
    each(
        select(session, arguments.positional, choice_of(arguments, bare_means_all=True)),
        lambda target: _fetch(session, target),
    )
    session.warn("Edit cancelled, no changes made.")


def _fetch(session: Session, target: Target) -> None:
    target.fetch(session)
