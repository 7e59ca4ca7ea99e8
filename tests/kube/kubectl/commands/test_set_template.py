"""kubectl set env, kubectl set resources."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment


@pytest.fixture
def shop(kubectl: Console) -> Console:
    kubectl.make(deployment())
    kubectl.says("set env deploy/web A=1 B=2")
    return kubectl


def test_variables_come_and_go(shop: Console) -> None:
    assert shop.says("set env deploy/web A- B=3 -e C=4") == "deployment.apps/web env updated\n"
    (container,) = shop.stored("deployments.apps", "web")["spec"]["template"]["spec"]["containers"]
    assert {item["name"]: item["value"] for item in container["env"]} == {"B": "3", "C": "4"}


def test_nothing_is_said_of_nothing_changed(shop: Console) -> None:
    assert shop.says("set env deploy/web A=1") == ""
    result = shop("set env deploy/web -c x* A=1")
    assert result.rc == 0
    assert result.stderr == 'Warning: Deployment/web does not have any containers matching "x*"\n'


def test_resources_are_set(shop: Console) -> None:
    line = "set resources deploy/web --limits=cpu=1,memory=1Gi --requests=cpu=500m"
    assert shop.says(line) == "deployment.apps/web resource requirements updated\n"
    assert shop.says(line) == ""
    (container,) = shop.stored("deployments.apps", "web")["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("env deploy/web A=2 --overwrite=false", "'A' already has a value (1), and --overwrite is false"),
        ("env deploy/web A=2 A-", "can not both modify and remove the same environment variable in the same command"),
        ("env deploy/web A=2 x", "all resources must be specified before environment changes: deploy/web A=2 x"),
        ("env A=2", "one or more resources must be specified as <resource> <name> or <resource>/<name>"),
        ("env deploy/web --keys=a", "when specifying --keys, a configmap or secret must be provided with --from"),
        ("env deploy/web --list", "set env --from and --list are not part of this simulation"),
        (
            "resources deploy/web",
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ),
        ("resources deploy/web --limits=cpu", "invalid argument syntax cpu, expected <resource>=<value>"),
        ("resources deploy/web -c x --limits=cpu=1", "unable to find container named x"),
    ],
)
def test_what_does_not_fit_is_told(shop: Console, line: str, says: str) -> None:
    assert shop.refuses(f"set {line}") == f"error: {says}\n"


def test_a_refusal_is_told(shop: Console) -> None:
    shop.says("set resources deploy/web --limits=cpu=1")
    assert shop.refuses("set resources deploy/web --requests=cpu=2") == (
        'error: failed to patch resources update to pod template Deployment.apps "web" is invalid: '
        'spec.template.spec.containers[0].resources.requests: Invalid value: "2": '
        "must be less than or equal to cpu limit of 1\n"
    )
