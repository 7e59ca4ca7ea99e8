"""Objects are printed as a line, a name, YAML, JSON or a table."""

import json

import yaml

from playground.kube.kubectl.output import aligned

from .console import Console
from .samples import POD, deployment, pod

UNFIT = 'error: unable to match a printer suitable for the output format "foo", allowed formats are: '


def test_a_line_tells_what_was_done(kubectl: Console) -> None:
    assert kubectl.says("create -f pod.yaml --dry-run=client", pod=POD) == "pod/web created (dry run)\n"
    assert kubectl.says("create -f pod.yaml --dry-run=server", pod=POD) == "pod/web created (server dry run)\n"
    assert not kubectl.api.objects("pods")


def test_an_object_may_be_printed_whole(kubectl: Console) -> None:
    kubectl.make(pod(labels={"a": "b"}))
    assert yaml.safe_load(kubectl.says("get pod web -o yaml"))["metadata"]["labels"] == {"a": "b"}
    printed = json.loads(kubectl.says("get pod web -o json"))
    assert (printed["kind"], "managedFields" in printed["metadata"]) == ("Pod", False)


def test_several_objects_are_a_list(kubectl: Console) -> None:
    kubectl.make(pod("a"))
    kubectl.make(pod("b"))
    printed = json.loads(kubectl.says("get pods -o json"))
    assert (printed["kind"], [item["metadata"]["name"] for item in printed["items"]]) == ("List", ["a", "b"])


def test_names_have_their_group(kubectl: Console) -> None:
    kubectl.make(deployment())
    assert kubectl.says("get deploy -o name") == "deployment.apps/web\n"


def test_formats_that_are_not_there_are_told_apart(kubectl: Console) -> None:
    assert kubectl.refuses("create -f pod.yaml -o foo", pod=POD).startswith(UNFIT)
    told = kubectl.refuses("get pods -o go-template={{.items}}")
    assert told == 'error: the output format "go-template={{.items}}" is not part of this simulation\n'
    assert kubectl.refuses("create -f pod.yaml --dry-run=maybe", pod=POD) == (
        'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\n'
    )


def test_cells_stand_under_each_other() -> None:
    assert aligned([["NAME", "AGE"], ["a-long-name", "1s"]]) == ["NAME          AGE", "a-long-name   1s"]
    assert aligned([["A", "B"]]) == ["A     B"]
