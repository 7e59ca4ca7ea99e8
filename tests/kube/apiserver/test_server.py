"""The server as a whole: it keeps nothing of its own, and says what it was asked."""

import json

import pytest

from playground.kube.apiserver import ApiServer, Target
from playground.kube.apiserver.strategies import STRATEGIES
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects import kinds
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, config_map, created, deployment, pod, refusal


def test_every_stored_kind_has_a_strategy() -> None:
    stored = {resource.qualified for resource in kinds.RESOURCES} - {"bindings"}
    assert set(STRATEGIES) == stored


def test_a_server_over_a_fork_goes_on_alike(api: ApiServer) -> None:
    created(api, deployment())
    names = Names()
    names.restore(api.core.names.state())
    twin = ApiServer(api.core.store.fork(), api.core.clock, names)
    assert created(api, pod()) == created(twin, pod())
    created(twin, config_map())
    assert refusal(lambda: api.get("configmaps", "settings", "shop")).code == 404


def test_a_server_over_a_restored_store_goes_on_alike(api: ApiServer) -> None:
    created(api, deployment())
    clock = Clock()
    store, names = Store(clock), Names()
    store.restore(json.loads(json.dumps(api.core.store.state())))
    names.restore(api.core.names.state())
    twin = ApiServer(store, clock, names)
    patch = {"spec": {"replicas": 4}}
    answers = [
        server.patch("deployments.apps", "web", "shop", patch, type="strategic", by=BY).object for server in (api, twin)
    ]
    assert answers[0] == answers[1]


def test_the_same_writes_give_the_same_objects() -> None:
    def run() -> str:
        clock = Clock()
        server = ApiServer(Store(clock), clock, Names(7))
        server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}, by=BY)
        return json.dumps([created(server, pod()), created(server, deployment())])

    assert run() == run()


def test_a_resource_can_be_called_by_any_of_its_names(api: ApiServer) -> None:
    created(api, deployment())
    for word in ("deploy", "deployments", "deployments.apps", "Deployment"):
        assert api.get(word, "web", "shop").object["kind"] == "Deployment"
    assert refusal(lambda: api.get("podz", "web", "shop")).message == "the server could not find the requested resource"


def test_a_kind_that_is_not_served_cannot_be_created(api: ApiServer) -> None:
    error = refusal(lambda: created(api, {"apiVersion": "apps/v9", "kind": "Deployment", "metadata": {"name": "x"}}))
    assert error.message == "the server could not find the requested resource"


def test_a_scale_cannot_be_put_without_saying_where(api: ApiServer) -> None:
    with pytest.raises(TypeError):
        api.update({"kind": "Scale"}, subresource="scale", by=BY)


def test_the_target_of_an_update_can_be_named_apart(api: ApiServer) -> None:
    created(api, config_map())
    target = Target(kinds.by_qualified("configmaps"), "shop", "settings")
    assert api.update(config_map(z="1"), by=BY, target=target).object["data"] == {"z": "1"}
