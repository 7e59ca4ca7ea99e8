"""Puts a row's id on a worker's queue. A message may get lost: the sweep sends rows again that nobody took.

A background thread talks to the broker, so that no request waits for one that hangs; a message that is waiting already
is not put in a second time.
"""

import logging
import os
import queue
import threading

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

Message = tuple[str, str]
"""The task's name and the row's id."""


class Sender:
    """The thread. It starts with the first message of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._waiting: set[Message] = set()

    def put(self, message: Message) -> None:
        """Send soon; returns at once."""
        with self._lock:
            if self._pid != os.getpid():  # a forked child has our memory but not our thread
                self._pid, self._messages, self._waiting = os.getpid(), queue.SimpleQueue(), set()
                threading.Thread(target=self._run, args=(self._messages,), name="dispatch", daemon=True).start()
            if message not in self._waiting:
                self._waiting.add(message)
                self._messages.put(message)

    def _run(self, messages: "queue.SimpleQueue[Message]") -> None:
        while True:
            message = messages.get()
            with self._lock:
                self._waiting.discard(message)  # before sending: a wish that comes meanwhile is another one
            deliver(*message)


def deliver(task: str, row_id: str) -> None:
    """Hand one message to the broker. Never raises: with the broker down the row waits for the sweep."""
    try:
        current_app.send_task(f"playground.builds.tasks.{task}", args=[row_id], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("%s(%s) waits for the sweep: %s", task, row_id, error)
    except Exception:
        logger.exception("%s(%s) waits for the sweep", task, row_id)  # the thread must go on


_sender = Sender()


def send(task: str, row_id: str) -> None:
    """Send `playground.builds.tasks.<task>(row_id)` soon."""
    _sender.put((task, row_id))
