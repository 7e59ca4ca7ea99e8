"""kubectl label and kubectl annotate. Source: k8s.io/kubectl/pkg/cmd/{label/label,annotate/annotate}.go."""

from collections.abc import Mapping, Sequence

from playground.kube.apiserver.validation import names
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import MERGE, Json, Session, write_query
from playground.kube.kubectl.targets import Target, choice_of, each, select

CHANGE_CAUSE = "kubernetes.io/change-cause"


def split_pairs(words: Sequence[str], what: str) -> tuple[list[str], list[str]]:
    """Split `pod web a=b c-` into what names resources and what changes them."""
    resources: list[str] = []
    pairs: list[str] = []
    for word in words:
        if ("=" in word and not word.startswith("=")) or (word.endswith("-") and word != "-"):
            pairs.append(word)
        elif pairs:
            raise CommandError(f"all resources must be specified before {what} changes: {word}")
        else:
            resources.append(word)
    return resources, pairs


def _check(arguments: Arguments, resources: Sequence[str], changes: Sequence[object], what: str) -> None:
    for flag in ("selector", "field-selector"):
        if arguments.on("all") and arguments.text(flag):
            raise CommandError(f"cannot set --all and --{flag} at the same time")
    if not resources and not arguments.items("filename"):
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not changes and not arguments.on("list"):
        raise CommandError(f"at least one {what} update is required")


def label(session: Session, arguments: Arguments) -> None:
    """Set and take away labels."""
    resources, pairs = split_pairs(arguments.positional, "label")
    new, removed = _parse_labels(pairs)
    _check(arguments, resources, pairs, "label")
    check_format(arguments)

    def one(target: Target) -> None:
        obj = target.fetch(session)
        old: Json = dict(obj["metadata"].get("labels") or {})
        if arguments.on("list"):
            _list(session, old)
            return
        for key in removed:
            if key not in old and dry_run(arguments) != "client":
                session.say(f'label "{key}" not found.')
        clashes = [key for key in new if key in old and old[key] != new[key]]
        if clashes and not arguments.on("overwrite"):
            told = [f"'{key}' already has a value ({old[key]}), and --overwrite is false" for key in clashes]
            raise CommandError(told[0] if len(told) == 1 else f"[{', '.join(told)}]")
        added = {key: value for key, value in new.items() if old.get(key) != value}
        gone = [key for key in removed if key in old]
        change: Json = {**added, **dict.fromkeys(gone)}
        if change:
            obj = _patched(session, arguments, target, obj, {"labels": change}, "kubectl-label")
        done(session, arguments, obj, _said(added, gone))

    each(select(session, resources, choice_of(arguments)), one)


def _said(added: Mapping[str, str], gone: Sequence[str]) -> str:
    if added and gone:
        return "modified"
    return "labeled" if added else "unlabeled" if gone else "not labeled"


def _parse_labels(pairs: Sequence[str]) -> tuple[Json, list[str]]:
    new: Json = {}
    removed: list[str] = []
    for pair in pairs:
        if "=" not in pair:
            removed.append(pair[:-1])
            continue
        key, value, *more = pair.split("=")
        if more:
            raise CommandError(f"invalid label spec: {pair}")
        complaints = names.is_label_value(value)
        if complaints:
            raise CommandError(f'invalid label value: "{pair}": {";".join(complaints)}')
        new[key] = value
    if any(key in new for key in removed):
        raise CommandError("can not both modify and remove a label in the same command")
    return new, removed


def _patched(session: Session, arguments: Arguments, target: Target, obj: Json, metadata: Json, manager: str) -> Json:
    if dry_run(arguments) == "client":
        return obj
    query = write_query(manager, dry_run=dry_run(arguments) == "server")
    return session.patch(target.resource, obj, {"metadata": metadata}, MERGE, query=query)


def _list(session: Session, pairs: Mapping[str, str]) -> None:
    for key, value in pairs.items():
        session.say(f"{key}={value}")


def annotate(session: Session, arguments: Arguments) -> None:
    """Set and take away annotations."""
    resources, pairs = split_pairs(arguments.positional, "annotation")
    new = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    removed = [pair[:-1] for pair in pairs if "=" not in pair]
    _check(arguments, resources, pairs, "annotation")
    both = [key for key in removed if key in new]
    if both:
        told = ", ".join(both)
        raise CommandError(f"can not both modify and remove the following annotation(s) in the same command: {told}")
    check_format(arguments)

    def one(target: Target) -> None:
        obj = target.fetch(session)
        old: Json = dict(obj["metadata"].get("annotations") or {})
        if arguments.on("list"):
            _list(session, old)
            return
        clashes = [key for key in new if key != CHANGE_CAUSE and key in old and old[key] != new[key]]
        if clashes and not arguments.on("overwrite"):
            told = "; ".join(f"'{key}' already has a value ({old[key]})" for key in clashes)
            raise CommandError(f"--overwrite is false but found the following declared annotation(s): {told}")
        change: Json = {**new, **dict.fromkeys(key for key in removed if key in old)}
        obj = _patched(session, arguments, target, obj, {"annotations": change} if change else {}, "kubectl-annotate")
        done(session, arguments, obj, "annotated")

    each(select(session, resources, choice_of(arguments)), one)
