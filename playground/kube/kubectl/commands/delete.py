"""kubectl delete. Source: k8s.io/kubectl/pkg/cmd/delete/delete.go.

It waits until what it deletes is gone, where time can pass while a command runs.
"""

from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import dry_run, dry_run_suffix
from playground.kube.kubectl.session import Json, Session, url
from playground.kube.kubectl.targets import Target, choice_of, each, select
from playground.kube.kubectl.waiting import until

PATIENCE = 300.0  # seconds after which a person breaks off; the real one waits a week
CASCADES = {
    "background": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
    "true": "Background",
    "false": "Orphan",
}
AT_ONCE = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely."
)


def delete(session: Session, arguments: Arguments) -> None:
    """Delete what the words, flags or files choose."""
    grace, tried = _grace(arguments), dry_run(arguments)
    cascade = CASCADES.get(arguments.text("cascade") or "background")
    if cascade is None:
        chosen = arguments.text("cascade")
        raise CommandError(f'invalid cascade value ({chosen}). Must be "background", "foreground", or "orphan"')
    targets = select(session, arguments.positional, choice_of(arguments))
    _check(session, arguments, grace)
    lenient = arguments.on("ignore-not-found") or any(
        arguments.on(name) for name in ("all", "selector", "field-selector")
    )
    body: Json = {"propagationPolicy": cascade} | ({"gracePeriodSeconds": grace} if grace >= 0 else {})
    if tried == "server":
        body["dryRun"] = ["All"]

    going: list[tuple[Target, str]] = []

    def one(target: Target) -> None:
        try:
            if tried != "client":
                answer = session.send("DELETE", url(target.resource, target.namespace, target.name), body)
                going.append((target, _uid(answer)))
        except ServerError as error:
            if lenient and error.reason == "NotFound":
                return
            if target.source:
                raise ServerError(error.status, f'deleting "{target.source}"') from error
            raise
        _tell(session, arguments, target, grace)

    each(targets, one)
    if not targets:
        session.say("No resources found")
    if arguments.on("wait") and tried == "none" and session.sleep is not None:
        _wait(session, going, arguments.number("timeout") / 1e9 or PATIENCE)


def _uid(answer: Json) -> str:
    """Return the uid of what was deleted: the server answers with the object, or with a Status that tells of it."""
    return str((answer.get("details") or answer.get("metadata") or {}).get("uid") or "")


def _wait(session: Session, going: list[tuple[Target, str]], seconds: float) -> None:
    """Wait until all are gone, or are others of the same name. Raises CommandError."""
    left = seconds
    for target, uid in going:
        left = until(session, left, lambda target=target, uid=uid: _is_gone(session, target, uid))  # type: ignore[misc]
        if left < 0:
            raise CommandError(f"timed out waiting for the condition on {target.resource.plural}/{target.name}")


def _is_gone(session: Session, target: Target, uid: str) -> bool:
    try:
        found = session.get(target.resource, target.name, target.namespace)
    except ServerError as error:
        if error.reason == "NotFound":
            return True
        raise
    return bool(uid) and found["metadata"].get("uid") != uid


def _grace(arguments: Arguments) -> int:
    grace, force = arguments.number("grace-period"), arguments.on("force")
    if arguments.on("now"):
        if grace != -1:
            raise CommandError("--now and --grace-period cannot be specified together")
        grace = 1
    if grace == 0 and not force:
        # Zero alone is too easily an accident: it takes --force.
        return 1
    return 0 if force and grace < 0 else grace


def _check(session: Session, arguments: Arguments, grace: int) -> None:
    output = arguments.text("output")
    if output not in {"", "name"}:
        raise CommandError(f"unexpected -o output mode: {output}. We only support '-o name'")
    for flag in ("selector", "field-selector"):
        if arguments.on("all") and arguments.text(flag):
            raise CommandError(f"cannot set --all and --{flag} at the same time")
    if arguments.on("force") and grace == 0:
        session.warn(f"Warning: {AT_ONCE}")
    elif arguments.on("force"):
        raise CommandError("--force and --grace-period greater than 0 cannot be specified together")


def _tell(session: Session, arguments: Arguments, target: Target, grace: int) -> None:
    resource = target.resource
    kind = f"{resource.kind.lower()}.{resource.group}" if resource.group else resource.kind.lower()
    if arguments.text("output") == "name":
        session.say(f"{kind}/{target.name}")
        return
    place = f" from {target.namespace} namespace" if resource.namespaced else ""
    how = "force deleted" if grace == 0 else "deleted"
    session.say(f'{kind} "{target.name}" {how}{place}{dry_run_suffix(arguments)}')
