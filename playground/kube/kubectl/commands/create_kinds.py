"""kubectl create deployment, job, cronjob, namespace, configmap, secret, quota and other kinds, each from flags.

Source: k8s.io/kubectl/pkg/cmd/create/create_<kind>.go. Services are in create_service.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence

from playground.kube import quantity, threeway
from playground.kube.apiserver.validation import names
from playground.kube.kubectl.commands.create_files import field_validation
from playground.kube.kubectl.errors import CommandError, ServerError
from playground.kube.kubectl.files import text
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import resource_for

Maker = Callable[[Session, Arguments, str], Json]


def creator(make: Maker, word: str, *, fails_plainly: bool = False) -> Callable[[Session, Arguments], None]:
    """Return the command that makes an object of flags and creates it.

    A refusal is told as "failed to create WORD: ...", but as it stands when `fails_plainly`.
    """

    def command(session: Session, arguments: Arguments) -> None:
        name = only_name(arguments)
        check_format(arguments)
        check, tried = field_validation(arguments), dry_run(arguments)
        obj = make(session, arguments, name)
        if arguments.on("save-config"):
            obj = threeway.annotated(obj)
        if tried != "client":
            obj = _create(session, obj, check, "" if fails_plainly else word, dry=tried == "server")
        done(session, arguments, obj, "created")

    return command


def _create(session: Session, obj: Json, check: str, word: str, *, dry: bool) -> Json:
    resource = resource_for(obj["kind"])
    try:
        return session.create(resource, obj, manager="kubectl-create", dry_run=dry, check=check)
    except ServerError as error:
        if not word:
            raise
        raise CommandError(f"failed to create {word}: {error}") from error


def only_name(arguments: Arguments) -> str:
    """Return the one NAME, before any `--`. Raises CommandError."""
    given = len(arguments.positional) if arguments.dash is None else arguments.dash
    if given != 1:
        help_ = f"See '{arguments.path} -h' for help and examples"
        raise CommandError(f"exactly one NAME is required, got {given}\n{help_}")
    return arguments.positional[0]


def obj_of(api_version: str, kind: str, name: str, **rest: object) -> Json:
    """Return an object with its head."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}


def namespace(session: Session, arguments: Arguments, name: str) -> Json:
    """A Namespace."""
    del session, arguments
    return obj_of("v1", "Namespace", name)


def service_account(session: Session, arguments: Arguments, name: str) -> Json:
    """A ServiceAccount."""
    del session, arguments
    return obj_of("v1", "ServiceAccount", name)


def deployment(session: Session, arguments: Arguments, name: str) -> Json:
    """A Deployment of one or more images; what follows the name is the command."""
    del session
    images = [image for given in arguments.items("image") for image in given.split(",")]
    command = arguments.positional[1:]
    if len(images) > 1 and command:
        raise CommandError("cannot specify multiple --image options and command")
    containers = _containers(images, command)
    if "port" in arguments.changed:
        containers[0]["ports"] = [{"containerPort": arguments.number("port")}]
    labels = {"app": name}
    spec = {
        "replicas": arguments.number("replicas"),
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    made = obj_of("apps/v1", "Deployment", name, spec=spec)
    made["metadata"]["labels"] = labels
    return made


def _containers(images: Sequence[str], command: Sequence[str]) -> list[Json]:
    made: list[Json] = []
    for image in images:
        base = re.split("[:@]", image.rpartition("/")[2])[0]
        # Underscores and the like cannot stand in a container's name.
        name = re.sub("[^-a-z0-9]+", "-", base.lower()).strip("-")
        made.append({"name": name, "image": image} | ({"command": list(command)} if command else {}))
    return made


def job(session: Session, arguments: Arguments, name: str) -> Json:
    """A Job of an image, or what a CronJob would make now."""
    image, source, command = arguments.text("image"), arguments.text("from"), arguments.positional[1:]
    if bool(image) == bool(source):
        raise CommandError("either --image or --from must be specified")
    if command and source:
        raise CommandError("cannot specify --from and command")
    if source:
        return _job_of_cron_job(session, source, name)
    container = {"name": name, "image": image} | ({"command": command} if command else {})
    pod = {"containers": [container], "restartPolicy": "Never"}
    return obj_of("batch/v1", "Job", name, spec={"template": {"spec": pod}})


def _job_of_cron_job(session: Session, source: str, name: str) -> Json:
    kind, _, cron_name = source.partition("/")
    resource = resource_for(kind)
    found = session.get(resource, cron_name)
    if resource.kind != "CronJob":
        raise CommandError(f"unknown object type *v1.{resource.kind}")
    template = found["spec"]["jobTemplate"]
    metadata = template.get("metadata") or {}
    made = obj_of("batch/v1", "Job", name, spec=template["spec"])
    annotations = {"cronjob.kubernetes.io/instantiate": "manual", **(metadata.get("annotations") or {})}
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": cron_name, "uid": found["metadata"]["uid"]}
    made["metadata"] |= {"annotations": annotations, "ownerReferences": [{**owner, "controller": True}]}
    if metadata.get("labels"):
        made["metadata"]["labels"] = metadata["labels"]
    return made


def cron_job(session: Session, arguments: Arguments, name: str) -> Json:
    """A CronJob of an image and a schedule."""
    del session
    command = arguments.positional[1:]
    container = {"name": name, "image": arguments.text("image")} | ({"command": command} if command else {})
    pod = {"containers": [container], "restartPolicy": arguments.text("restart") or "OnFailure"}
    template = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
    return obj_of("batch/v1", "CronJob", name, spec={"schedule": arguments.text("schedule"), "jobTemplate": template})


def config_map(session: Session, arguments: Arguments, name: str) -> Json:
    """A ConfigMap of literals and files."""

    def complain(key: str, pairs: Json) -> str:
        complaints = ",".join(names.is_config_key(key))
        if complaints:
            return f'"{key}" is not a valid key name for a ConfigMap: {complaints}'
        taken = f'cannot add key "{key}", another key by that name already exists in Data for ConfigMap "{name}"'
        return taken if key in pairs else ""

    return obj_of("v1", "ConfigMap", name) | _with_data(_key_values(session, arguments, complain))


def secret(session: Session, arguments: Arguments, name: str) -> Json:
    """An Opaque Secret of literals and files."""

    def complain(key: str, pairs: Json) -> str:
        complaints = ",".join(names.is_config_key(key))
        if complaints:
            return f'"{key}" is not valid key name for a Secret {complaints}'
        return f"cannot add key {key}, another key by that name already exists" if key in pairs else ""

    pairs = _key_values(session, arguments, complain)
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in pairs.items()}
    kind = {"type": arguments.text("type")} if arguments.text("type") else {}
    return obj_of("v1", "Secret", name) | _with_data(encoded) | kind


