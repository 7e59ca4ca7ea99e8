"""Puts a row's id on a worker's queue. A message may get lost: the sweep sends rows again that nobody took."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send(task: str, row_id: str) -> None:
    """Send `playground.builds.tasks.<task>(row_id)`. Never raises: with the broker down the row waits for the sweep."""
    try:
        current_app.send_task(f"playground.builds.tasks.{task}", args=[row_id], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("%s(%s) waits for the sweep: %s", task, row_id, error)
