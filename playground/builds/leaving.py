"""When the whole site ends, its containers do too: nothing of ours is left running behind the learner's back.

Only a site that ends as a whole calls this (the gateway at SIGUSR1); a gateway that restarts leaves them alone. How
each container ended is written by the gateway of the next start, which reads it from the engine.
"""

import logging
from concurrent.futures import ThreadPoolExecutor

from django.utils import timezone

from playground.builds.models import Container
from playground.builds.states import ContainerState, move
from playground.engine import port
from playground.engine.errors import EngineError

logger = logging.getLogger(__name__)

GRACE = 1
"""Seconds between SIGTERM and SIGKILL."""
AT_ONCE = 8


def end_containers(engine: port.Engine) -> int:
    """Stop every container that runs; answers how many."""
    ending = []
    for container in Container.objects.filter(state=ContainerState.RUNNING):
        sentence = "It is being stopped: the site is ending."
        if move(container, to=ContainerState.STOPPING, stop_reason="site", sent_at=timezone.now(), sentence=sentence):
            ending.append(container.engine_id)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(lambda engine_id: _stop(engine, engine_id), ending))
    return len(ending)


def _stop(engine: port.Engine, engine_id: str) -> None:
    try:
        engine.stop_container(engine_id, grace=GRACE)
    except EngineError as error:
        logger.warning("container %s is left to the engine: %s", engine_id[:12], error)
