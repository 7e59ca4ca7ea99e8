"""kubectl wait. Source: k8s.io/kubectl/pkg/cmd/wait. The cluster stands still: what is not so now, times out."""

from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import done
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import Target, choice_of, each, select


def wait(session: Session, arguments: Arguments) -> None:
    """Tell which objects meet the condition; one that does not is an error."""
    conditions = arguments.items("for")
    _check(conditions)
    deleting = any(condition.lower() == "delete" for condition in conditions)
    targets = select(session, arguments.positional, choice_of(arguments))
    if not targets and not deleting:
        raise CommandError("no matching resources found")

    def one(target: Target) -> None:
        try:
            obj = target.fetch(session)
        except ServerError as error:
            if error.reason == "NotFound" and deleting:
                return
            raise
        for condition in conditions:
            if not _met(obj, condition):
                why = f"timed out waiting for the condition on {target.resource.plural}/{target.name}"
                raise CommandError(why)
            done(session, arguments, obj, "condition met")

    each(targets, one)


def _check(conditions: list[str]) -> None:
    for condition in conditions:
        if condition.lower() not in {"delete", "create"} and not condition.startswith(("condition=", "jsonpath=")):
            raise CommandError(f'unrecognized condition: "{condition}"')
        if condition.startswith("jsonpath="):
            raise CommandError("waiting for a jsonpath is not part of this simulation")
    if not conditions:
        raise CommandError("unrecognized condition: []")


def _met(obj: Json, condition: str) -> bool:
    if condition.lower() in {"delete", "create"}:
        return condition.lower() == "create"
    name, _, wanted = condition.removeprefix("condition=").partition("=")
    for item in (obj.get("status") or {}).get("conditions") or []:
        if item.get("type", "").lower() == name.lower():
            observed = item.get("observedGeneration", (obj.get("status") or {}).get("observedGeneration"))
            if observed is not None and observed < obj["metadata"].get("generation", 0):
                return False
            return bool(item.get("status", "").lower() == (wanted or "true").lower())
    return False
