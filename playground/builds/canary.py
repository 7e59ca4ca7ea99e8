"""Keeps trying the limits of the engine in use and writes down what happened. The process `manage.py canary` runs this.

All of it when the process starts, when the engine is another one or was started anew, when limits have changed, and
once a day; what could not be told, again after a while.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from django.conf import settings

from playground.builds import health
from playground.builds.limits import in_force
from playground.builds.models import Build
from playground.builds.pulses import pulse
from playground.builds.references import base_references
from playground.builds.states import BuildState
from playground.builds.trials import PART, Record, identity, limits_mark, recorded
from playground.dockerfile import Ignore, check, parse
from playground.engine import canary, port
from playground.engine.canary_bench import Bench
from playground.engine.errors import EngineDown, EngineError

logger = logging.getLogger(__name__)

LOOK, LOOK_FIRST = 5.0, 1.0
DAY = 24 * 3600.0
AGAIN = 60.0
"""Seconds after which a trial that broke off, or could not tell, is made again; each time in vain doubles them."""
LONGEST = 3600.0
POLITE = 600.0
"""So long a trial that is not urgent waits for a moment without builds."""


@dataclass(slots=True)
class Canary:
    """One process's canary. *now* is a clock in seconds since the epoch."""

    get_engine: Callable[[], port.Engine]
    now: Callable[[], float] = time.time
    started: bool = False
    again: float = AGAIN
    waiting_since: float = field(default=0.0)

    def watch(self, over: Event) -> None:
        """Look now and then until *over*."""
        self.look()
        while not over.wait(LOOK if self.started else LOOK_FIRST):
            self.look()

    def try_now(self) -> None:
        """Make all trials once, due or not. Raises `EngineError`."""
        engine = self.get_engine()
        self._try(engine, engine.info(), ())

    def look(self) -> None:
        """Make the trials that are due, if an engine answers and is ready for them."""
        try:
            engine = self.get_engine()
            info = engine.info()
            keys = self._due(info)
            if keys is not None and canary.ready(engine):
                self._try(engine, info, keys)
        except EngineError as error:
            if not isinstance(error, EngineDown):
                logger.warning("the limits could not be tried: %s", error)

    def _due(self, info: port.EngineInfo) -> Sequence[str] | None:
        """The keys of the trials to make now: () for all of them, None for none."""
        record, now = recorded(), self.now()
        if record.engine != identity(info) or record.limits != limits_mark():
            return ()
        since = now - record.began
        if not self.started or not record.ended:
            return () if since > AGAIN else None  # a process that dies again and again must not attack all the time
        if since > DAY:
            return self._politely(())
        untold = [key for key, (state, _) in record.results.items() if state == "not tried yet"]
        if untold and now - record.ended > self.again:
            return self._politely(untold)
        return None

    def _politely(self, keys: Sequence[str]) -> Sequence[str] | None:
        """Not while learners build, unless they always do."""
        busy = Build.objects.filter(state=BuildState.RUNNING).exists()
        self.waiting_since = self.waiting_since or self.now()
        if busy and self.now() - self.waiting_since < POLITE:
            return None
        self.waiting_since = 0.0
        return keys

    def _try(self, engine: port.Engine, info: port.EngineInfo, keys: Sequence[str]) -> None:
        before, now = recorded(), self.now()
        self.started = True
        same = before.engine == identity(info) and before.limits == limits_mark()
        kept = before.results if same else {}
        began = before.began if keys else now
        record = Record(engine=identity(info), limits=limits_mark(), began=began, results=kept)
        if not keys:
            _write(record)
        with tempfile.TemporaryDirectory(prefix="drydock-canary-") as folder:
            for result in canary.results(_bench(engine, Path(folder)), keys=keys):
                logger.info("%s: %s. %s", result.key, result.state, result.sentence)
                record = replace(record, results={**record.results, result.key: (result.state, result.sentence)})
                if not keys:
                    _write(record)
        _write(replace(record, ended=self.now()))
        self.again = min(2 * self.again, LONGEST) if keys else AGAIN


def _write(record: Record) -> None:
    pulse(PART, info=record.as_info())


def _bench(engine: port.Engine, folder: Path) -> Bench:
    """Two made-up learners of this site; the sweeper removes what a killed canary leaves of theirs."""
    return Bench(
        engine=engine,
        instance=settings.DRYDOCK_INSTANCE,
        limits=in_force(),
        folder=folder,
        refuses=refusal,
        outside=settings.DRYDOCK_CANARY_OUTSIDE,
    )


def refusal(dockerfile: str) -> str:
    """Why Drydock would not build this for a learner who has no images; '' if it would."""
    problems = check(
        parse(dockerfile),
        files={},
        ignore=Ignore(),
        images=base_references(),
        heredocs=health.engine_has_heredocs(),
        network=False,
    )
    return next((problem.message for problem in problems if problem.severity == "error"), "")
