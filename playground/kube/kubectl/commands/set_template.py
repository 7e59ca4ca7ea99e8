"""kubectl set env and kubectl set resources. Source: k8s.io/kubectl/pkg/cmd/set/set_{env,resources}.go.

Variables come of literals only: --from and --list are not simulated.
"""

import re
from collections.abc import Callable, Sequence

from playground.kube import quantity
from playground.kube.apiserver.validation import names
from playground.kube.kubectl.commands.set_image import LISTS, pod_spec, wrapped
from playground.kube.kubectl.errors import CommandError, KubectlError, ServerError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import STRATEGIC, Json, Session, write_query
from playground.kube.kubectl.targets import Target, choice_of, select

IS_ENV = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_.-]*=")
Change = Callable[[Json], Json]


class NoContainer(CommandError):
    """No container has the name asked for."""


def set_env(session: Session, arguments: Arguments) -> None:
    """Set and take away variables of containers."""
    if arguments.on("all") and arguments.text("selector"):
        raise CommandError("cannot set --all and --selector at the same time")
    resources, words = _split(arguments.positional)
    check_format(arguments)
    if not resources and not arguments.items("filename"):
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if arguments.items("keys") and not arguments.text("from"):
        raise CommandError("when specifying --keys, a configmap or secret must be provided with --from")
    if arguments.text("from") or arguments.on("list"):
        raise CommandError("set env --from and --list are not part of this simulation")
    new, removed = _variables([*arguments.items("env"), *words], arguments.text("prefix"))

    def change(container: Json) -> Json:
        old = {item["name"]: item for item in container.get("env") or []}
        for name, value in new.items():
            before = old.get(name, {}).get("value", "")
            if name in old and before != value and not arguments.on("overwrite"):
                raise CommandError(f"'{name}' already has a value ({before}), and --overwrite is false")
        env: list[Json] = [
            {"name": name, "value": value} | ({"valueFrom": None} if "valueFrom" in old.get(name, {}) else {})
            for name, value in new.items()
            if name not in old or old[name].get("value", "") != value or "valueFrom" in old[name]
        ]
        env += [{"name": name, "$patch": "delete"} for name in removed if name in old]
        return {"env": env} if env else {}

    _update(session, arguments, resources, change, "env updated", "failed to patch env update to pod template: ")


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    resources: list[str] = []
    variables: list[str] = []
    for word in words:
        if IS_ENV.match(word) or word.endswith("-"):
            variables.append(word)
        elif variables:
            raise CommandError(f"all resources must be specified before environment changes: {' '.join(words)}")
        else:
            resources.append(word)
    return resources, variables


def _variables(words: Sequence[str], prefix: str) -> tuple[dict[str, str], list[str]]:
    new: dict[str, str] = {}
    removed: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            if not word.endswith("-"):
                raise CommandError(f"unknown environment variable: {word}")
            removed.append(word[:-1])
            continue
        complaints = names.is_env_var_name(key)
        if complaints:
            raise CommandError(f'"{key}" is not a valid key name: {";".join(complaints)}')
        new[key] = value
    if any(name in new for name in removed):
        raise CommandError("can not both modify and remove the same environment variable in the same command")
    return {prefix + name: value for name, value in new.items()}, removed


def set_resources(session: Session, arguments: Arguments) -> None:
    """Set what containers ask for, and may use."""
    check_format(arguments)
    targets = select(session, arguments.positional, choice_of(arguments))
    for target in targets:
        target.fetch(session)
    if arguments.on("all") and arguments.text("selector"):
        raise CommandError("cannot set --all and --selector at the same time")
    if not arguments.text("limits") and not arguments.text("requests"):
        raise CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    asked = {name: _quantities(arguments.text(name)) for name in ("limits", "requests") if arguments.text(name)}

    def change(container: Json) -> Json:
        old = container.get("resources") or {}
        same = all((old.get(name) or {}).get(key) == value for name in asked for key, value in asked[name].items())
        return {} if same else {"resources": asked}

    said = "failed to patch resources update to pod template "
    _update(
        session, arguments, arguments.positional, change, "resource requirements updated", said, missing_is_error=True
    )


def _quantities(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.split(","):
        parts = pair.split("=")
        if len(parts) != 2:
            raise CommandError(f"invalid argument syntax {pair}, expected <resource>=<value>")
        try:
            found[parts[0]] = str(quantity.parse(parts[1]))
        except ValueError as error:
            raise CommandError(str(error)) from error
    return found


def _update(
    session: Session,
    arguments: Arguments,
    words: Sequence[str],
    change: Change,
    said: str,
    failed: str,
    *,
    missing_is_error: bool = False,
) -> None:
    """Change the chosen containers of each object; an object with nothing to change is passed over."""
    wanted = arguments.text("containers") or "*"
    chosen = re.compile(".*".join(re.escape(part) for part in wanted.split("*")))
    objects = [(target, target.fetch(session)) for target in select(session, words, choice_of(arguments))]
    failures: list[KubectlError] = []
    for target, obj in objects:
        try:
            body = _body(obj, chosen, wanted, change)
            if body:
                done(session, arguments, _patched(session, arguments, target, obj, body), said)
        except ServerError as error:
            failures.append(CommandError(f"{failed}{error}"))
        except NoContainer as error:
            if missing_is_error:
                failures.append(error)
            else:
                told = f'{obj["kind"]}/{target.name} does not have any containers matching "{wanted}"'
                session.warn(f"Warning: {told}")
        except CommandError as error:
            failures.append(error)
    raise_all(failures)


def _patched(session: Session, arguments: Arguments, target: Target, obj: Json, body: Json) -> Json:
    if dry_run(arguments) == "client":
        return obj
    query = write_query("kubectl-set", dry_run=dry_run(arguments) == "server")
    return session.patch(target.resource, obj, wrapped(obj, body), STRATEGIC, query=query)


def _body(obj: Json, chosen: re.Pattern[str], wanted: str, change: Change) -> Json:
    pod, body = pod_spec(obj), {}
    picked = {kind: [item for item in pod.get(kind) or [] if chosen.fullmatch(item["name"])] for kind in LISTS}
    if not any(picked.values()):
        raise NoContainer(f"error: unable to find container named {wanted}")
    for kind, containers in picked.items():
        changes = [{"name": item["name"], **changed} for item in containers if (changed := change(item))]
        if changes:
            body[kind] = changes
    return body
