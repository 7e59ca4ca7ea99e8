"""kubectl set image. Source: k8s.io/kubectl/pkg/cmd/set/set_image.go."""

from playground.kube.kubectl.commands.label import split_pairs
from playground.kube.kubectl.errors import CommandError, KubectlError, ServerError, Several, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import STRATEGIC, Json, Session, write_query
from playground.kube.kubectl.targets import Target, choice_of, select

LISTS = ("initContainers", "containers")


def set_image(session: Session, arguments: Arguments) -> None:
    """Change the images of containers, by name or `*` for all."""
    check_format(arguments)
    resources, pairs = split_pairs(arguments.positional, "image")
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise CommandError(f"invalid image format: {', '.join(bad)}")
    images = dict(pair.split("=", 1) for pair in pairs)
    targets = select(session, resources, choice_of(arguments)) if resources or arguments.items("filename") else []
    found = [(target, target.fetch(session)) for target in targets]
    _check(arguments, resources, images)
    failures: list[KubectlError] = []
    for target, obj in found:
        _update(session, arguments, target, obj, images, failures)
    raise_all(failures)


def _check(arguments: Arguments, resources: list[str], images: dict[str, str]) -> None:
    complaints = []
    if arguments.on("all") and arguments.text("selector"):
        complaints.append("cannot set --all and --selector at the same time")
    if not resources and not arguments.items("filename"):
        complaints.append("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not images:
        complaints.append("at least one image update is required")
    elif len(images) > 1 and "*" in images:
        complaints.append(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )
    if complaints:
        failures = [CommandError(complaint) for complaint in complaints]
        raise failures[0] if len(failures) == 1 else Several(failures)


def _update(
    session: Session,
    arguments: Arguments,
    target: Target,
    obj: Json,
    images: dict[str, str],
    failures: list[KubectlError],
) -> None:
    pod = pod_spec(obj)
    body: Json = {}
    for name, image in images.items():
        places = [(kind, item) for kind in LISTS for item in pod.get(kind) or [] if name in {"*", item["name"]}]
        if not places:
            failures.append(CommandError(f'error: unable to find container named "{name}"'))
        for kind, item in places:
            if item.get("image") != image:
                body.setdefault(kind, []).append({"name": item["name"], "image": image})
    if not body:
        return
    try:
        if dry_run(arguments) != "client":
            query = write_query("kubectl-set", dry_run=dry_run(arguments) == "server")
            obj = session.patch(target.resource, obj, wrapped(obj, body), STRATEGIC, query=query)
        done(session, arguments, obj, "image updated")
    except ServerError as error:
        failures.append(CommandError(f"failed to patch image update to pod template: {error}"))


def pod_spec(obj: Json) -> Json:
    """Return the spec of the pods an object makes, or of the pod it is. Raises CommandError."""
    spec: Json = obj["spec"]
    if obj["kind"] == "Pod":
        return spec
    if obj["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if "template" not in spec:
        name = f"{obj['kind'].lower()}s/{obj['metadata']['name']}"
        told = f"the object is not a pod or does not have a pod template: *v1.{obj['kind']}"
        raise CommandError(f"error: {name} {told}\n")
    found: Json = spec["template"]["spec"]
    return found


def wrapped(obj: Json, body: Json) -> Json:
    """Return the patch of an object whose pod spec is to be patched with `body`."""
    if obj["kind"] == "Pod":
        return {"spec": body}
    inner = {"spec": {"template": {"spec": body}}}
    return {"spec": {"jobTemplate": inner}} if obj["kind"] == "CronJob" else inner
