"""kubectl wait. Source: k8s.io/kubectl/pkg/cmd/wait. Where no time can pass, what is not so now times out."""

from collections.abc import Callable, Mapping
from typing import Any

from playground.kube.kubectl import jsonpath
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import done
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import Target, choice_of, each, select
from playground.kube.kubectl.waiting import until

DEFAULT = 30.0  # seconds
WEEK = 7 * 86400.0  # what a --timeout below zero means
PATIENCE = 3600.0  # seconds after which a person breaks off
FORM = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 "
    "or --for=jsonpath='{.status.readyReplicas}'"
)


def wait(session: Session, arguments: Arguments) -> None:
    """Wait until objects meet the conditions; one that does not in time is an error."""
    conditions = arguments.items("for")
    _check(conditions)
    words = {condition.lower() for condition in conditions}
    left = _timeout(arguments)
    if "create" in words:
        left = until(session, left, lambda: _exist(session, arguments))
        if left < 0:
            raise CommandError("timed out waiting for the condition")
    targets = select(session, arguments.positional, choice_of(arguments))
    if not targets and "delete" not in words:
        raise CommandError("no matching resources found")

    def one(target: Target) -> None:
        nonlocal left
        left = _one(session, arguments, target, conditions, left)

    each(targets, one)


def _timeout(arguments: Arguments) -> float:
    if "timeout" not in arguments.changed:
        return DEFAULT
    seconds = arguments.number("timeout") / 1e9
    return min(WEEK if seconds < 0 else seconds, PATIENCE)


def _exist(session: Session, arguments: Arguments) -> bool:
    try:
        targets = select(session, arguments.positional, choice_of(arguments))
        return bool([target.fetch(session) for target in targets])
    except ServerError as error:
        if error.reason != "NotFound":
            raise
        return False


def _one(session: Session, arguments: Arguments, target: Target, conditions: list[str], left: float) -> float:
    """Wait for one object; answer the seconds that are left."""
    first = _fetch(session, target) if deleting(conditions) else target.fetch(session)
    if first is None:
        return left
    again = Target(target.resource, target.namespace, target.name)
    for condition in conditions:
        test = _test(condition)
        found: list[Json | None] = [first]

        def is_so(found: list[Json | None] = found, test: Callable[[Json | None], bool] = test) -> bool:
            if test(found[0]):
                return True
            found[0] = _fetch(session, again)
            return test(found[0])

        left = until(session, left, is_so)
        if left < 0:
            raise CommandError(f"timed out waiting for the condition on {target.resource.plural}/{target.name}")
        done(session, arguments, found[0] or first, "condition met")
    return left


def deleting(conditions: list[str]) -> bool:
    """Tell whether it is waited for a deletion."""
    return any(condition.lower() == "delete" for condition in conditions)


def _fetch(session: Session, target: Target) -> Json | None:
    try:
        return target.fetch(session)
    except ServerError as error:
        if error.reason != "NotFound":
            raise
        return None


def _check(conditions: list[str]) -> None:
    for condition in conditions:
        if condition.lower() not in {"delete", "create"} and not condition.startswith(("condition=", "jsonpath=")):
            raise CommandError(f'unrecognized condition: "{condition}"')
        if condition.startswith("jsonpath="):
            _jsonpath(condition)
    if not conditions:
        raise CommandError("unrecognized condition: []")


def _jsonpath(condition: str) -> tuple[str, str | None]:
    """Return the expression and the value it must have, None for any."""
    given = condition.removeprefix("jsonpath=")
    expression, equals, wanted = _split(given)
    template = jsonpath.relaxed(expression.strip("'\""))
    jsonpath.parse(template)
    wanted = wanted.strip("'\"")
    if equals and not wanted:
        told = "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        raise CommandError(told)
    return template, wanted if equals else None


def _split(given: str) -> tuple[str, str, str]:
    """Split at the `=` after the expression, past those within its filters."""
    if not given:
        raise CommandError(FORM)
    end = given.rfind("}")
    if end < 0:
        return given.partition("=")
    rest = given[end + 1 :].lstrip("'\"")
    return given[: end + 1], rest[:1], rest[1:]


def _test(condition: str) -> Callable[[Json | None], bool]:
    """Return what tells whether an object, None when it is gone, meets a condition. It raises NotFound's words."""
    if condition.lower() == "delete":
        return lambda obj: obj is None
    if condition.lower() == "create":
        return lambda obj: obj is not None
    if condition.startswith("jsonpath="):
        template, wanted = _jsonpath(condition)
        return lambda obj: _finds(_there(obj), template, wanted)
    name, _, state = condition.removeprefix("condition=").partition("=")
    return lambda obj: _has(_there(obj), name, state or "true")


def _there(obj: Json | None) -> Json:
    if obj is None:
        raise CommandError("the object was deleted while it was waited for")
    return obj


def _finds(obj: Json, template: str, wanted: str | None) -> bool:
    found = jsonpath.values(template, obj)
    if len(found) > 1:
        raise CommandError("given jsonpath expression matches more than one value")
    if not found or wanted is None:
        return bool(found)
    if isinstance(found[0], Mapping | list):
        raise CommandError("jsonpath leads to a nested object or list which is not supported")
    return jsonpath.shown(found[0]).strip() == wanted.strip()


def _has(obj: Json, name: str, wanted: str) -> bool:
    status: Mapping[str, Any] = obj.get("status") or {}
    for item in status.get("conditions") or []:
        if item.get("type", "").lower() == name.lower():
            observed = item.get("observedGeneration", status.get("observedGeneration"))
            if observed is not None and observed < obj["metadata"].get("generation", 0):
                return False
            return bool(item.get("status", "").lower() == wanted.lower())
    return False
