"""kubectl apply and kubectl replace. Source: k8s.io/kubectl/pkg/cmd/apply/apply.go, pkg/cmd/replace/replace.go."""

import json

from playground.kube import threeway
from playground.kube.kubectl.commands.create_files import field_validation, posted
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import done, dry_run
from playground.kube.kubectl.session import APPLY, STRATEGIC, Json, Session, url, write_query
from playground.kube.kubectl.targets import Choice, Target, each, select

MANAGER = "kubectl-client-side-apply"


def apply(session: Session, arguments: Arguments) -> None:
    """Create what is not there; change what is to what the files say."""
    if arguments.positional:
        told = " ".join(arguments.positional)
        raise CommandError(f"Unexpected args: [{told}]\nSee 'kubectl apply -h' for help and examples")
    if not arguments.items("filename"):
        raise CommandError("must specify one of -f and -k")
    targets = select(session, (), Choice(filenames=tuple(arguments.items("filename"))))
    if not targets:
        raise CommandError("no objects passed to apply")
    one = _server_side if arguments.on("server-side") else _client_side
    each(targets, lambda target: one(session, arguments, target))


def _server_side(session: Session, arguments: Arguments, target: Target) -> None:
    query = write_query(
        arguments.text("field-manager") or "kubectl",
        dry_run=dry_run(arguments) == "server",
        check=field_validation(arguments),
    )
    query["force"] = str(arguments.on("force-conflicts")).lower()
    path = url(target.resource, target.namespace, target.name)
    body = json.dumps(target.given).encode()
    done(session, arguments, session.send("PATCH", path, body, query=query, content_type=APPLY), "serverside-applied")


def _client_side(session: Session, arguments: Arguments, target: Target) -> None:
    manifest: Json = target.given or {}
    query = write_query(MANAGER, dry_run=dry_run(arguments) == "server", check=field_validation(arguments))
    live = _live(session, target)
    if dry_run(arguments) == "client":
        done(session, arguments, live or manifest, "configured" if live else "created")
        return
    if live is None:
        done(session, arguments, posted(session, target, threeway.annotated(manifest), query, "creating"), "created")
        return
    body = threeway.patch(manifest, live)
    try:
        changed = session.patch(target.resource, live, body, STRATEGIC, query=query)
    except ServerError as error:
        path = target.source
        raise ServerError(error.status, f'applying patch:\n{json.dumps(body)}\nto:\n{path}\nfor: "{path}"') from error
    same = changed["metadata"].get("resourceVersion") == live["metadata"].get("resourceVersion")
    done(session, arguments, changed, "unchanged" if same else "configured")


def _live(session: Session, target: Target) -> Json | None:
    try:
        return session.get(target.resource, target.name, target.namespace)
    except ServerError as error:
        if error.reason == "NotFound":
            return None
        raise ServerError(
            error.status, f'retrieving current configuration of:\nfrom server for: "{target.source}"'
        ) from error


def replace(session: Session, arguments: Arguments) -> None:
    """Put what the files say in the place of what is there."""
    if not arguments.items("filename"):
        raise CommandError("must specify --filename to replace")
    if arguments.number("grace-period") >= 0 and not arguments.on("force"):
        raise CommandError("--grace-period must have --force specified")
    query = write_query("kubectl-replace", dry_run=dry_run(arguments) == "server", check=field_validation(arguments))

    def one(target: Target) -> None:
        obj: Json = target.given or {}
        try:
            if not obj["metadata"].get("resourceVersion"):
                live = session.get(target.resource, target.name, target.namespace)
                obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": live["metadata"]["resourceVersion"]}}
            if dry_run(arguments) != "client":
                path = url(target.resource, target.namespace, target.name)
                obj = session.send("PUT", path, obj, query=query)
        except ServerError as error:
            raise ServerError(error.status, f'replacing "{target.source}"') from error
        done(session, arguments, obj, "replaced")

    each(select(session, (), Choice(filenames=tuple(arguments.items("filename")))), one)
