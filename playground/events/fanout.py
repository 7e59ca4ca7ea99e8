"""Tells readers that a stream has something new. A poke carries nothing but the stream's name and may get lost.

Only `log.append` calls `poke`. The channel layer speaks asyncio while writers are plain threads, so one background
thread holds the loop and the connection; pokes of a stream that is waiting to be poked are one poke.
"""

import asyncio
import logging
import os
import threading

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


def group(stream_id: str) -> str:
    """The name of a stream's Channels group."""
    return f"stream.{stream_id}"


class Poker:
    """The background thread. It starts with the first poke of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0

    def poke(self, stream_id: str) -> None:
        """Poke soon; returns at once and never raises: readers also look by themselves every second."""
        with self._lock:
            if self._loop is None or self._pid != os.getpid():  # a forked child has our memory but not our thread
                self._start()
            if stream_id in self._waiting or self._loop is None:
                return
            self._waiting.add(stream_id)
            self._loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._send(stream_id)))

    def _start(self) -> None:
        self._waiting, self._pid = set(), os.getpid()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="poker", daemon=True).start()

    async def _send(self, stream_id: str) -> None:
        with self._lock:
            self._waiting.discard(stream_id)  # before sending: what commits from here on pokes again
        try:
            await get_channel_layer().group_send(group(stream_id), {"type": "stream.poke", "stream": stream_id})
        except Exception as error:  # noqa: BLE001  (whatever the layer raises: the log is the truth, the poke a courtesy)
            logger.warning("could not poke %s: %s", stream_id, error)


_poker = Poker()


def poke(stream_id: str) -> None:
    """Tell the readers of *stream_id* that the log has grown."""
    _poker.poke(stream_id)
