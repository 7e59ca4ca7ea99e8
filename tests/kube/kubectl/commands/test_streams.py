"""What kubectl logs, exec, attach, cp, port-forward, describe and top refuse."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import pod

STREAMS = "streams into a container are not part of this simulation"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("logs a b c", "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'."),
        ("logs web -l a=b", "only a selector (-l) or a POD name is allowed"),
        ("logs web c -c c", "only one of -c or an inline [CONTAINER] arg is allowed"),
        ("logs web -c x", "container x is not valid for pod web"),
        ("logs gone", 'error from server (NotFound): pods "gone" not found in namespace "shop"'),
        ("exec", "pod, type/name or --filename must be specified"),
        ("exec web", "you must specify at least one command for the container"),
        ("exec web ls", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead"),
        ("exec web -- ls", STREAMS),
        ("attach", "at least 1 argument is required for attach"),
        ("attach web", STREAMS),
        ("cp a", "source and destination are required"),
        ("cp a b", "one of src or dest must be a remote file specification"),
        ("cp web:/a web:/b", "one of src or dest must be a local file specification"),
        ("cp web: b", "filepath can not be empty"),
        ("cp web:/a b", STREAMS),
        ("port-forward web", "TYPE/NAME and list of ports are required for port-forward"),
        ("port-forward web 80", STREAMS),
        ("describe", "You must specify the type of resource to describe."),
        ("describe ns shop", "describing a Namespace is not part of this simulation"),
        ("top pods", "Metrics API not available"),
    ],
)
def test_what_would_be_shown_is_refused(kubectl: Console, line: str, says: str) -> None:
    kubectl.make(pod())
    assert kubectl.refuses(line).startswith(f"error: {says}")


def test_nobody_writes_logs_under_no_label(kubectl: Console) -> None:
    assert kubectl("logs -l a=b").stderr == "No resources found in shop namespace.\n"
