"""kubectl create -f."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import POD


def test_objects_are_created(kubectl: Console) -> None:
    assert kubectl.says("create -f pod.yaml", pod=POD) == "pod/web created\n"
    assert kubectl.stored("pods", "web")["spec"]["restartPolicy"] == "Always"
    assert kubectl.refuses("create -f pod.yaml", pod=POD) == (
        'Error from server (AlreadyExists): error when creating "pod.yaml": pods "web" already exists\n'
    )


def test_a_broken_rule_is_told_cause_by_cause(kubectl: Console) -> None:
    broken = POD.replace("name: c", "name: C").replace("image: nginx:1", "imagePullPolicy: Rarely")
    told = kubectl.refuses("create -f pod.yaml", pod=broken).splitlines()
    assert told[0] == 'The Pod "web" is invalid: '
    assert [line.partition(":")[0] for line in told[1:]] == [
        "* spec.containers[0].name",
        "* spec.containers[0].image",
        "* spec.containers[0].imagePullPolicy",
    ]


def test_fields_are_checked_as_asked(kubectl: Console) -> None:
    odd = POD + "  colour: blue\n"
    assert 'strict decoding error: unknown field "spec.colour"' in kubectl.refuses("create -f pod.yaml", pod=odd)
    warned = kubectl("create -f pod.yaml --validate=warn", pod=odd)
    assert (warned.stdout, warned.stderr) == ("pod/web created\n", 'Warning: unknown field "spec.colour"\n')
    assert kubectl.refuses("create -f pod.yaml --validate=maybe", pod=odd) == (
        'error: invalid - validate option "maybe"; must be one of: strict (or true), warn, ignore (or false)\n'
    )


def test_the_configuration_may_be_kept(kubectl: Console) -> None:
    kubectl.says("create -f pod.yaml --save-config", pod=POD)
    assert (
        "kubectl.kubernetes.io/last-applied-configuration" in kubectl.stored("pods", "web")["metadata"]["annotations"]
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("create", "must specify one of -f and -k"),
        ("create widget", "Unexpected args: [widget]\nSee 'kubectl create -h' for help and examples"),
    ],
)
def test_something_must_be_created(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == f"error: {says}\n"
