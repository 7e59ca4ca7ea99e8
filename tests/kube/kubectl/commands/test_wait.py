"""kubectl wait."""

import pytest

from tests.kube.kubectl.console import WHO, Console
from tests.kube.kubectl.samples import UP, pod


def test_what_is_so_needs_no_waiting(kubectl: Console) -> None:
    kubectl.make(pod())
    assert kubectl.refuses("wait pod/web --for=condition=Ready") == (
        "error: timed out waiting for the condition on pods/web\n"
    )
    obj = {**kubectl.stored("pods", "web"), "status": {"phase": "Running", "conditions": [UP]}}
    kubectl.api.update(obj, subresource="status", by=WHO)
    assert kubectl.says("wait pod/web --for=condition=ready") == "pod/web condition met\n"
    assert kubectl.says("wait pod/web --for=create") == "pod/web condition met\n"


def test_what_is_gone_is_deleted(kubectl: Console) -> None:
    assert kubectl.says("wait pod/web --for=delete") == ""
    assert kubectl.refuses("wait pod/web --for=condition=Ready") == (
        'Error from server (NotFound): pods "web" not found\n'
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("wait pod/web", "unrecognized condition: []"),
        ("wait pod/web --for=luck", 'unrecognized condition: "luck"'),
        ("wait pods --all --for=condition=Ready", "no matching resources found"),
        (
            "wait pod/web --for=jsonpath={.a=b",
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
        ),
    ],
)
def test_what_cannot_be_waited_for_is_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == f"error: {says}\n"
