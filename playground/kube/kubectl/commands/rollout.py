"""kubectl rollout: status, history, undo, restart, pause, resume. Source: k8s.io/kubectl/pkg/cmd/rollout.

What a rollout says of itself is in rollout_status, how it is waited for in rollout_waiting, its revisions are in
rollout_revisions.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from playground.kube.kubectl.commands.rollout_revisions import as_it_was, revisions_of, roll_back
from playground.kube.kubectl.commands.rollout_waiting import follow
from playground.kube.kubectl.commands.template_text import template_text
from playground.kube.kubectl.errors import CommandError, KubectlError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import aligned, check_format, done, dry_run
from playground.kube.kubectl.session import STRATEGIC, Json, Session, write_query
from playground.kube.kubectl.targets import Target, choice_of, each, select

CHANGE_CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
RESTARTABLE = frozenset({"Deployment", "DaemonSet", "StatefulSet"})


def _targets(session: Session, arguments: Arguments) -> list[Target]:
    if not arguments.positional and not arguments.items("filename"):
        raise CommandError("required resource not specified")
    return select(session, arguments.positional, choice_of(arguments, bare_means_all=True))


def status(session: Session, arguments: Arguments) -> None:
    """Tell how far a rollout is, until it is done."""
    revision = arguments.number("revision")
    if revision < 0:
        raise CommandError(f"revision must be a positive integer: {revision}")
    targets = _targets(session, arguments)
    if not targets:
        session.warn(f"No resources found in {session.namespace} namespace.")
    each(targets, lambda target: follow(session, arguments, target))


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
    """List the revisions there are, with why each was made; -o json and yaml print what each one was."""
    wanted = arguments.number("revision")
    if wanted < 0:
        raise CommandError(f"revision must be a positive integer: {wanted}")
    targets = _targets(session, arguments)
    each(targets, lambda target: _history(session, arguments, target, wanted))


def _history(session: Session, arguments: Arguments, target: Target, wanted: int) -> None:
    obj = target.fetch(session)
    found = revisions_of(session, target.resource.kind, obj)
    if found is None:
        raise CommandError(f'no history viewer has been implemented for "{target.resource.kind}"')
    if wanted and wanted not in found:
        raise CommandError("unable to find the specified revision")
    if check_format(arguments):
        for number in [wanted] if wanted else sorted(found):
            done(session, arguments, as_it_was(obj, found[number]), "")
        return
    if wanted:
        text = template_text(_template(obj, found[wanted]))
        done(session, arguments, obj, f"with revision #{wanted}\n{text}")
        return
    rows = [["REVISION", "CHANGE-CAUSE"]]
    for number, revision in sorted(found.items()):
        annotations = revision["metadata"].get("annotations") or {}
        rows.append([str(number), annotations.get(CHANGE_CAUSE) or "<none>"])
    text = "\n".join(aligned(rows, gap=2, narrowest=0)) + "\n" if len(rows) > 1 else "No rollout history found."
    done(session, arguments, obj, f"\n{text}")


def _template(obj: Json, revision: Json) -> Json:
    """A revision's template; that of a ReplicaSet tells why it was made, too."""
    template: Json = as_it_was(obj, revision)["spec"]["template"]
    cause = (revision["metadata"].get("annotations") or {}).get(CHANGE_CAUSE)
    if "data" in revision or not cause:
        return template
    metadata = template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: cause}
    return {**template, "metadata": {**metadata, "annotations": annotations}}


def undo(session: Session, arguments: Arguments) -> None:
    """Put an earlier revision's template back."""
    wanted = arguments.number("to-revision")

    def one(target: Target) -> None:
        obj = target.fetch(session)
        dry = dry_run(arguments) == "server"
        done(session, arguments, obj, roll_back(session, target, obj, wanted, dry=dry))

    each(_targets(session, arguments), one)
