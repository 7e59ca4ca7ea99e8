"""Makes the base images that the engine lacks, busybox first, and tells pages how far it is."""

import os
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from playground.builds.engines import get_engine
from playground.builds.models import BaseImage
from playground.builds.summaries import base_image
from playground.builds.sweeping import sweep_engine
from playground.engine import base_images
from playground.engine.base_image_trust import trust_of
from playground.engine.errors import EngineError
from playground.engine.state import state_dir
from playground.events import log, wire

SITE = "site"


class Command(BaseCommand):
    help = "Make the base images; archives are cached outside the clone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="only these, for example busybox:latest")

    def handle(self, *args: Any, **options: Any) -> None:
        log.create_stream(owner="", kind="site", subject="site", stream_id=SITE)
        wanted = [image for image in base_images.CATALOGUE if not options["names"] or image.name in options["names"]]
        for image in wanted:
            for reference in image.references:
                BaseImage.objects.get_or_create(pk=reference, defaults={"about": image.sentence})
        try:
            engine = get_engine()
        except EngineError as error:
            self.stderr.write(f"No base image can be made: {error}")
            return
        sweep_engine(engine)
        for image in wanted:
            self._provide(engine, image)

    def _provide(self, engine: Any, image: base_images.BaseImage) -> None:
        shown = 0.0

        def progress(note: str, done: float) -> None:
            nonlocal shown
            if done < 1 and time.monotonic() - shown < 0.5:
                return
            shown = time.monotonic()
            self._tell(image, "making", done, note)

        try:
            cache = Path(state_dir(os.environ)) / "images"
            base_images.ensure(engine, image.name, cache, progress, trust=trust_of(os.environ))
        except (base_images.CannotProvide, EngineError) as error:
            self._tell(image, "missing", 0.0, str(error))
            return
        self._tell(image, "ready", 1.0, "")

    def _tell(self, image: base_images.BaseImage, state: str, progress: float, note: str) -> None:
        self.stdout.write(f"{image.name}: {state} {progress:.0%} {note}")
        entries: list[log.Entry] = []
        for reference in image.references:
            row = BaseImage(pk=reference, about=image.sentence, state=state, progress=progress, note=note[:200])
            row.save()
            entries.append(("site.image", wire.SiteBaseImage(image=base_image(row))))
        log.append(SITE, entries)