def _with_data(pairs: Json) -> Json:
    return {"data": pairs} if pairs else {}


def _key_values(session: Session, arguments: Arguments, complain: Callable[[str, Json], str]) -> Json:
    """Gather what the sources say; `complain` tells why a key cannot be added, or ""."""
    literals, paths, lists = (arguments.items(f"from-{name}") for name in ("literal", "file", "env-file"))
    if lists and (literals or paths):
        raise CommandError("from-env-file cannot be combined with from-file or from-literal")
    pairs: Json = {}
    for key, value in (*_of_files(session, paths), *_of_literals(literals), *_of_env_files(session, lists)):
        complaint = complain(key, pairs)
        if complaint:
            raise CommandError(complaint)
        pairs[key] = value
    return pairs


def _of_files(session: Session, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    for source in paths:
        key, equals, path = source.partition("=")
        path = path if equals else source
        yield key if equals else path.rpartition("/")[2], _content(session, path)


def _of_literals(literals: Sequence[str]) -> Iterator[tuple[str, str]]:
    for source in literals:
        key, equals, value = source.partition("=")
        if not equals or not key:
            raise CommandError(f"invalid literal source {source}, expected key=value")
        yield key, value


def _of_env_files(session: Session, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for line in _content(session, path).splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith("#"):
                yield key, value


def _content(session: Session, path: str) -> str:
    if path not in session.files:
        raise CommandError(f"error reading {path}: no such file or directory")
    return text(session, path)


def quota(session: Session, arguments: Arguments, name: str) -> Json:
    """A ResourceQuota of --hard pairs."""
    del session
    spec: Json = {}
    hard: Json = {}
    for pair in filter(None, arguments.text("hard").split(",")):
        parts = pair.split("=")
        if len(parts) != 2:
            raise CommandError(f"Invalid argument syntax {pair}, expected <resource>=<value>")
        try:
            hard[parts[0]] = str(quantity.parse(parts[1]))
        except ValueError as error:
            raise CommandError(str(error)) from error
    if hard:
        spec["hard"] = hard
    if arguments.text("scopes"):
        spec["scopes"] = arguments.text("scopes").split(",")
    return obj_of("v1", "ResourceQuota", name, spec=spec)


def budget(session: Session, arguments: Arguments, name: str) -> Json:
    """A PodDisruptionBudget."""
    del session
    least, most, selector = (arguments.text(flag) for flag in ("min-available", "max-unavailable", "selector"))
    if not selector:
        raise CommandError("a selector must be specified")
    if not least and not most:
        raise CommandError("one of min-available or max-unavailable must be specified")
    if least and most:
        raise CommandError("min-available and max-unavailable cannot be both specified")
    pairs = dict(pair.split("=", 1) for pair in selector.split(","))
    limit = {"minAvailable" if least else "maxUnavailable": _int_or_text(least or most)}
    return obj_of("policy/v1", "PodDisruptionBudget", name, spec={"selector": {"matchLabels": pairs}, **limit})


def _int_or_text(word: str) -> int | str:
    return int(word) if re.fullmatch("[0-9]+", word) else word


def priority_class(session: Session, arguments: Arguments, name: str) -> Json:
    """A PriorityClass."""
    del session
    return obj_of(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        name,
        value=arguments.number("value"),
        globalDefault=arguments.on("global-default"),
        description=arguments.text("description"),
        preemptionPolicy=arguments.text("preemption-policy") or "PreemptLowerPriority",
    )
