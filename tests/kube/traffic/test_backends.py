"""From Services and EndpointSlices made by hand to backends, without controllers or kubelets."""

from typing import Any

from playground.kube import Cluster
from playground.kube.programs import SCHEDULING
from playground.kube.traffic.backends import target


def put(cluster: Cluster, *endpoints: dict[str, Any], kind: str = "IPv4", ports: Any = ({"port": 8080},)) -> None:
    """A Service "web" and one slice of it."""
    cluster.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    )
    cluster.apply(
        {
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": kind,
            "metadata": {"name": f"web-{kind.lower()}", "labels": {"kubernetes.io/service-name": "web"}},
            "endpoints": list(endpoints), "ports": list(ports),
        }
    )  # fmt: skip
    cluster.advance(0)


def endpoint(address: str, **conditions: bool) -> dict[str, Any]:
    """An endpoint without a pod."""
    return {"addresses": [address], "conditions": conditions}


def addresses(cluster: Cluster) -> list[str]:
    """Where requests to the Service go."""
    found = target(cluster.informers, "default", "web")
    assert found is not None
    return [f"{each.address}:{each.port}" for each in found.backends]


def test_ready_endpoints_are_used_and_unsaid_is_ready() -> None:
    cluster = Cluster(profile=SCHEDULING)
    put(cluster, endpoint("10.0.0.2"), endpoint("10.0.0.1", ready=True), endpoint("10.0.0.3", ready=False))
    assert addresses(cluster) == ["10.0.0.1:8080", "10.0.0.2:8080"]


def test_endpoints_that_still_serve_are_used_only_when_none_is_ready() -> None:
    cluster = Cluster(profile=SCHEDULING)
    ending = endpoint("10.0.0.9", ready=False, serving=True, terminating=True)
    put(cluster, ending, endpoint("10.0.0.3", ready=False, serving=False, terminating=True))
    assert addresses(cluster) == ["10.0.0.9:8080"]
    other = Cluster(profile=SCHEDULING)
    put(other, ending, endpoint("10.0.0.1", ready=True))
    assert addresses(other) == ["10.0.0.1:8080"]


def test_slices_of_another_family_and_other_ports_do_not_count() -> None:
    cluster = Cluster(profile=SCHEDULING)
    put(cluster, endpoint("fd00::1"), kind="IPv6")
    assert addresses(cluster) == []
    other = Cluster(profile=SCHEDULING)
    put(other, endpoint("10.0.0.1"), ports=[{"name": "metrics", "port": 9000}])
    assert addresses(other) == []


def test_a_service_that_is_not_there_leads_nowhere() -> None:
    assert target(Cluster(profile=SCHEDULING).informers, "default", "web") is None


def test_an_address_without_a_pod_is_known_as_such() -> None:
    cluster = Cluster(profile=SCHEDULING)
    put(cluster, endpoint("10.0.0.1"))
    found = target(cluster.informers, "default", "web")
    assert found is not None
    assert found.backends[0].uid == ""
