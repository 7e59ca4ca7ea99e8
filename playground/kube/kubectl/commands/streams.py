"""kubectl exec, attach, cp and port-forward: what they refuse before they would show anything.

Source: k8s.io/kubectl/pkg/cmd/{exec,attach,cp,portforward}. There are no streams here.
"""

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Session
from playground.kube.kubectl.targets import Choice, Target, resource_for, select

NO_STREAMS = "streams into a container are not part of this simulation"


def _usage(arguments: Arguments, complaint: str) -> CommandError:
    return CommandError(f"{complaint}\nSee '{arguments.path} -h' for help and examples")


def _pod_or(session: Session, word: str) -> Target:
    """A bare word names a pod."""
    return select(session, [word] if "/" in word else ["pods", word], Choice())[0]


def execute(session: Session, arguments: Arguments) -> None:
    """Run a program in a container."""
    words, dash = arguments.positional, arguments.dash
    if dash is None and len(words) > 1:
        raise _usage(arguments, "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    if not words or dash == 0:
        raise CommandError("pod, type/name or --filename must be specified")
    if len(words) < 2:
        raise CommandError("you must specify at least one command for the container")
    _pod_or(session, words[0]).fetch(session)
    raise CommandError(NO_STREAMS)


def attach(session: Session, arguments: Arguments) -> None:
    """Join the input and output of a container."""
    words = arguments.positional
    if not words:
        raise _usage(arguments, "at least 1 argument is required for attach")
    if len(words) > 2:
        raise _usage(
            arguments,
            "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw " + f"{len(words)}: [{' '.join(words)}]",
        )
    select(session, words, Choice())[0].fetch(session) if len(words) == 2 else _pod_or(session, words[0]).fetch(session)
    raise CommandError(NO_STREAMS)


def port_forward(session: Session, arguments: Arguments) -> None:
    """Carry a local port to a pod."""
    if len(arguments.positional) < 2:
        raise _usage(arguments, "TYPE/NAME and list of ports are required for port-forward")
    _pod_or(session, arguments.positional[0]).fetch(session)
    raise CommandError(NO_STREAMS)


def copy(session: Session, arguments: Arguments) -> None:
    """Copy a file into a container or out of one."""
    if len(arguments.positional) != 2:
        raise CommandError("source and destination are required")
    ends = [_file_spec(word) for word in arguments.positional]
    if all(pod for pod, _ in ends):
        raise CommandError("one of src or dest must be a local file specification")
    if not all(path for _, path in ends):
        raise CommandError("filepath can not be empty")
    pods = [pod for pod, _ in ends if pod]
    if not pods:
        raise CommandError("one of src or dest must be a remote file specification")
    place, _, name = pods[0].rpartition("/")
    session.get(resource_for("pods"), name, place)
    raise CommandError(NO_STREAMS)


def _file_spec(word: str) -> tuple[str, str]:
    """Split `namespace/pod:path`; a word without a colon is a local path."""
    pod, colon, path = word.partition(":")
    if not colon:
        return "", word
    if not pod or pod.count("/") > 1:
        raise CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    return pod, path
