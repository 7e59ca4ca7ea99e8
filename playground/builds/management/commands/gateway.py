"""Runs the gateway until SIGTERM or Ctrl-C; at SIGUSR1 the whole site ends, so the containers are stopped too."""

import contextlib
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from playground.builds.engines import get_engine
from playground.builds.gateway import serve
from playground.builds.leaving import end_containers
from playground.engine.errors import EngineDown


class Command(BaseCommand):
    help = "Follow the output of running containers into the log."

    def handle(self, *args: Any, **options: Any) -> None:
        stop, farewell = threading.Event(), threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            if number == signal.SIGUSR1:
                farewell.set()
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, end)
        serve(get_engine, stop)
        if farewell.is_set():
            with contextlib.suppress(EngineDown):
                end_containers(get_engine())
