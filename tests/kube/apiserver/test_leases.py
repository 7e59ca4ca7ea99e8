"""A node's Lease is read with its newest renewal, which nobody writes."""

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from tests.kube.apiserver.manifests import BY, namespace


def lease(api: ApiServer, place: str) -> None:
    body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "n1", "namespace": place}}
    api.create({**body, "spec": {"renewTime": "2026-01-01T00:00:00.000000Z"}}, by=BY)


def test_the_renewal_of_a_nodes_lease_follows_its_beats(api: ApiServer, clock: Clock) -> None:
    api.create(namespace("kube-node-lease"), by=BY)
    lease(api, "kube-node-lease")
    api.core.heartbeats.begin("n1", clock.now)
    clock.advance_to(clock.now + 35)
    read = api.get("leases.coordination.k8s.io", "n1", "kube-node-lease").object
    assert read["spec"]["renewTime"] == "2026-01-01T00:00:30.000000Z"
    assert api.list("leases.coordination.k8s.io", "kube-node-lease")["items"] == [read]


def test_other_leases_are_read_as_they_were_written(api: ApiServer, clock: Clock) -> None:
    lease(api, "shop")
    api.core.heartbeats.begin("n1", clock.now)
    clock.advance_to(clock.now + 35)
    read = api.get("leases.coordination.k8s.io", "n1", "shop").object
    assert read["spec"]["renewTime"] == "2026-01-01T00:00:00.000000Z"
