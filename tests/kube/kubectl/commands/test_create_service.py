"""kubectl create service, kubectl expose."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, pod


def test_a_service_is_made_of_ports(kubectl: Console) -> None:
    assert kubectl.says("create service nodeport web --tcp=80:8080 --node-port=30080") == "service/web created\n"
    spec = kubectl.stored("services", "web")["spec"]
    port = {"name": "80-8080", "port": 80, "targetPort": 8080, "protocol": "TCP", "nodePort": 30080}
    assert (spec["type"], spec["selector"], spec["ports"]) == ("NodePort", {"app": "web"}, [port])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("create service clusterip web", "at least one tcp port specifier must be provided"),
        ("create service clusterip web --tcp=x", 'strconv.ParseUint: parsing "x": invalid syntax'),
        ("create service externalname web --external-name=A", "invalid service external name A"),
    ],
)
def test_bad_ports_and_names_are_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == f"error: {says}\n"


def test_what_selects_pods_may_be_exposed(kubectl: Console) -> None:
    kubectl.make(deployment())
    assert kubectl.says("expose deployment web --port=80 --target-port=http --name=front") == "service/front exposed\n"
    spec = kubectl.stored("services", "front")["spec"]
    assert (spec["selector"], spec["ports"][0]["targetPort"]) == ({"app": "web"}, "http")


def test_what_has_no_labels_may_not(kubectl: Console) -> None:
    kubectl.make(pod())
    assert kubectl.refuses("expose pod web --port=80") == (
        "error: couldn't retrieve selectors via --selector flag or introspection: "
        "the pod has no labels and cannot be exposed\n"
    )
    kubectl.says("create configmap c")
    assert "cannot expose a ConfigMap" in kubectl.refuses("expose configmap c --port=80")
