"""kubectl logs. Source: k8s.io/kubectl/pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go.

None is followed.
"""

from typing import Any

from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.pod_choice import pods_of
from playground.kube.kubectl.session import Json, Session, url
from playground.kube.kubectl.targets import Choice, Target, select

USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command"
)
DEFAULT = "kubectl.kubernetes.io/default-container"
SELECTED_TAIL = 10  # lines of each pod that a selector finds, unless --tail says otherwise


def logs(session: Session, arguments: Arguments) -> None:
    """Print what containers have written."""
    words, selector = arguments.positional, arguments.text("selector")
    _check(arguments)
    if selector:
        targets = select(session, ["pods"], Choice(selector=selector))
        if not targets:
            session.warn(f"No resources found in {session.namespace} namespace.")
    else:
        targets = [select(session, [words[0]] if "/" in words[0] else ["pods", words[0]], Choice())[0]]
    container = words[1] if len(words) == 2 else arguments.text("container")
    query = _query(arguments, selected=bool(selector))
    for target in targets:
        for pod in _pods(session, target, all_of_them=arguments.on("all-pods")):
            _pod(session, pod, container, query, arguments)


def _check(arguments: Arguments) -> None:
    """Refuse what cannot be meant; raises CommandError."""
    words, container = arguments.positional, arguments.text("container")
    if (not words and not arguments.text("selector")) or len(words) > 2:
        raise _usage(arguments, USAGE)
    if words and arguments.text("selector"):
        raise _usage(arguments, "only a selector (-l) or a POD name is allowed")
    if arguments.text("since-time") and arguments.number("since"):
        raise CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if arguments.on("all-containers") and (container or len(words) == 2):
        told = f"--all-containers=true should not be specified with container name {container or words[1]}"
        raise CommandError(told)
    if "container" in arguments.changed and len(words) == 2:
        raise CommandError("only one of -c or an inline [CONTAINER] arg is allowed")
    if arguments.number("limit-bytes") < 0:
        raise CommandError("--limit-bytes must be greater than 0")
    if arguments.number("since") < 0:
        raise CommandError("--since must be greater than 0")
    if arguments.number("tail") < -1:
        raise CommandError("--tail must be greater than or equal to -1")


def _usage(arguments: Arguments, complaint: str) -> CommandError:
    return CommandError(f"{complaint}\nSee '{arguments.path} -h' for help and examples")


def _query(arguments: Arguments, *, selected: bool) -> dict[str, str]:
    """Return what is asked of the server, but for the container."""
    query = {name: "true" for name in ("previous", "timestamps") if arguments.on(name)}
    tail = arguments.number("tail")
    if selected and tail == -1 and "tail" not in arguments.changed:
        tail = SELECTED_TAIL
    if tail != -1:
        query["tailLines"] = str(tail)
    if arguments.number("limit-bytes"):
        query["limitBytes"] = str(arguments.number("limit-bytes"))
    if arguments.number("since"):
        query["sinceSeconds"] = str(round(arguments.number("since") / 1e9))
    if arguments.text("since-time"):
        query["sinceTime"] = arguments.text("since-time")
    return query


def _pod(session: Session, target: Target, asked: str, query: dict[str, str], arguments: Arguments) -> None:
    """Print the logs of one pod."""
    pod = _fetch(session, target)
    spec = pod["spec"]
    names = [item["name"] for item in (*(spec.get("initContainers") or []), *spec["containers"])]
    if arguments.on("all-containers"):
        chosen = names
    else:
        chosen = [asked or _default(session, pod, names, quiet=arguments.on("all-pods"))]
    if chosen[0] not in names:
        told = f"container {chosen[0]} is not valid for pod {target.name} out of: {_all_names(spec)}"
        raise CommandError(told)
    for name in chosen:
        path = url(target.resource, target.namespace, target.name, "log")
        try:
            text = session.read(path, {"container": name, **query})
        except ServerError as error:
            if not arguments.on("ignore-errors"):
                raise
            session.say(f"error: {error}")
            continue
        prefixed = arguments.on("prefix") or arguments.on("all-pods")
        lines = text.splitlines(keepends=True)
        session.output.append("".join(f"[pod/{target.name}/{name}] {line}" for line in lines) if prefixed else text)


def _fetch(session: Session, target: Target) -> Json:
    try:
        pod = target.fetch(session)
    except ServerError as error:
        if error.reason != "NotFound":
            raise
        told = f'error from server (NotFound): {error} in namespace "{session.namespace}"'
        raise CommandError(told) from error
    return pod


def _pods(session: Session, target: Target, *, all_of_them: bool) -> list[Target]:
    """Return the pod itself, or that pod of a workload that is meant."""
    if target.resource.kind == "Pod":
        return [target]
    found = pods_of(session, _fetch(session, target))
    if len(found) > 1 and not all_of_them:
        session.warn(f"Found {len(found)} pods, using pod/{found[0].name}")
    return found if all_of_them else found[:1]


def _default(session: Session, pod: Json, names: list[str], *, quiet: bool) -> str:
    """Return the container that is meant when none is named."""
    marked: str = (pod["metadata"].get("annotations") or {}).get(DEFAULT) or ""
    if marked and marked in names:
        return marked
    if marked:
        session.warn(f'Default container name "{marked}" not found in pod {pod["metadata"]["name"]}')
    first: str = pod["spec"]["containers"][0]["name"]
    if len(names) > 1 and not quiet:
        session.warn(f'Defaulted container "{first}" out of: {_all_names(pod["spec"])}')
    return first


def _all_names(spec: dict[str, Any]) -> str:
    """Return all containers of a pod, those that are not main ones marked."""
    inits = [f"{item['name']} (init)" for item in spec.get("initContainers") or []]
    return ", ".join([*(item["name"] for item in spec["containers"]), *inits])
