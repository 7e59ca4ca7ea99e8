"""kubectl create -f. Source: k8s.io/kubectl/pkg/cmd/create/create.go."""

from playground.kube import threeway
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import done, dry_run
from playground.kube.kubectl.session import Json, Session, url, write_query
from playground.kube.kubectl.targets import Choice, Target, each, select

CHECKS = {"true": "Strict", "strict": "Strict", "warn": "Warn", "false": "Ignore", "ignore": "Ignore"}


def create(session: Session, arguments: Arguments) -> None:
    """Create what the files say, one after the other."""
    if arguments.positional:
        told = " ".join(arguments.positional)
        raise CommandError(f"Unexpected args: [{told}]\nSee 'kubectl create -h' for help and examples")
    if not arguments.items("filename"):
        raise CommandError("must specify one of -f and -k")
    check = field_validation(arguments)
    targets = select(session, (), Choice(filenames=tuple(arguments.items("filename"))))
    if not targets:
        raise CommandError("no objects passed to create")

    def make(target: Target) -> None:
        obj: Json = target.given or {}
        if arguments.on("save-config"):
            obj = threeway.annotated(obj)
        if dry_run(arguments) != "client":
            query = write_query("kubectl-create", dry_run=dry_run(arguments) == "server", check=check)
            obj = posted(session, target, obj, query, "creating")
        done(session, arguments, obj, "created")

    each(targets, make)


def field_validation(arguments: Arguments) -> str:
    """What --validate asks of unknown fields. Raises CommandError."""
    chosen = arguments.text("validate") or "strict"
    if chosen not in CHECKS:
        raise CommandError(
            f'invalid - validate option "{chosen}"; must be one of: strict (or true), warn, ignore (or false)'
        )
    return CHECKS[chosen]


def posted(session: Session, target: Target, obj: Json, query: Json, doing: str) -> Json:
    """Create an object of a file; a refusal names the file."""
    try:
        return session.send("POST", url(target.resource, target.namespace), obj, query=query)
    except ServerError as error:
        raise ServerError(error.status, f'{doing} "{target.source}"') from error
