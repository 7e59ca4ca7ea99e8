"""DRYDOCK_REQUIRE_HARDENED=1: nothing of a learner is built or started until the canary has seen every essential limit
hold on the engine in use. Which are essential, and why, stands in `engine.health.RULES`.
"""

from dataclasses import dataclass

from django.conf import settings

from playground.accounts.errors import Refused
from playground.builds import trials
from playground.engine import port

RETRY_AFTER = 15


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why nothing is built or started now. *waits*: the trial is under way, so it may be over soon."""

    sentence: str
    fix: str
    waits: bool


def hindrance(engine: port.EngineInfo | None = None) -> Hindrance | None:
    """What hinders builds and starts: on *engine*, or else on the engine that was seen last. None: nothing does."""
    if not settings.DRYDOCK_REQUIRE_HARDENED:
        return None
    trial = trials.trial(engine)
    missing = trial.missing
    if not missing:
        return None
    if trial.state in {"waiting", "trying"} and all(line.state == "not tried yet" for line in missing):
        return Hindrance(
            "The limits of this site's engine are being tried; before that nothing is built or started here.",
            "Your work is saved. It takes about half a minute; /health/ shows how far it is.",
            waits=True,
        )
    names = ", ".join(f"{line.group.removeprefix('A ')}: {line.title}".lower() for line in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    essential = sum(line.essential for line in trial.lines)
    return Hindrance(
        f"This site builds and starts only where every essential limit holds, and {len(missing)} of {essential} do not "
        f"({names}{more}).",
        "Your work is saved. Whoever runs this site finds on /health/ what is missing.",
        waits=False,
    )


def on(engine: port.Engine) -> Hindrance | None:
    """What hinders builds and starts on the engine at hand, for a worker about to do one. Raises `EngineDown`."""
    return hindrance(engine.info()) if settings.DRYDOCK_REQUIRE_HARDENED else None


def check_hardened() -> None:
    """Raise `Refused` (503) if nothing may be built or started now."""
    found = hindrance()
    if found is not None:
        retry_after = RETRY_AFTER if found.waits else 0
        raise Refused("not-hardened", found.sentence, fix=found.fix, status=503, retry_after=retry_after)
