"""Which parts of Drydock work, in sentences: from pulses and a ping, never from configuration."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

import redis
from django.conf import settings
from django.utils import timezone

from playground.builds import hardening, headroom, trials
from playground.builds.models import BaseImage, Build, Pulse
from playground.builds.states import BuildState
from playground.engine import port

State = Literal["ok", "starting", "down"]
STALE = timedelta(seconds=12)
ENGINE_STALE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: *sentence* how it is, *fix* what an operator does about it ('' when it is well)."""

    key: str
    title: str
    state: State
    sentence: str
    fix: str = ""


def parts() -> list[Part]:
    """Every part of this installation."""
    pulses = {pulse.part: pulse for pulse in Pulse.objects.all()}
    return [
        Part("web", "Web", "ok", "It answers, since you read this."),
        _server(),
        _sweeper(pulses.get("sweep")),
        _builder(pulses.get("builder")),
        _gateway(pulses.get("gateway")),
        _engine(pulses.get("engine")),
        _disk(),
        *_packages(pulses.get("packages")),
        _base_images(),
        *_hardening(),
    ]


def report() -> dict[str, Any]:
    """The whole as JSON: `/health.json`."""
    found = parts()
    down = [part for part in found if part.state == "down"]
    state = "ok" if not down else "down" if len(down) > len(found) // 2 else "degraded"
    return {
        "state": state,
        "parts": [asdict(part) for part in found],
        **_enforcement(),
    }


def _enforcement() -> dict[str, Any]:
    """What came of trying every limit on the engine in use, line by line, and whether that is asked for."""
    trial = trials.trial()
    return {
        "limits": [asdict(line) for line in trial.lines],
        "trial": {
            "state": trial.state,
            "at": trial.at.isoformat() if trial.at else None,
            "seconds": trial.seconds,
            "enforced": trial.held,
            "missing": [line.key for line in trial.missing],
            "required": settings.DRYDOCK_REQUIRE_HARDENED,
        },
    }


def engine_has_heredocs() -> bool:
    """Does the engine's Dockerfile front end know heredocs? False before one was seen: that is the safe guess."""
    info = _info()
    return info.heredocs if info else False


def _info() -> port.EngineInfo | None:
    pulse = Pulse.objects.filter(part="engine").first()
    if pulse is None or not pulse.info:
        return None
    return port.EngineInfo(name="", **pulse.info)


def _server() -> Part:
    title = "Embedded server"
    if not settings.DRYDOCK_REDIS:
        return Part("redis", title, "down", "No server is configured.", "Start the site with make run.")
    client = redis.Redis.from_url(settings.DRYDOCK_REDIS, socket_timeout=0.5, socket_connect_timeout=0.5)
    try:
        client.ping()
    except (redis.RedisError, OSError):
        sentence = "It does not answer: new builds wait; files are saved and live pages are a second slower."
        return Part("redis", title, "down", sentence, "make run starts it again by itself; see var/log/redis.log.")
    finally:
        client.close()
    return Part("redis", title, "ok", "It answers.")


def _fresh(pulse: Pulse | None, within: timedelta = STALE) -> bool:
    return pulse is not None and pulse.at > timezone.now() - within


def _sweeper(pulse: Pulse | None) -> Part:
    if _fresh(pulse):
        return Part("worker", "Short worker and beat", "ok", "Containers start, stop and are cleaned up.")
    sentence = "Nobody sweeps: containers do not start or stop now. Your work is kept and goes on when it is back."
    fix = "See var/log/worker-short.log and var/log/beat.log."
    return Part("worker", "Short worker and beat", "down", sentence, fix)


def _builder(pulse: Pulse | None) -> Part:
    running = Build.objects.filter(state=BuildState.RUNNING, lease_until__gt=timezone.now()).count()
    if running or _fresh(pulse):
        doing = f"{running} builds are running." if running else "It waits for a build."
        return Part("builder", "Build worker", "ok", doing)
    sentence = "No worker takes builds: they wait on the queue and start when it is back."
    return Part("builder", "Build worker", "down", sentence, "See var/log/worker-builds.log.")


def _gateway(pulse: Pulse | None) -> Part:
    if _fresh(pulse):
        return Part("gateway", "Gateway", "ok", "It follows the output of containers.")
    sentence = "Nobody follows containers: what they write is kept by the engine and shown when it is back."
    return Part("gateway", "Gateway", "down", sentence, "See var/log/gateway.log.")


def _engine(pulse: Pulse | None) -> Part:
    fix = (
        "On Debian as root, make engine-up installs and starts one; elsewhere start Docker, or set DRYDOCK_ENGINE to "
        "the address of one, then wait half a minute."
    )
    if pulse is not None and not pulse.ok:
        return Part("engine", "Docker Engine", "down", f"Images cannot be built or run. {pulse.note}", fix)
    if _fresh(pulse, ENGINE_STALE):
        return Part("engine", "Docker Engine", "ok", f"{pulse.note} answers." if pulse else "")
    return Part("engine", "Docker Engine", "down", "Nobody has looked at the engine for a while.", fix)


def _hardening() -> list[Part]:
    """Only where the operator requires it and it hinders something."""
    found = hardening.hindrance()
    if found is None:
        return []
    fix = "It is over in about half a minute." if found.waits else "See below which limits do not hold, and why."
    return [Part("hardened", "Limits that are required", "starting" if found.waits else "down", found.sentence, fix)]


def packages_allowed() -> bool:
    """May builds install packages now? As a worker saw it last."""
    pulse = Pulse.objects.filter(part="packages").first()
    return pulse is not None and bool(pulse.info.get("allowed"))


def packages_sentence() -> str:
    """The same in words, for pages; '' before a worker looked."""
    pulse = Pulse.objects.filter(part="packages").first()
    return pulse.note if pulse else ""


def _packages(pulse: Pulse | None) -> list[Part]:
    """Not allowed is well; allowed and not to be had is not."""
    if pulse is None:
        return []
    fix = "" if pulse.ok else "docs/settings.md explains DRYDOCK_EGRESS; the proxy's log is var/log/egress.log."
    return [Part("packages", "Package installs in builds", "ok" if pulse.ok else "down", pulse.note, fix)]


def _disk() -> Part:
    ok, sentence, fix = headroom.report()
    return Part("disk", "Room on the disks", "ok" if ok else "down", sentence, fix)


def _base_images() -> Part:
    rows = list(BaseImage.objects.all())
    ready = [row for row in rows if row.state == "ready"]
    making = [row for row in rows if row.state == "making"]
    if not ready:
        fix = "Run make images; it says what it needs."
        return Part("images", "Base images", "down" if not making else "starting", "None is ready yet.", fix)
    sentence = f"{len(ready)} of {len(rows)} are ready" + (f"; {making[0].reference} is being made." if making else ".")
    return Part("images", "Base images", "starting" if making else "ok", sentence)
