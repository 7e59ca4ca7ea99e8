"""kubectl apply, kubectl replace."""

import json

from playground.kube.threeway import LAST_APPLIED
from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import POD

LABELLED = POD.replace("  name: web", "  name: web\n  labels: {a: b}")


def test_applying_creates_then_changes_then_does_nothing(kubectl: Console) -> None:
    said = [
        kubectl.says("apply -f pod.yaml", pod=text).removeprefix("pod/web ") for text in (POD, LABELLED, LABELLED, POD)
    ]
    assert said == ["created\n", "configured\n", "unchanged\n", "configured\n"]
    assert "labels" not in kubectl.stored("pods", "web")["metadata"]


def test_what_was_applied_is_noted_with_its_namespace(kubectl: Console) -> None:
    kubectl.says("apply -f pod.yaml", pod=POD)
    noted = kubectl.stored("pods", "web")["metadata"]["annotations"][LAST_APPLIED]
    assert json.loads(noted)["metadata"]["namespace"] == "shop"


def test_what_others_set_stays(kubectl: Console) -> None:
    kubectl.says("apply -f pod.yaml", pod=LABELLED)
    kubectl.says("label pod web c=d")
    kubectl.says("apply -f pod.yaml", pod=LABELLED.replace("a: b", "a: z"))
    assert kubectl.stored("pods", "web")["metadata"]["labels"] == {"a": "z", "c": "d"}


def test_the_server_may_do_it(kubectl: Console) -> None:
    line = "apply --server-side -f pod.yaml"
    assert kubectl.says(line, pod=LABELLED) == "pod/web serverside-applied\n"
    kubectl.says("label pod web a=z --overwrite")
    assert kubectl.refuses(line, pod=LABELLED).startswith("Error from server (Conflict): Apply failed with 1 conflict")
    assert kubectl.says(f"{line} --force-conflicts", pod=LABELLED) == "pod/web serverside-applied\n"


def test_a_refused_change_shows_the_patch(kubectl: Console) -> None:
    kubectl.says("apply -f pod.yaml", pod=POD)
    told = kubectl.refuses("apply -f pod.yaml", pod=POD.replace("name: c", "name: d"))
    assert told.startswith('The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields')


def test_replacing_needs_something_there(kubectl: Console) -> None:
    assert kubectl.refuses("replace -f pod.yaml", pod=POD) == (
        'Error from server (NotFound): error when replacing "pod.yaml": pods "web" not found\n'
    )
    kubectl.says("create -f pod.yaml", pod=POD)
    assert kubectl.says("replace -f pod.yaml", pod=LABELLED) == "pod/web replaced\n"
    assert kubectl.stored("pods", "web")["metadata"]["labels"] == {"a": "b"}
    assert kubectl.refuses("replace") == "error: must specify --filename to replace\n"
