"""The older Endpoints: one object for each Service, ready and unready addresses apart."""

from __future__ import annotations

from playground.kube.controllers.endpoints import MOST, EndpointsController, truncate
from tests.kube.controllers.serving import add, serving, set_ready, subsets


def test_ready_and_unready_addresses_stand_apart() -> None:
    cluster = serving()
    for number in (1, 2):
        add(cluster, f"p{number}")
        set_ready(cluster, f"p{number}", f"10.0.0.{number}", is_ready=number == 1)
    [found] = subsets(cluster)
    assert [each["ip"] for each in found["addresses"]] == ["10.0.0.1"]
    assert [each["ip"] for each in found["notReadyAddresses"]] == ["10.0.0.2"]
    assert found["ports"] == [{"port": 8080, "protocol": "TCP"}]


def test_a_terminating_pod_is_gone_at_once() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    cluster.delete("pod", "p")
    cluster.advance(0)
    assert subsets(cluster) == []


def test_pods_with_other_numbers_for_a_named_port_are_in_other_subsets() -> None:
    cluster = serving(ports=[{"name": "a", "port": 80, "targetPort": "http"}, {"name": "b", "port": 81}])
    for number in (1, 2):
        container = {"name": "c", "image": "nginx:1", "ports": [{"name": "http", "containerPort": 8000 + number}]}
        add(cluster, f"p{number}", containers=[container])
        set_ready(cluster, f"p{number}", f"10.0.0.{number}")
    found = {tuple(port["port"] for port in each["ports"]): len(each["addresses"]) for each in subsets(cluster)}
    assert found == {(8001,): 1, (8002,): 1, (81,): 2}


def test_a_headless_service_without_ports_lists_addresses_alone() -> None:
    cluster = serving(clusterIP="None", ports=[])
    add(cluster, "p", hostname="first", subdomain="web")
    set_ready(cluster, "p", "10.0.0.1")
    [found] = subsets(cluster)
    assert "ports" not in found
    assert found["addresses"][0]["hostname"] == "first"


def test_the_object_goes_with_its_service() -> None:
    cluster = serving()
    assert [each["metadata"]["name"] for each in cluster.list("endpoints")] == ["web"]
    cluster.delete("service", "web")
    cluster.advance(0)
    assert cluster.list("endpoints") == []


def test_what_somebody_deletes_is_made_again() -> None:
    cluster = serving()
    cluster.delete("endpoints", "web")
    cluster.advance(0)
    assert cluster.changes_since(0)[-1].actor == EndpointsController.name
    assert len(cluster.list("endpoints")) == 1


def test_a_service_that_selects_nothing_is_left_alone() -> None:
    cluster = serving()
    spec = {"ports": [{"port": 80}]}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bare"}, "spec": spec})
    alias = {"type": "ExternalName", "externalName": "example.com", "selector": {"app": "web"}}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "alias"}, "spec": alias})
    cluster.advance(0)
    assert [each["metadata"]["name"] for each in cluster.list("endpoints")] == ["web"]


def test_what_is_more_than_a_thousand_is_cut_unready_addresses_first() -> None:
    ready, unready = (
        [{"ip": f"10.1.0.{number}"} for number in range(MOST - 1)],
        [{"ip": "10.2.0.1"}, {"ip": "10.2.0.2"}],
    )
    few = [{"addresses": ready, "notReadyAddresses": unready[:1]}]
    assert not truncate(few)
    many = [{"addresses": ready, "notReadyAddresses": unready}]
    assert truncate(many)
    assert many == few
    too_many = [{"addresses": [*ready, *unready], "notReadyAddresses": unready}]
    assert truncate(too_many)
    assert too_many == [{"addresses": [*ready, unready[0]]}]
