"""kubectl label, kubectl annotate."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import pod


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ("new=1", "pod/web labeled\n"),
        ("a=1", "pod/web not labeled\n"),
        ("a-", "pod/web unlabeled\n"),
        ("a- new=1", "pod/web modified\n"),
        ("b-", 'label "b" not found.\npod/web not labeled\n'),
        ("a=2 --overwrite", "pod/web labeled\n"),
        ("--list", "a=1\n"),
    ],
)
def test_labels_change(kubectl: Console, changes: str, says: str) -> None:
    kubectl.make(pod(labels={"a": "1"}))
    assert kubectl.says(f"label pod web {changes}") == says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("label pod web a=2", "'a' already has a value (1), and --overwrite is false"),
        ("label pod web", "at least one label update is required"),
        ("label a=b", "one or more resources must be specified as <resource> <name> or <resource>/<name>"),
        ("label pod a=b web", "all resources must be specified before label changes: web"),
        ("label pod web a=b=c", "invalid label spec: a=b=c"),
        ("label pod web c=d c-", "can not both modify and remove a label in the same command"),
        ("annotate pod web", "at least one annotation update is required"),
        (
            "annotate pod web c=d c-",
            "can not both modify and remove the following annotation(s) in the same command: c",
        ),
        (
            "annotate pod web n=2",
            "--overwrite is false but found the following declared annotation(s): 'n' already has a value (1)",
        ),
    ],
)
def test_changes_that_do_not_fit_are_told(kubectl: Console, line: str, says: str) -> None:
    kubectl.make(pod(labels={"a": "1"}, annotations={"n": "1"}))
    assert kubectl.refuses(line) == f"error: {says}\n"


def test_annotations_change(kubectl: Console) -> None:
    kubectl.make(pod(annotations={"n": "1"}))
    assert kubectl.says("annotate pod web m=x=y n-") == "pod/web annotated\n"
    assert kubectl.stored("pods", "web")["metadata"]["annotations"] == {"m": "x=y"}
