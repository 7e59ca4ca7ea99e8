"""kubectl rollout: status, history, undo, restart, pause, resume. Source: k8s.io/kubectl/pkg/cmd/rollout.

What a rollout says of itself is in rollout_status. The simulated cluster stands still while a command runs.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from playground.kube.kubectl.commands.rollout_status import status_of
from playground.kube.kubectl.errors import CommandError, KubectlError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import aligned, done, dry_run
from playground.kube.kubectl.session import JSON_PATCH, STRATEGIC, Json, Session, write_query
from playground.kube.kubectl.targets import Target, choice_of, each, resource_for, select

REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
HASH = "pod-template-hash"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
RESTARTABLE = frozenset({"Deployment", "DaemonSet", "StatefulSet"})


def _targets(session: Session, arguments: Arguments) -> list[Target]:
    if not arguments.positional and not arguments.items("filename"):
        raise CommandError("required resource not specified")
    return select(session, arguments.positional, choice_of(arguments, bare_means_all=True))


def status(session: Session, arguments: Arguments) -> None:
    """Tell how far a rollout is; one that is not done yet would be waited for."""
    revision = arguments.number("revision")
    if revision < 0:
        raise CommandError(f"revision must be a positive integer: {revision}")
    targets = _targets(session, arguments)
    if not targets:
        session.warn(f"No resources found in {session.namespace} namespace.")

    def one(target: Target) -> None:
        text, finished = status_of(target.resource, target.fetch(session), revision)
        session.output.append(text)
        if not finished and arguments.on("watch"):
            raise CommandError("timed out waiting for the condition")

    each(targets, one)


def restart(session: Session, arguments: Arguments) -> None:
    """Make all pods anew, by writing the time into the template."""
    failures: list[KubectlError] = []
    stamp = datetime.fromtimestamp(session.now, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    targets = _targets(session, arguments)
    if not targets:
        session.warn(f"No resources found in {session.namespace} namespace.")
    for target in targets:
        try:
            obj = target.fetch(session)
            if target.resource.kind not in RESTARTABLE:
                raise CommandError(f'error: {target.resource.qualified} "{target.name}" restarting is not supported')
            if obj["spec"].get("paused"):
                why = "can't restart paused deployment (run rollout resume first)"
                raise CommandError(f'error: {target.resource.qualified} "{target.name}" {why}')
            body = {"spec": {"template": {"metadata": {"annotations": {RESTARTED: stamp}}}}}
            done(session, arguments, _patch(session, target, obj, body), "restarted")
        except KubectlError as failure:
            failures.append(failure)
    raise_all(failures)


def _patch(session: Session, target: Target, obj: Json, body: Json) -> Json:
    return session.patch(target.resource, obj, body, STRATEGIC, query=write_query("kubectl-rollout"))


def pauser(*, paused: bool) -> Callable[[Session, Arguments], None]:
    """Return the command that pauses or resumes a Deployment."""
    word = "paused" if paused else "resumed"

    def command(session: Session, arguments: Arguments) -> None:
        def one(target: Target) -> None:
            obj = target.fetch(session)
            name = f'error: {target.resource.qualified} "{target.name}"'
            if target.resource.kind != "Deployment":
                raise CommandError(f"{name} {'pausing' if paused else 'resuming'} is not supported")
            if bool(obj["spec"].get("paused")) == paused:
                raise CommandError(f"{name} is {'already' if paused else 'not'} paused")
            done(session, arguments, _patch(session, target, obj, {"spec": {"paused": paused or None}}), word)

        each(_targets(session, arguments), one)

    return command


def history(session: Session, arguments: Arguments) -> None:
    """List the revisions there are, with why each was made."""

    def one(target: Target) -> None:
        obj = target.fetch(session)
        if target.resource.kind != "Deployment":
            raise CommandError(f'no history viewer has been implemented for "{target.resource.kind}"')
        rows = [["REVISION", "CHANGE-CAUSE"]]
        for number, replica_set in sorted(_revisions(session, obj).items()):
            annotations = replica_set["metadata"].get("annotations") or {}
            rows.append([str(number), annotations.get(CHANGE_CAUSE) or "<none>"])
        text = "\n".join(aligned(rows, gap=2, narrowest=0)) + "\n" if len(rows) > 1 else "No rollout history found."
        done(session, arguments, obj, f"\n{text}")

    each(_targets(session, arguments), one)


def _revisions(session: Session, deployment: Json) -> dict[int, Json]:
    """Return the ReplicaSets of a Deployment by revision."""
    uid, found = deployment["metadata"]["uid"], {}
    for item in session.list(resource_for("replicasets"), deployment["metadata"]["namespace"]):
        owners = item["metadata"].get("ownerReferences") or []
        number = (item["metadata"].get("annotations") or {}).get(REVISION)
        if number and any(owner.get("uid") == uid and owner.get("controller") for owner in owners):
            found[int(number)] = item
    return found


def undo(session: Session, arguments: Arguments) -> None:
    """Put an earlier revision's template back."""
    wanted = arguments.number("to-revision")

    def one(target: Target) -> None:
        obj = target.fetch(session)
        if target.resource.kind != "Deployment":
            raise CommandError(f'no rollbacker has been implemented for "{target.resource.kind}"')
        number, chosen = _earlier(_revisions(session, obj), wanted)
        if obj["spec"].get("paused"):
            raise CommandError(
                "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
            )
        template = _without_hash(chosen["spec"]["template"])
        if template == _without_hash(obj["spec"]["template"]):
            done(session, arguments, obj, f"skipped rollback (current template already matches revision {number})")
            return
        query = write_query(dry_run=dry_run(arguments) == "server")
        body = [{"op": "replace", "path": "/spec/template", "value": template}]
        session.patch(target.resource, obj, body, JSON_PATCH, query=query)
        done(session, arguments, obj, "rolled back")

    each(_targets(session, arguments), one)


def _earlier(revisions: dict[int, Json], wanted: int) -> tuple[int, Json]:
    if wanted > 0 or wanted < 0:
        if wanted not in revisions:
            raise CommandError(f"unable to find specified revision {wanted} in history")
        return wanted, revisions[wanted]
    if len(revisions) < 2:
        raise CommandError("no rollout history found for deployment")
    number = sorted(revisions)[-2]
    return number, revisions[number]


def _without_hash(template: Json) -> Json:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}
