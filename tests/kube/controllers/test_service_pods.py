"""Which Services a pod's change concerns, and the time of what changed last."""

from __future__ import annotations

from playground.kube.controllers.service_pods import TriggerTimes, hostname_of, is_endpoint, port_of
from playground.kube.objects.frozen import Map, freeze
from tests.kube.controllers.serving import add, serving, set_ready

SERVICE: Map = freeze({"metadata": {"name": "web", "creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": {}})


def pod(name: str = "p", at: str = "", **status: str) -> Map:
    """A pod that became ready at a time."""
    conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": at}] if at else []
    made: Map = freeze({"metadata": {"name": name}, "spec": {}, "status": {**status, "conditions": conditions}})
    return made


def test_a_pod_that_moves_changes_both_services() -> None:
    cluster = serving()
    spec = {"selector": {"app": "db"}, "ports": [{"port": 5432}]}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": spec})
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    before = cluster.revision
    cluster.patch("pod", "p", {"metadata": {"labels": {"app": "db"}}})
    cluster.advance(0)
    written = [change.key[1] for change in cluster.changes_since(before) if change.resource == "endpoints"]
    assert sorted(written) == ["db", "web"]


def test_a_service_that_selects_others_loses_its_pods() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    cluster.patch("service", "web", {"spec": {"selector": {"app": "db"}}})
    cluster.advance(0)
    assert "subsets" not in cluster.get("endpoints", "web")


def test_the_earliest_of_new_changes_is_told_once() -> None:
    times = TriggerTimes()
    key = ("default", "web")
    assert times.of(key, SERVICE, []) == "2026-01-01T00:00:00Z"
    later = [pod("p", "2026-01-01T00:00:07Z"), pod("q", "2026-01-01T00:00:05Z")]
    assert times.of(key, SERVICE, later) == "2026-01-01T00:00:05Z"
    again = TriggerTimes()
    again.restore(times.state())
    assert again.of(key, SERVICE, later) == ""
    again.forget(key)
    assert again.of(key, SERVICE, later) == "2026-01-01T00:00:00Z"


def test_who_has_a_place() -> None:
    assert not is_endpoint(pod(), terminating=True)
    assert is_endpoint(pod(podIP="10.0.0.1"), terminating=True)
    assert not is_endpoint(pod(podIP="10.0.0.1", phase="Failed"), terminating=True)


def test_ports_are_found_in_containers_and_sidecars() -> None:
    ports = [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    once = {"spec": {"containers": [{}], "initContainers": [{"ports": ports}]}}
    sidecar = {"spec": {"containers": [{}], "initContainers": [{"ports": ports, "restartPolicy": "Always"}]}}
    wish = {"port": 80, "targetPort": "http", "protocol": "TCP"}
    assert (port_of(once, wish), port_of(sidecar, wish)) == (None, 8080)
    assert port_of(once, {"port": 80}) == 80


def test_a_hostname_is_for_its_own_service() -> None:
    named = {"spec": {"hostname": "first", "subdomain": "web"}}
    assert hostname_of(named, SERVICE) == "first"
    assert hostname_of(named, {"metadata": {"name": "db"}}) == ""
