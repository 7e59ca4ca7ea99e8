"""Room on the disks: the engine's, as a worker measured it last, and the site's own.

Below what is kept free, new builds and runs are refused with both numbers, by the web process and again by the worker
that begins a build.

Saving a file never asks here: work is small and bounded by its own limits.
"""

import logging
import shutil
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.builds.limits import in_force, limit
from playground.builds.models import Pulse
from playground.builds.pulses import pulse
from playground.engine import port, sandbox
from playground.engine.errors import EngineError
from playground.engine.limits import bytes_text

logger = logging.getLogger(__name__)

PART = "disk"
FRESH = timedelta(seconds=90)
"""A measurement that is older says nothing any more."""
SHARE = 5
"""At most this part of a disk is kept free: a small one would be refused as a whole."""
RETRY = 60
PROBE = "busybox:latest"
PROBE_COMMAND = ("timeout", "60", "df", "-kP", "/")


def kept(key: str, total: int) -> int:
    """Bytes to be kept free of a disk of *total* bytes by the limit *key*."""
    return min(limit(key), total // SHARE)


def measure(engine: port.Engine) -> port.Room | None:
    """The room on the engine's disk: looked at from here or, where that cannot be, from inside a container."""
    return engine.room() or _probe(engine)


def note(room: port.Room | None, *, freed: int = 0, images: int = 0) -> None:
    """Leave the figures where the web process and `/health/` find them, and what was last done about a full disk.

    *freed*: bytes of build cache that were removed; *images*: how many images.
    """
    if room is None:
        pulse(PART, note="The room on the engine's disk cannot be seen from here.")
        return
    keep = kept("engine.headroom", room.total)
    info = {"free": room.free, "total": room.total, "kept": keep, "cleaned": _cleaned(freed, images)}
    pulse(PART, ok=room.free >= keep, info=info)


def _cleaned(freed: int, images: int) -> str:
    """What was done, in a sentence; if it was nothing now, what was done before, for a day."""
    if freed or images:
        unused = f"{images} image{'' if images == 1 else 's'} nobody used"
        return f"{timezone.now():%d %B %H:%M} UTC: {bytes_text(freed)} of build cache and {unused} were removed."
    row = Pulse.objects.filter(part=PART, at__gt=timezone.now() - FRESH).first()
    return str(row.info.get("cleaned", "")) if row else ""


def refusal() -> Refused | None:
    """Why no build and no container may begin now, if a disk is short of room."""
    told = _told()
    if told and told["free"] < told["kept"]:
        fix = "Remove images and containers you do not need, or try again in some minutes: the site is making room."
        return _refused("The engine's disk", told["free"], told["kept"], fix)
    free, keep = _own()
    if free < keep:
        fix = "Your files are saved as ever. The site's operator has to make room."
        return _refused("The site's disk", free, keep, fix)
    return None


def report() -> tuple[bool, str, str]:
    """For `/health/`: is there room, in a sentence, and what to do about it."""
    told, (free, keep) = _told(), _own()
    low = bool(told and told["free"] < told["kept"]) or free < keep
    parts = [f"The site's disk has {bytes_text(free)} free; {bytes_text(keep)} are kept free."]
    if told:
        parts.insert(
            0, f"The engine's disk has {bytes_text(told['free'])} free; {bytes_text(told['kept'])} are kept free."
        )
        parts += [told["cleaned"]] if told["cleaned"] else []
    else:
        parts.append("How full the engine's disk is cannot be seen now.")
    if not low:
        return True, " ".join(parts), ""
    parts.insert(0, "New builds and runs are refused; files are saved.")
    fix = "Make room on that disk, or give it more: engine.disk and engine.headroom, or disk.headroom (DRYDOCK_LIMITS)."
    return False, " ".join(parts), fix


def _refused(disk: str, free: int, keep: int, fix: str) -> Refused:
    what = f"{disk} has {bytes_text(free)} free of the {bytes_text(keep)} kept free; new builds and runs have to wait."
    return Refused("no-room", what, fix=fix, status=503, retry_after=RETRY)


def _told() -> dict[str, Any]:
    """The newest figures of the engine's disk; empty if there are none."""
    row = Pulse.objects.filter(part=PART, at__gt=timezone.now() - FRESH).first()
    return row.info if row else {}


def _own() -> tuple[int, int]:
    """Free and to be kept free on the site's own disk."""
    found = shutil.disk_usage(settings.VAR_DIR)
    return found.free, kept("disk.headroom", found.total)


def _probe(engine: port.Engine) -> port.Room | None:
    """What df says in a container: an engine elsewhere, or one whose disk its users may not see, has no other way."""
    owner = port.Owner(instance=settings.DRYDOCK_INSTANCE, learner="", job="probe")
    name = f"drydock-{settings.DRYDOCK_INSTANCE}-probe"
    wish = sandbox.RunWish(image=PROBE, command=PROBE_COMMAND)
    try:
        container = engine.create_container(
            sandbox.container_spec(name=name, owner=owner, wish=wish, limits=in_force(), networked=False)
        )
        try:
            engine.start_container(container)
            lines = [said.text for said in engine.follow_container(container) if isinstance(said, port.LogLine)]
        finally:
            engine.remove_container(container)
        _, total, _, free, *_ = lines[-1].split()
        return port.Room(free=int(free) << 10, total=int(total) << 10)
    except (EngineError, IndexError, ValueError) as error:
        logger.info("the room on the engine's disk is not known: %s", error)
        return None
