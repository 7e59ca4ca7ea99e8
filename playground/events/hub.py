"""One hub per process and stream: one group subscription, one read per poke, any number of sockets.

A hub joins the stream's group *before* it reads, then reads after its cursor to the end on any poke. A poke may get
lost (the layer delivers at most once, and its server may be down): so a hub also looks once a second. Sockets take
what they need from a small tail in memory; one that is behind the tail reads the database itself.
"""

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from channels.layers import get_channel_layer

from playground.events import fanout, log
from playground.events.models import Event

logger = logging.getLogger(__name__)

TAIL = 1000
"""Events a hub keeps in memory."""
PAGE = 200
"""Events in one frame and in one read."""
LEAST_INTERVAL = 0.01
"""Seconds between two reads: at most 100 a second however many pokes come."""
READING_SHARE = 3
"""How many times as long as a read took a hub waits before the next: a busy database is not asked more often."""
LOOK_INTERVAL = 1.0
"""Seconds after which a hub looks without having been poked."""

_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="log-reader")

Frame = tuple[int, str]
"""An event's number and its JSON text as it goes over the wire."""


def frame(event: Event) -> Frame:
    """The event as JSON: payloads are stored as JSON text, so nothing is parsed on the way."""
    return event.seq, (
        f'{{"s":{event.seq},"type":"{event.type}","at":"{event.at.isoformat(timespec="milliseconds")}",'
        f'"data":{event.payload}}}'
    )


async def read(stream_id: str, *, after: int, most: int = PAGE) -> log.Page:
    """`log.read` in a thread of the hub's own small pool."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_readers, lambda: log.read(stream_id, after=after, most=most))


class Hub:
    """What this process knows of one stream while somebody here is reading it."""

    def __init__(self, stream_id: str) -> None:
        self.stream_id = stream_id
        self.tail: deque[Frame] = deque(maxlen=TAIL)
        self.seq = -1
        self.oldest = 1
        self.closed = False
        self.readers = 0
        self._changed = asyncio.Event()
        self._poked = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen and to read."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._read())]

    def stop(self) -> None:
        """Nobody reads any more."""
        for task in self._tasks:
            task.cancel()

    async def changed(self, seq: int) -> None:
        """Wait until the stream is beyond *seq*, or closed, or a while has passed."""
        if self.seq > seq or (self.closed and self.seq >= 0):
            return
        event = self._changed
        try:
            async with asyncio.timeout(5):  # not wait_for: in Python 3.11 it may swallow a cancellation
                await event.wait()
        except TimeoutError:
            return

    async def after(self, cursor: int) -> list[Frame] | None:
        """Up to a page of events after *cursor*: from memory, else from the database. None: they are no longer kept."""
        if self.tail and self.tail[0][0] <= cursor + 1:
            skip = cursor + 1 - self.tail[0][0]
            return [self.tail[at] for at in range(skip, min(skip + PAGE, len(self.tail)))]
        page = await read(self.stream_id, after=cursor)
        return None if cursor + 1 < page.oldest else [frame(event) for event in page.events]

    async def _listen(self) -> None:
        """Turn messages of the group into one flag; come back when the layer's server was away."""
        while True:
            layer = get_channel_layer()
            try:
                channel = await layer.new_channel()
                await layer.group_add(fanout.group(self.stream_id), channel)
                self._poked.set()  # what was written before we had joined poked nobody here
                try:
                    while True:
                        await layer.receive(channel)
                        self._poked.set()
                finally:
                    await layer.group_discard(fanout.group(self.stream_id), channel)
            except Exception as error:  # noqa: BLE001  (any layer, any fault of it: the hub still looks once a second)
                logger.warning("no pokes for %s: %s", self.stream_id, error)
                await asyncio.sleep(1)

    async def _read(self) -> None:
        """Read to the end, tell the sockets, wait for a poke, and again."""
        while True:
            self._poked.clear()
            began = time.monotonic()
            try:
                await self._read_to_the_end()
            except Exception:
                logger.exception("could not read %s", self.stream_id)
                await asyncio.sleep(LOOK_INTERVAL)
            took = time.monotonic() - began
            await asyncio.sleep(min(max(LEAST_INTERVAL, READING_SHARE * took), LOOK_INTERVAL))
            try:
                async with asyncio.timeout(LOOK_INTERVAL):
                    await self._poked.wait()
            except TimeoutError:
                continue

    async def _read_to_the_end(self) -> None:
        if self.seq < 0:  # what was before us is for the sockets to fetch as they resume
            page = await read(self.stream_id, after=2**62, most=1)
            self._stand(page, page.seq)
            return
        while True:
            page = await read(self.stream_id, after=self.seq)
            self.tail.extend(frame(event) for event in page.events)
            self._stand(page, page.events[-1].seq if page.events else self.seq)
            if len(page.events) < PAGE:
                return

    def _stand(self, page: log.Page, seq: int) -> None:
        news = seq != self.seq or (page.closed and page.seq == seq) != self.closed
        self.seq, self.oldest, self.closed = seq, page.oldest, page.closed and page.seq == seq
        if news:
            done, self._changed = self._changed, asyncio.Event()
            done.set()


_hubs: dict[str, Hub] = {}


def join(stream_id: str) -> Hub:
    """This process's hub for the stream; it starts with its first reader. Call `leave` when done."""
    hub = _hubs.get(stream_id)
    if hub is None:
        hub = _hubs[stream_id] = Hub(stream_id)
        hub.start()
    hub.readers += 1
    return hub


def leave(hub: Hub) -> None:
    """One reader less; the last one ends the hub."""
    hub.readers -= 1
    if hub.readers == 0:
        hub.stop()
        _hubs.pop(hub.stream_id, None)
