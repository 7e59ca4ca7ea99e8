"""Signs of life: each part of Drydock writes one every few seconds, `health.py` reads them."""

from typing import Any

from django.utils import timezone

from playground.builds.models import Pulse


def pulse(part: str, *, ok: bool = True, note: str = "", info: dict[str, Any] | None = None) -> None:
    """*part* works now; *ok* False: it was looked at and does not, *note* says why."""
    values = {"at": timezone.now(), "ok": ok, "note": note[:400], "info": info or {}}
    Pulse.objects.update_or_create(part=part, defaults=values)
