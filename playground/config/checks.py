"""System checks: what would go wrong later, said at start, with an id and a hint."""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Advice

from playground.engine.lab import egress_setup


@register()
def front_end_is_built(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without the bundle every page would answer 500."""
    if (settings.BASE_DIR / "static" / "dist" / "manifest.json").exists():
        return []
    return [
        Advice(
            "The front end is not built: static/dist/manifest.json is missing.",
            hint="Run make run, or .venv/bin/npm ci && .venv/bin/npm run build.",
            id="drydock.W001",
        )
    ]


@register()
def what_is_required_is_tried(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without the canary no limit is ever seen to hold, so a site that requires that would build nothing."""
    if settings.DRYDOCK_CANARY or not settings.DRYDOCK_REQUIRE_HARDENED:
        return []
    return [
        Error(
            "DRYDOCK_REQUIRE_HARDENED=1 with DRYDOCK_CANARY=0: nothing would ever be built or run.",
            hint="Leave DRYDOCK_CANARY unset.",
            id="drydock.E003",
        )
    ]


@register()
def limits_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """DRYDOCK_LIMITS is a list of key=value; a key that is none of ours would be a limit that never holds."""
    from playground.builds.limits import LimitsError, parse_overrides  # noqa: PLC0415  (models are not loaded earlier)

    try:
        parse_overrides(settings.DRYDOCK_LIMITS)
    except LimitsError as error:
        return [Error(str(error), hint="See /limits/ for the keys.", id="drydock.E001")]
    return []


@register()
def package_installs_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """DRYDOCK_EGRESS is one word; any other would be taken for no by some and for a mistake by others."""
    try:
        egress_setup.wanted(os.environ)
    except egress_setup.BadSetting as error:
        return [Error(str(error), hint="See docs/settings.md.", id="drydock.E004")]
    return []
