"""kubectl cordon, uncordon, drain and taint. Source: k8s.io/kubectl/pkg/cmd/{drain,taint}, pkg/drain."""

from collections.abc import Callable, Sequence

from playground.kube.apiserver.validation import names
from playground.kube.apiserver.validation.tolerations import EFFECTS
from playground.kube.kubectl.commands import draining
from playground.kube.kubectl.errors import CommandError, KubectlError, ServerError, Several, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import STRATEGIC, Json, Session, url, write_query
from playground.kube.kubectl.targets import Choice, Target, choice_of, resource_for, select

FINISHED = frozenset({"Succeeded", "Failed"})
MIRROR = "kubernetes.io/config.mirror"
DAEMON_SET_FATAL = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
LOCAL_FATAL = "Pods with local storage (use --delete-emptydir-data to override)"
UNMANAGED_FATAL = "Pods that declare no controller (use --force to override)"


def _nodes(session: Session, arguments: Arguments) -> list[tuple[Target, Json]]:
    selector = arguments.text("selector")
    if not arguments.positional and not selector:
        usage = f"USAGE: {arguments.path.removeprefix('kubectl ')} NODE [flags]"
        raise CommandError(f"{usage}\nSee '{arguments.path} -h' for help and examples")
    if arguments.positional and selector:
        told = "error: cannot specify both a node name and a --selector option"
        raise CommandError(f"{told}\nSee '{arguments.path} -h' for help and examples")
    chosen = select(
        session,
        ["nodes", *(name.removeprefix("node/").removeprefix("nodes/") for name in arguments.positional)],
        Choice(selector=selector),
    )
    return [(target, target.fetch(session)) for target in chosen]


def cordoner(*, on: bool) -> Callable[[Session, Arguments], None]:
    """Return the command that closes nodes to new pods, or opens them again."""

    def command(session: Session, arguments: Arguments) -> None:
        check_format(arguments)
        for target, node in _nodes(session, arguments):
            _cordon(session, arguments, target, node, on=on)

    return command


def _cordon(session: Session, arguments: Arguments, target: Target, node: Json, *, on: bool) -> None:
    word = "cordoned" if on else "uncordoned"
    if bool(node["spec"].get("unschedulable")) == on:
        done(session, arguments, node, f"already {word}")
        return
    if dry_run(arguments) != "client":
        query = write_query(dry_run=dry_run(arguments) == "server")
        session.patch(target.resource, node, {"spec": {"unschedulable": on or None}}, STRATEGIC, query=query)
    done(session, arguments, node, word)


def drain(session: Session, arguments: Arguments) -> None:
    """Cordon nodes and evict their pods."""
    check_format(arguments)
    nodes = _nodes(session, arguments)
    for target, node in nodes:
        _cordon(session, arguments, target, node, on=True)
    failures: list[tuple[str, KubectlError]] = []
    for target, node in nodes:
        try:
            _empty(session, arguments, target.name)
            done(session, arguments, node, "drained")
        except KubectlError as failure:
            told = failure.inner() if isinstance(failure, ServerError) else _listed(failure)
            session.warn(f'error: unable to drain node "{target.name}" due to error: {told}, continuing command...')
            failures.append((target.name, failure))
    if failures:
        session.warn("There are pending nodes to be drained:")
        for name, _ in failures:
            session.warn(f" {name}")
        raise Several([one for _, failure in failures for one in _single(failure)])


def _single(failure: KubectlError) -> Sequence[KubectlError]:
    return failure.failures if isinstance(failure, Several) else [failure]


def _listed(failure: KubectlError) -> str:
    if isinstance(failure, Several):
        return "[" + ", ".join(str(one) for one in failure.failures) + "]"
    return str(failure)


