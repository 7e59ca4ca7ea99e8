"""kubectl run. Source: k8s.io/kubectl/pkg/cmd/run/run.go."""

import re

from playground.kube.kubectl.commands.create_kinds import obj_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import check_format, done, dry_run
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import resource_for

# Enough of distribution's reference grammar to refuse what is no image at all.
IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.:/_-]*(@[a-z0-9]+:[0-9a-f]+)?")
POLICIES = ("Always", "OnFailure", "Never")


def run_pod(session: Session, arguments: Arguments) -> None:
    """Create a pod of one container."""
    words = arguments.positional
    restart = arguments.text("restart") or "Always"
    if restart not in POLICIES:
        raise CommandError(f"invalid restart policy: {restart}, valid values are: {', '.join(POLICIES)}")
    if not words or arguments.dash == 0:
        raise CommandError("NAME is required for run")
    image = arguments.text("image")
    if not image:
        raise CommandError("--image is required")
    # A name in capitals is refused too: repositories are lower case.
    if not IMAGE.fullmatch(image) or re.search("[A-Z]", re.split("[:@]", image.rpartition("/")[2])[0]):
        raise CommandError(f'invalid image name "{image}": invalid reference format')
    check_format(arguments)
    pod = _pod(arguments, words[0], words[1:])
    if dry_run(arguments) != "client":
        dry = dry_run(arguments) == "server"
        pod = session.create(resource_for("pods"), pod, manager="kubectl-run", dry_run=dry, check="")
    done(session, arguments, pod, "created")


def _pod(arguments: Arguments, name: str, words: list[str]) -> Json:
    container: Json = {"name": name, "image": arguments.text("image")}
    if arguments.text("image-pull-policy"):
        container["imagePullPolicy"] = arguments.text("image-pull-policy")
    if words:
        container["command" if arguments.on("command") else "args"] = words
    if arguments.text("port"):
        container["ports"] = [{"containerPort": int(arguments.text("port"))}]
    pairs = [pair.partition("=") for pair in arguments.items("env")]
    if any(not equals or not key for key, equals, _ in pairs):
        raise CommandError(f"invalid env: {next(key for key, equals, _ in pairs if not equals or not key)}")
    if pairs:
        container["env"] = [{"name": key, "value": value} for key, _, value in pairs]
    policy = arguments.text("restart") or "Always"
    made = obj_of("v1", "Pod", name, spec={"containers": [container], "restartPolicy": policy})
    given = dict(pair.split("=", 1) for pair in filter(None, arguments.text("labels").split(",")))
    made["metadata"]["labels"] = given or {"run": name}
    return made
