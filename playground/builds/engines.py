"""Which engine this process talks to. Imported by workers and the gateway only: never by what the web process loads."""

import os
from functools import lru_cache

from django.conf import settings

from playground.engine import daemon
from playground.engine.docker_engine import DockerEngine
from playground.engine.errors import EngineDown
from playground.engine.port import Engine


@lru_cache(maxsize=4)
def _connect(host: str) -> Engine:
    return DockerEngine(host, instance=settings.DRYDOCK_INSTANCE)


def get_engine() -> Engine:
    """The engine of DRYDOCK_ENGINE, else the one that is found. Raises `EngineDown` when none is."""
    host = os.environ.get("DRYDOCK_ENGINE") or daemon.find(os.environ)
    if not host:
        raise EngineDown("No Docker Engine answers: neither ours nor DOCKER_HOST's nor the machine's.")
    return _connect(host)
