"""An API server over an empty store, with the namespaces default, kube-system and shop."""

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, namespace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> ApiServer:
    server = ApiServer(Store(clock), clock, Names(1))
    for name in ("default", "kube-system", "shop"):
        server.create(namespace(name), by=BY)
    return server
