"""Runs the gateway until SIGTERM or Ctrl-C."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from playground.builds.engines import get_engine
from playground.builds.gateway import serve


class Command(BaseCommand):
    help = "Follow the output of running containers into the log."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        serve(get_engine, stop)
