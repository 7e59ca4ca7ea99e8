"""kubectl patch, scale, autoscale and edit."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, pod


@pytest.fixture
def shop(kubectl: Console) -> Console:
    kubectl.make(pod())
    kubectl.make(deployment(replicas=2))
    return kubectl


def test_a_patch_is_sent_as_written(shop: Console) -> None:
    line = """patch pod web -p '{"metadata": {"labels": {"a": "b"}}}'"""
    assert [shop.says(line), shop.says(line)] == ["pod/web patched\n", "pod/web patched (no change)\n"]
    assert shop.says("patch pod web --type=merge -p 'metadata: {labels: {a: c}}'") == "pod/web patched\n"
    json_patch = """patch pod web --type=json -p '[{"op": "remove", "path": "/metadata/labels/a"}]'"""
    assert shop.says(json_patch) == "pod/web patched\n"


def test_a_patch_may_come_of_a_file(shop: Console) -> None:
    shop.says("patch deploy web --patch-file change.yaml", change="spec: {paused: true}")
    assert shop.stored("deployments.apps", "web")["spec"]["paused"] is True


def test_replicas_are_scaled(shop: Console) -> None:
    assert shop.says("scale deploy web --replicas=7 --current-replicas=2") == "deployment.apps/web scaled\n"
    assert shop.stored("deployments.apps", "web")["spec"]["replicas"] == 7


def test_an_autoscaler_is_made(shop: Console) -> None:
    assert shop.says("autoscale deploy web --min=2 --max=5") == "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    spec = shop.stored("horizontalpodautoscalers.autoscaling", "web")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"], spec["scaleTargetRef"]["name"]) == (2, 5, "web")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("patch pod web", "must specify --patch or --patch-file containing the contents of the patch"),
        ("patch pod web -p x --type=foo", '--type must be one of [json merge strategic], not "foo"'),
        (
            "scale deploy web --replicas=-1",
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ),
        ("scale deploy web --replicas=1 --current-replicas=9", "Expected replicas to be 9, was 2"),
        ("scale pod web --replicas=2", "could not find the requested resource"),
        ("autoscale deploy web --max=0", "--max=MAXPODS is required and must be at least 1, max: 0"),
        (
            "autoscale deploy web --min=4 --max=2",
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 4",
        ),
    ],
)
def test_what_does_not_fit_is_told(shop: Console, line: str, says: str) -> None:
    told = shop.refuses(line)
    assert told.startswith("error: ")
    assert says in told


def test_there_is_no_editor(shop: Console) -> None:
    assert shop("edit pod web").stderr == "Edit cancelled, no changes made.\n"
    assert shop.refuses("edit pod gone") == 'Error from server (NotFound): pods "gone" not found\n'
