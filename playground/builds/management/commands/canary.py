"""Runs the canary, which really provokes each limit of the engine in use, until SIGTERM or Ctrl-C."""

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from playground.builds import trials
from playground.builds.canary import Canary
from playground.builds.engines import get_engine

NICE = 10


class Command(BaseCommand):
    help = "Try every limit of the engine in use, at start, after a restart of the engine, and once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="try once, print every line, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DRYDOCK_CANARY:
            self.stdout.write("The trials are switched off (DRYDOCK_CANARY=0).")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))  # in the middle of a trial, too, which then tidies up
        os.nice(NICE)
        canary = Canary(get_engine)
        if not options["once"]:
            canary.watch(threading.Event())
            return
        canary.try_now()
        for line in trials.trial(get_engine().info()).lines:
            self.stdout.write(f"{line.key:17} {line.state:18} {line.sentence}")
