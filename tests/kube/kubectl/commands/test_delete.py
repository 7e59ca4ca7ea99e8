"""kubectl delete."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, node, pod


def test_objects_are_deleted(kubectl: Console) -> None:
    kubectl.make(pod("a", labels={"x": "y"}))
    kubectl.make(pod("b"))
    assert kubectl.says("delete pods -l x=y") == 'pod "a" deleted from shop namespace\n'
    assert kubectl.says("delete pods --all") == 'pod "b" deleted from shop namespace\n'
    assert kubectl.says("delete pods --all") == "No resources found\n"


def test_what_is_not_there_may_be_passed_over(kubectl: Console) -> None:
    assert kubectl.refuses("delete pod a") == 'Error from server (NotFound): pods "a" not found\n'
    assert kubectl.says("delete pod a --ignore-not-found") == ""


def test_what_has_no_namespace_is_told_so(kubectl: Console) -> None:
    kubectl.make(node())
    assert kubectl.says("delete node n1 --dry-run=server") == 'node "n1" deleted (server dry run)\n'
    assert kubectl.says("delete node n1") == 'node "n1" deleted\n'


def test_force_warns(kubectl: Console) -> None:
    kubectl.make(pod())
    result = kubectl("delete pod web --force")
    assert result.stdout == 'pod "web" force deleted from shop namespace\n'
    assert result.stderr.startswith("Warning: Immediate deletion does not wait for confirmation")


def test_dependents_may_be_orphaned(kubectl: Console) -> None:
    kubectl.make(deployment())
    kubectl.says("delete deployment web --cascade=orphan --wait=false")
    assert kubectl.stored("deployments.apps", "web")["metadata"]["finalizers"] == ["orphan"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "delete pod web --cascade=up",
            'invalid cascade value (up). Must be "background", "foreground", or "orphan"',
        ),
        ("delete pods --all -l a=b", "cannot set --all and --selector at the same time"),
    ],
)
def test_flags_that_do_not_fit_are_told(kubectl: Console, line: str, says: str) -> None:
    assert says in kubectl.refuses(line)
