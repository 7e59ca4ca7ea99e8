"""What the canary found out about the engine in use, as the web process reads it: from its row, never from the engine.

Results belong to one start of one engine and to the limits that were in force: for any other, nothing is known.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone

from playground.builds.limits import in_force
from playground.builds.models import Pulse
from playground.engine import health, port

PART = "canary"
STALE = timedelta(days=2)
"""It is tried once a day: what is older, nobody has looked at for too long."""

State = Literal["off", "waiting", "trying", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the canary writes down. *engine* and *limits* say what the results are about; times are in seconds."""

    engine: str = ""
    limits: str = ""
    began: float = 0.0
    ended: float = 0.0
    results: Mapping[str, tuple[health.State, str]] = field(default_factory=dict)

    def as_info(self) -> dict[str, Any]:
        """For the row."""
        results = {key: list(told) for key, told in self.results.items()}
        return {"engine": self.engine, "limits": self.limits, "began": self.began, "ended": self.ended,
                "results": results}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What /health/ says of it: every line, how the trial stands, and the essential lines that are missing."""

    state: State
    sentence: str
    at: datetime | None
    seconds: float
    lines: tuple[health.Line, ...]

    @property
    def missing(self) -> tuple[health.Line, ...]:
        """The essential lines that are not enforced."""
        return tuple(health.missing(self.lines))

    @property
    def held(self) -> int:
        """How many lines are enforced."""
        return sum(line.state == "enforced" for line in self.lines)


def identity(info: port.EngineInfo) -> str:
    """One start of one engine."""
    return f"{info.id} {info.version} {info.started}"


def limits_mark() -> str:
    """The limits in force, as a short mark: with others the attacks would have been others."""
    values = {key: limit.value for key, limit in in_force().items() if key.startswith(("build.", "run."))}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def recorded() -> Record:
    """What the canary wrote last; an empty record if it never did."""
    row = Pulse.objects.filter(part=PART).first()
    if row is None or not row.info:
        return Record()
    told = dict(row.info)
    results = {key: (state, sentence) for key, (state, sentence) in told.pop("results", {}).items()}
    return Record(**told, results=results)


def trial(engine: port.EngineInfo | None = None) -> Trial:
    """How the trial of the engine in use stands: of *engine*, or else of the one that was seen last."""
    record, seen = recorded(), identity(engine) if engine else _seen()
    fits = record.limits == limits_mark() and seen in {record.engine, ""}
    old = timezone.now().timestamp() - record.began > STALE.total_seconds()
    known = record.results if settings.DRYDOCK_CANARY and fits and not old else {}
    results = {key: health.Result(key=key, state=state, sentence=sentence) for key, (state, sentence) in known.items()}
    state = _state(record, fits=fits and not old)
    return Trial(
        state=state,
        sentence=_SENTENCES[state],
        at=datetime.fromtimestamp(record.ended, UTC) if state == "done" else None,
        seconds=round(record.ended - record.began, 1) if state == "done" else 0.0,
        lines=health.lines(results, untried=_SENTENCES[state]),
    )


def _seen() -> str:
    """The engine that answered last; '' if none does now."""
    row = Pulse.objects.filter(part="engine").first()
    return identity(port.EngineInfo(name="", **row.info)) if row is not None and row.info else ""


def _state(record: Record, *, fits: bool) -> State:
    if not settings.DRYDOCK_CANARY:
        return "off"
    if not fits or not record.began:
        return "waiting"
    return "done" if record.ended else "trying"


_SENTENCES: Mapping[State, str] = {
    "off": "The trials are switched off (DRYDOCK_CANARY=0), so nobody knows.",
    "waiting": "It will be tried as soon as an engine answers and has the base image busybox.",
    "trying": "It is being tried just now.",
    "done": "It could not be tried.",
}
