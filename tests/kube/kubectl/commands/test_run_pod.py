"""kubectl run."""

import pytest

from tests.kube.kubectl.console import Console


def test_a_pod_is_made(kubectl: Console) -> None:
    assert kubectl.says("run web --image=nginx:1 --port=80 --env=A=b --restart=Never -- -v") == "pod/web created\n"
    made = kubectl.stored("pods", "web")
    (container,) = made["spec"]["containers"]
    assert (container["name"], container["args"], container["ports"][0]["containerPort"]) == ("web", ["-v"], 80)
    assert (made["metadata"]["labels"], made["spec"]["restartPolicy"]) == ({"run": "web"}, "Never")


def test_labels_and_a_command_may_be_given(kubectl: Console) -> None:
    kubectl.says("run web --image=nginx --labels=a=b,c=d --command -- sh")
    made = kubectl.stored("pods", "web")
    assert (made["metadata"]["labels"], made["spec"]["containers"][0]["command"]) == ({"a": "b", "c": "d"}, ["sh"])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("run --image=nginx", "NAME is required for run"),
        ("run web --image=", "--image is required"),
        ("run web --image=Nginx", 'invalid image name "Nginx": invalid reference format'),
        (
            "run web --image=nginx --restart=Maybe",
            "invalid restart policy: Maybe, valid values are: Always, OnFailure, Never",
        ),
        ("run web --image=nginx --env=A", "invalid env: A"),
    ],
)
def test_what_makes_no_pod_is_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line).startswith(f"error: {says}")
