"""A build that fills the engine's disk. Each of its layers has a limit, their number has none: what bounds the sum is
this look at the room, while the build runs. Called by the runner.
"""

from playground.builds import headroom
from playground.builds.limits import limit
from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.engine import port
from playground.engine.limits import bytes_text

LOOK = 2.0
"""Seconds between two looks; a build that is shorter is never asked about."""
EARLY = 2
"""It acts at this many times the room that is kept free, so that others need not be refused."""


class Filling:
    """What one build sees of the disk from its first look on."""

    def __init__(self, build: Build, engine: port.Engine, *, now: float) -> None:
        self._build = build
        self._engine = engine
        self._looked = now
        self._free: int | None = None

    def refusal(self, now: float) -> str:
        """Why this build has to be stopped, '' if it may go on.

        It is when the disk is getting full, more was written since the build began than an image and a layer may have,
        and no other build has been running for longer: who that was cannot be seen, and it is most likely the oldest.
        """
        if now - self._looked < LOOK:
            return ""
        self._looked = now
        room = self._engine.room()
        if room is None:
            return ""
        if self._free is None:
            self._free = room.free
        grown, most = self._free - room.free, limit("image.bytes") + limit("build.disk")
        keep = headroom.kept("engine.headroom", room.total)
        if room.free >= EARLY * keep or grown <= most or not self._is_oldest():
            return ""
        return (
            f"The build was stopped because the engine's disk was filling up: {bytes_text(grown)} were written while "
            f"it ran, and an image may have {bytes_text(limit('image.bytes'))}."
        )

    def _is_oldest(self) -> bool:
        oldest = Build.objects.filter(state=BuildState.RUNNING).order_by("started_at").first()
        return oldest is not None and oldest.pk == self._build.pk
