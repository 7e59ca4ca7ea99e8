"""Words and flags choose objects."""

import pytest

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.targets import NOTHING, SEPARATE, resource_for, resources_for

from .console import Console
from .samples import deployment, pod


@pytest.mark.parametrize("word", ["po", "pod", "pods", "Pod", "PODS"])
def test_a_kind_has_many_names(word: str) -> None:
    assert resource_for(word).kind == "Pod"


def test_kinds_may_be_listed_and_grouped() -> None:
    assert [item.kind for item in resources_for("svc,po,pods")] == ["Service", "Pod"]
    kinds = [item.kind for item in resources_for("all")]
    assert kinds[:2] == ["Pod", "ReplicationController"]
    assert "Deployment" in kinds
    with pytest.raises(CommandError, match='the server doesn\'t have a resource type "widgets"'):
        resources_for("widgets.acme.io")


def test_words_name_objects_in_three_ways(kubectl: Console) -> None:
    kubectl.make(pod())
    kubectl.make(deployment())
    for line in ("get pod web -o name", "get pod/web -o name", "get pods -l '!x' -o name"):
        assert kubectl.says(line) == "pod/web\n"
    assert kubectl.says("get pods,deploy web -o name") == "pod/web\ndeployment.apps/web\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("delete", NOTHING),
        ("delete pods", "resource(s) were provided, but no name was specified"),
        ("delete pod a pod/b", SEPARATE),
        ("delete pod/a/b", "arguments in resource/name form may not have more than one slash"),
        ("delete pod/", "arguments in resource/name form must have a single resource and name"),
        ("delete pod/a --all", "selectors and the all flag cannot be used when passing resource/name arguments"),
        ("delete pod web -l a=b", "name cannot be provided when a selector is specified"),
        ("delete -l a=b", "at least one resource must be specified to use a selector"),
        ("get pod web -A", "a resource cannot be retrieved by name across all namespaces"),
        (
            "delete pod web -f x.yaml",
            "when paths, URLs, or stdin is provided as input, you may not specify a resource by arguments as well",
        ),
    ],
)
def test_words_that_choose_nothing_are_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == f"error: {says}\n"


def test_all_that_goes_wrong_is_told(kubectl: Console) -> None:
    kubectl.make(pod())
    result = kubectl("delete pod x web y")
    assert result.stdout == 'pod "web" deleted from shop namespace\n'
    assert result.stderr == (
        'Error from server (NotFound): pods "x" not found\nError from server (NotFound): pods "y" not found\n'
    )