def _empty(session: Session, arguments: Arguments, node: str) -> None:
    pods = session.list(resource_for("pods"), "", fields=f"spec.nodeName={node}")
    going: list[Json] = []
    kept: dict[str, list[str]] = {}
    refused: dict[str, list[str]] = {}
    for pod in pods:
        fatal, warning, delete = _verdict(session, arguments, pod)
        where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        if fatal:
            refused.setdefault(fatal, []).append(where)
        elif delete:
            going.append(pod)
        if warning and not fatal:
            kept.setdefault(warning, []).append(where)
    if refused:
        raise_all([CommandError(f"cannot delete {why}: {', '.join(which)}") for why, which in refused.items()])
    if kept:
        session.warn("Warning: " + "; ".join(f"{why}: {', '.join(which)}" for why, which in kept.items()))
    if session.sleep is None or dry_run(arguments) in {"client", "server"}:
        for pod in going:
            _evict(session, arguments, pod)
        return
    try:
        draining.evict_all(session, arguments, going, session.sleep)
    except KubectlError as failure:
        _tell_pending(session, node, failure)
        raise


def _tell_pending(session: Session, node: str, failure: KubectlError) -> None:
    pods = session.list(resource_for("pods"), "", fields=f"spec.nodeName={node}")
    told = str(failure) if not isinstance(failure, Several) else _listed(failure)
    session.warn(f'There are pending pods in node "{node}" when an error occurred: {told}')
    for pod in pods:
        session.warn(f"pod/{pod['metadata']['name']}")


def _verdict(session: Session, arguments: Arguments, pod: Json) -> tuple[str, str, bool]:
    """Return why a pod cannot go, what to warn of, and whether it goes: the filters of pkg/drain/filters.go.

    Of several filters that let a pod go only the last one's warning is told, as the real one does.
    """
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        return "", "", False
    if (pod.get("status") or {}).get("phase") in FINISHED:
        return "", "", True
    force = arguments.on("force")
    owner = next((item for item in pod["metadata"].get("ownerReferences") or [] if item.get("controller")), None)
    if owner is not None and owner["kind"] == "DaemonSet":
        try:
            session.get(resource_for("daemonsets"), owner["name"], pod["metadata"]["namespace"])
        except ServerError as error:
            if not force or error.reason != "NotFound":
                return str(error), "", False
        else:
            kept = arguments.on("ignore-daemonsets")
            return ("", "ignoring DaemonSet-managed Pods", False) if kept else (DAEMON_SET_FATAL, "", False)
    local = any("emptyDir" in volume for volume in pod["spec"].get("volumes") or [])
    if local and not arguments.on("delete-emptydir-data"):
        return LOCAL_FATAL, "", False
    if owner is None:
        return ("", "deleting Pods that declare no controller", True) if force else (UNMANAGED_FATAL, "", False)
    return "", "", True


def _evict(session: Session, arguments: Arguments, pod: Json) -> None:
    """Ask for one eviction. A budget that says no is not asked again: nothing moves while the command runs."""
    metadata, tried = pod["metadata"], dry_run(arguments)
    suffix = {"client": " (dry run)", "server": " (server dry run)"}.get(tried, "")
    session.say(f"evicting pod {metadata['namespace']}/{metadata['name']}{suffix}")
    if tried == "client":
        return
    place = {"name": metadata["name"], "namespace": metadata["namespace"]}
    options: Json = {"dryRun": ["All"]} if tried == "server" else {}
    if arguments.number("grace-period") >= 0:
        options["gracePeriodSeconds"] = arguments.number("grace-period")
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": place, "deleteOptions": options}
    where = f'pods/"{metadata["name"]}" -n "{metadata["namespace"]}"'
    try:
        session.send("POST", url(resource_for("pods"), metadata["namespace"], metadata["name"], "eviction"), body)
    except ServerError as error:
        if error.reason == "TooManyRequests":
            session.warn(f"error when evicting {where} (will retry after 5s): {error}")
            raise CommandError("global timeout reached: 0s") from error
        if error.reason != "NotFound":
            raise CommandError(f"error when evicting {where}: {error}") from error
    if _is_gone(session, pod):
        session.say(f"pod/{metadata['name']} evicted")


def _is_gone(session: Session, pod: Json) -> bool:
    metadata = pod["metadata"]
    try:
        found = session.get(resource_for("pods"), metadata["name"], metadata["namespace"])
    except ServerError as error:
        return error.reason == "NotFound"
    return bool(found["metadata"].get("uid") != metadata.get("uid"))


