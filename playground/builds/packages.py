"""Whether builds may install packages, as a worker sees it: it tells the pages, and gives each build its proxy.

Only workers call this; what they told is read by `health`.
"""

import logging
import os

from playground.builds.pulses import pulse
from playground.engine import daemon
from playground.engine.lab import egress_setup
from playground.engine.lab.egress_setup import EgressPaths, Offer
from playground.engine.port import Owner
from playground.engine.state import EnginePaths, state_dir

logger = logging.getLogger(__name__)

PART = "packages"


def offered() -> Offer:
    """What there is now, on the engine this worker talks to."""
    try:
        if not egress_setup.wanted(os.environ):
            return egress_setup.NOT_ALLOWED
    except egress_setup.BadSetting as bad:
        return Offer("", str(bad))
    host = os.environ.get("DRYDOCK_ENGINE") or daemon.find(os.environ) or ""
    return egress_setup.offer(os.environ, EnginePaths(state_dir(os.environ)), host)


def tell() -> None:
    """Leave word for the pages."""
    offer = offered()
    pulse(PART, ok=bool(offer.address) or offer is egress_setup.NOT_ALLOWED, note=offer.sentence,
          info={"allowed": bool(offer.address)})  # fmt: skip


def proxy_for(owner: Owner, *, seconds: int) -> str:
    """The proxy's address for this build of *seconds* at most; '' where builds have no network."""
    offer = offered()
    if not offer.address:
        return ""
    try:
        egress = EgressPaths(EnginePaths(state_dir(os.environ)))
        return egress_setup.proxy_url(egress, offer.address, owner=owner, seconds=seconds)
    except OSError as error:
        logger.warning("build %s has no network: %s cannot be read: %s", owner.job, error.filename, error.strerror)
        return ""
