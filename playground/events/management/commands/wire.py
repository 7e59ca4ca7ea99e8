"""Writes static/src/wire.ts from events/wire.py; with --check only says whether they are equal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from playground.events.typescript import generate


class Command(BaseCommand):
    help = "Write the TypeScript twin of the wire contract."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the twin is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "static" / "src" / "wire.ts"
        text = generate()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError("static/src/wire.ts is out of date: run .venv/bin/python manage.py wire")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"wrote {path}")
