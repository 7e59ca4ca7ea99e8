"""NamespaceLifecycle: objects need a namespace that is there and stays."""

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import BY, config_map, namespace, refusal


def test_a_namespace_that_is_not_there_is_not_found(api: ApiServer) -> None:
    error = refusal(lambda: api.create(config_map(), namespace="nons", by=BY))
    assert (error.code, error.message) == (404, 'namespaces "nons" not found')


def test_deletions_are_admitted_in_a_namespace_that_goes(api: ApiServer) -> None:
    api.create(namespace("going"), by=BY)
    api.create(config_map(), namespace="going", by=BY)
    api.delete("namespaces", "going", by=BY)
    assert api.delete("configmaps", "settings", "going", by=BY).object["status"] == "Success"
