"""Runs the gateway until SIGTERM or Ctrl-C."""

import contextlib
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from playground.builds.engines import get_engine
from playground.builds.gateway import serve
from playground.builds.leaving import end_containers
from playground.engine.errors import EngineDown


class Command(BaseCommand):
    help = "Follow the output of running containers into the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--last", action="store_true", help="the site ends with this: stop the containers too")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        serve(get_engine, stop)
        if options["last"]:
            with contextlib.suppress(EngineDown):
                end_containers(get_engine())
