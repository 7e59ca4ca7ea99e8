"""Each namespace has its ServiceAccount and the cluster's root certificate, whatever people do to them."""

from __future__ import annotations

from playground.kube.cluster import Cluster
from playground.kube.controllers.serviceaccount import ROOT_CA, RootCertificatePublisher, ServiceAccountsController
from playground.kube.programs import Profile

PROFILE = Profile(
    "accounts",
    {
        ServiceAccountsController.name: ServiceAccountsController,
        RootCertificatePublisher.name: RootCertificatePublisher,
    },
)


def found(cluster: Cluster, kind: str) -> list[tuple[str, str]]:
    """Namespace and name of all objects of a kind."""
    return [(each["metadata"]["namespace"], each["metadata"]["name"]) for each in cluster.list(kind)]


def test_all_namespaces_have_them_from_the_start() -> None:
    cluster = Cluster(profile=PROFILE)
    places = ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert found(cluster, "serviceaccounts") == [(place, "default") for place in places]
    assert found(cluster, "configmaps") == [(place, ROOT_CA) for place in places]


def test_a_new_namespace_gets_them() -> None:
    cluster = Cluster(profile=PROFILE)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}})
    cluster.advance(0)
    assert ("x", "default") in found(cluster, "serviceaccounts")
    assert ("x", ROOT_CA) in found(cluster, "configmaps")


def test_what_is_deleted_or_changed_is_put_back() -> None:
    cluster = Cluster(profile=PROFILE)
    before = cluster.get("configmap", ROOT_CA)["data"]
    cluster.delete("serviceaccount", "default")
    cluster.patch("configmap", ROOT_CA, {"data": {"ca.crt": "forged"}})
    cluster.advance(0)
    assert cluster.get("serviceaccount", "default")["metadata"]["name"] == "default"
    assert cluster.get("configmap", ROOT_CA)["data"] == before
    cluster.delete("configmap", ROOT_CA)
    cluster.advance(0)
    assert cluster.get("configmap", ROOT_CA)["data"] == before
