"""The gateway process: follows the output of every running container and writes it to the log, with its end.

It holds no state of its own: where to go on is read from the log (the newest `container.output` knows the engine's time
of its last line), so a killed gateway loses nothing and repeats nothing. One thread a container, as many as the limits
let run at once.
"""

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import close_old_connections, connections

from playground.builds import symptoms
from playground.builds.acting import settle
from playground.builds.containers import moment, output_limit
from playground.builds.limits import limit
from playground.builds.models import Container
from playground.builds.pulses import pulse
from playground.builds.services.containers import limit_reached
from playground.builds.states import ContainerState
from playground.engine import port
from playground.engine.container_logs import LogCursor
from playground.engine.errors import EngineDown, EngineError, NotFound
from playground.events import log, wire

logger = logging.getLogger(__name__)

BATCH = 0.05
"""Seconds that a line may wait to be written with more."""
MOST_LINES = 1000
MOST_TEXT = 1 << 16
"""Lines and characters that are written at once: a flood is few large transactions, not many small ones."""
FLOOD_GRACE = 1
"""Seconds between SIGTERM and SIGKILL for a container that has written too much."""
LOOK = 0.25
"""Seconds between two looks for containers nobody follows."""
PULSE = 2.0
INIT = re.compile(r"^\[FATAL tini \(\d+\)\] exec (.+) failed: (.+)$")
"""How the engine's init says that there is no such program: its name is no matter of the learner's."""
FOLLOWED = (ContainerState.RUNNING, ContainerState.STOPPING)
"""Once a worker has written that it runs. Output is read from its beginning, so that is early enough."""
LONGEST_LINE = 4000


def serve(get_engine: Callable[[], port.Engine], stop: threading.Event) -> None:
    """Follow until *stop* is set. With the engine or the database away it waits and tries again."""
    followed: dict[str, threading.Thread] = {}
    pulsed = 0.0
    while not stop.wait(LOOK):
        followed = {key: thread for key, thread in followed.items() if thread.is_alive()}
        try:
            close_old_connections()
            if time.monotonic() - pulsed > PULSE:
                pulsed = time.monotonic()
                pulse("gateway", note=f"follows {len(followed)} containers")
            live = Container.objects.filter(state__in=FOLLOWED)
            for container in live.select_related("learner__workspace"):
                key = f"{container.id}:{container.run}"
                if key not in followed:
                    follower = Follower(container, get_engine(), stop)
                    followed[key] = threading.Thread(target=follower.run, name=f"follow-{key}", daemon=True)
                    followed[key].start()
        except EngineDown as error:
            logger.warning("%s", error)
            stop.wait(1)
        except Exception:
            logger.exception("the gateway goes on")
            stop.wait(1)


@dataclass
class Follower:
    """One container's output, from where the log stands to its end."""

    container: Container
    engine: port.Engine
    stop: threading.Event
    cursor: LogCursor = field(default_factory=LogCursor)
    lines: list[wire.OutputLine] = field(default_factory=list)
    written: float = 0.0
    text: int = 0
    kept: int = 0
    count: int = 0
    cut: bool = False
    fence: int = 0
    met: set[str] = field(default_factory=set)

    def run(self) -> None:
        """The thread's work. Ends with the container, with another gateway taking over, or with *stop*."""
        try:
            self._resume()
            if not self.cut:
                self._follow()
            if self.cut:
                self._stop_flood()
        except log.Closed:
            logger.info("container %s is followed by somebody else", self.container.id)
        except EngineDown as error:
            logger.warning("following %s stops for now: %s", self.container.id, error)
        except Exception:
            logger.exception("following %s stops", self.container.id)
        finally:
            connections.close_all()

    def _resume(self) -> None:
        stream = self.container.stream
        self.fence = log.take(stream)
        last = log.newest(stream, "container.output")
        if last is not None:
            self.cursor = LogCursor.resumed(last.data["cursor"])
        self.cut = log.newest(stream, "container.cut") is not None
        self.kept = log.size_of(stream)
        written = [line for event in log.of_type(stream, "container.output") for line in event.data["lines"]]
        self.count = len(written)
        self.met = {key for line in written for key in symptoms.of(line[2])}

    def _follow(self) -> None:
        events = self.engine.follow_container(self.container.engine_id, since=self.cursor.since)
        try:
            for event in events:
                if self.stop.is_set():
                    return
                if isinstance(event, port.LogLine) and self.cursor.is_new(event):
                    self._take(event)
                if self.cut:
                    return
                self._write_if_due()
        except NotFound:
            logger.info("container %s is gone", self.container.id)
        finally:
            events.close()
        self._write()
        self._end()

    def _take(self, line: port.LogLine) -> None:
        text = INIT.sub(r"\1: \2", line.text)
        pieces = [text[at : at + LONGEST_LINE] for at in range(0, len(text) or 1, LONGEST_LINE)]
        self.kept += len(text) + 20 * len(pieces)
        self.count += len(pieces)
        if self.kept > limit("run.output") or self.count > limit("run.lines"):
            self._cut()
            return
        began = self.container.started_at
        at = moment(line.at)
        since = (at - began).total_seconds() if began and at else 0.0
        self.lines += [(max(0.0, round(since, 3)), line.stream, piece) for piece in pieces]
        self.text += len(text)
        self.met |= symptoms.of(text)

    def _write_if_due(self) -> None:
        now = time.monotonic()
        full = len(self.lines) >= MOST_LINES or self.text >= MOST_TEXT
        if self.lines and (full or now - self.written >= BATCH):
            self._write()
            self.written = now

    def _write(self) -> None:
        if not self.lines:
            return
        output = wire.ContainerOutput(run=self.container.run, lines=self.lines, cursor=self.cursor.places)
        log.append(self.container.stream, [("container.output", output)], fence=self.fence)
        self.lines, self.text = [], 0

    def _cut(self) -> None:
        """Output without end: say where the log is cut."""
        self._write()
        self.cut = True
        sentence = f"The log is cut here: a container may write {output_limit()}. It is being stopped."
        cut = wire.OutputCut(id=self.container.id, by="limit", limit=limit("run.output"), sentence=sentence)
        log.append(self.container.stream, [("container.cut", cut)], fence=self.fence)

    def _stop_flood(self) -> None:
        """The log is cut: stop the container from here, and leave what it has written beyond unread.

        To read on to its end took 20 s for one second of `yes`, in which the learner saw it "stopping". A gateway that
        was killed between the cut and the stop leaves the latter to the next one.
        """
        limit_reached(self.container, reason="output")
        if self.container.state == ContainerState.STOPPING:
            self.engine.stop_container(self.container.engine_id, grace=FLOOD_GRACE)
        self._end()

    def _end(self) -> None:
        """The output is over: if the container is too, write how it ended."""
        try:
            status = self.engine.inspect_container(self.container.engine_id)
        except EngineError as error:
            logger.warning("cannot look at %s: %s", self.container.id, error)
            return
        if status.phase in {"exited", "gone"}:
            settle(self.container, status, met=self.met)