def taint(session: Session, arguments: Arguments) -> None:
    """Add and take away taints."""
    resources, specs = _split_taints(arguments.positional)
    if not resources:
        raise CommandError("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise CommandError("at least one taint update is required")
    try:
        added, removed = _parse_taints(specs)
    except CommandError as error:
        raise CommandError(f"{error}\nSee 'kubectl taint -h' for help and examples") from error
    if resource_for(resources[0]).kind != "Node":
        raise CommandError(f"invalid resource type {resources[0].lower()}, only node types are supported")
    choice = choice_of(arguments)
    words = ["nodes"] if choice.select_all or choice.selector else ["nodes", *resources[1:]]
    for target in select(session, words, choice):
        _taint(session, arguments, target, added, removed)


def _split_taints(words: Sequence[str]) -> tuple[list[str], list[str]]:
    resources: list[str] = []
    specs: list[str] = []
    for word in words:
        if "=" in word or ":" in word or word.endswith("-"):
            specs.append(word)
        elif specs:
            raise CommandError(f"all resources must be specified before taint changes: {word}")
        else:
            resources.append(word)
    return resources, specs


def _parse_taints(specs: Sequence[str]) -> tuple[list[Json], list[Json]]:
    added: list[Json] = []
    removed: list[Json] = []
    for spec in specs:
        made = _parse_taint(spec.removesuffix("-"))
        if spec.endswith("-"):
            removed.append(made)
            continue
        if not made["effect"]:
            raise CommandError(f"invalid taint spec: {spec}")
        if any((made["key"], made["effect"]) == (other["key"], other["effect"]) for other in added):
            told = f"{{{made['key']} {made['value']} {made['effect']} <nil>}}"
            raise CommandError(f"duplicated taints with the same key and effect: {told}")
        added.append(made)
    return added, removed


def _parse_taint(spec: str) -> Json:
    pair, colon, effect = spec.partition(":")
    key, value = pair, ""
    if colon:
        if effect.partition(":")[1]:
            raise CommandError(f"invalid taint spec: {spec}")
        if effect not in EFFECTS:
            raise CommandError(f"invalid taint effect: {effect}, unsupported taint effect")
        key, _, value = pair.partition("=")
        if "=" in value:
            raise CommandError(f"invalid taint spec: {spec}")
    complaints = names.is_label_value(value) or names.is_qualified_name(key)
    if complaints:
        raise CommandError(f"invalid taint spec: {spec}, {'; '.join(complaints)}")
    return {"key": key, "value": value, "effect": effect}


def _same(one: Json, other: Json) -> bool:
    return bool(one["key"] == other["key"] and (not one["effect"] or one["effect"] == other["effect"]))


def _taint(session: Session, arguments: Arguments, target: Target, added: list[Json], removed: list[Json]) -> None:
    node = target.fetch(session)
    old: list[Json] = node["spec"].get("taints") or []
    clashing = [new for new in added if any(_same(new, has) for has in old)]
    if clashing and not arguments.on("overwrite"):
        told = ",".join(f"{new['key']}:{new['effect']}" for new in clashing)
        raise CommandError(
            f"node {target.name} already has [{told}] taint(s) with same effect(s) and --overwrite is false"
        )
    missing = [gone for gone in removed if not any(_same(gone, has) for has in old)]
    if missing:
        raise_all([CommandError(_not_found(gone)) for gone in missing])
    made = [{key: value for key, value in new.items() if value} for new in added]
    kept = [has for has in old if not any(_same(new, has) for new in (*added, *removed))]
    taints = made + kept
    if dry_run(arguments) != "client":
        query = write_query("kubectl-taint", dry_run=dry_run(arguments) == "server", check="Strict")
        node = session.patch(target.resource, node, {"spec": {"taints": taints or None}}, STRATEGIC, query=query)
    done(
        session,
        arguments,
        node,
        "tainted" if added and not removed else "untainted" if removed and not added else "modified",
    )


def _not_found(gone: Json) -> str:
    return f'taint "{gone["key"]}{":" if gone["effect"] else ""}{gone["effect"]}" not found'
