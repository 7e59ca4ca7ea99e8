"""Reads a long answer of the engine in a thread, so that its caller hears something at least every quarter of a second
and can leave at any moment. Called by adapters; knows nothing of Docker.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Protocol

QUIET = 0.25  # seconds
AHEAD = 64  # chunks read before the caller asks; then the engine has to wait
JOIN = 2.0


class Source(Protocol):
    """An open answer: its pieces, and how to end it from another thread."""

    def chunks(self) -> Iterator[bytes]:
        """The pieces as they come."""
        ...

    def abort(self) -> None:
        """Make a blocked `chunks` end."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Pump:
    """Runs *open_source* and reads what it answers in a thread of its own.

    *give_up* is called if the caller leaves before the source is open: nothing can be aborted then.
    """

    def __init__(self, open_source: Callable[[], Source], *, give_up: Callable[[], None] = lambda: None) -> None:
        self._open_source = open_source
        self._give_up = give_up
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(AHEAD)
        self._left = threading.Event()
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._thread = threading.Thread(target=self._read, name="engine-stream", daemon=True)

    @property
    def left(self) -> bool:
        """Whether the caller has gone."""
        return self._left.is_set()

    def pieces(self) -> Generator[bytes | None, None, None]:
        """Each piece, or None when all was quiet for a moment. Whatever opening or reading raised is raised here."""
        self._thread.start()
        try:
            while True:
                try:
                    item = self._queue.get(timeout=QUIET)
                except queue.Empty:
                    yield None
                    continue
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._leave()

    def _leave(self) -> None:
        self._left.set()
        with self._lock:
            source = self._source
            if source is not None:
                source.abort()
        if source is None and self._thread.is_alive():
            self._give_up()
        self._thread.join(JOIN)

    def _read(self) -> None:
        try:
            source = self._open_source()
        except Exception as wrong:  # noqa: BLE001 - it is raised again in the caller's thread
            self._put(wrong)
            return
        with self._lock:
            self._source = source
        try:
            for piece in source.chunks() if not self.left else ():
                self._put(piece)
                if self.left:
                    break
            self._put(None)
        except Exception as wrong:  # noqa: BLE001 - it is raised again in the caller's thread
            self._put(wrong)
        finally:
            with self._lock:
                self._source = None
                source.close()

    def _put(self, item: bytes | BaseException | None) -> None:
        while not self.left:
            try:
                self._queue.put(item, timeout=QUIET)
            except queue.Full:
                continue
            return
