"""How long a learner's containers have run within the last 24 hours: noted at each start and end, bounded by a limit.

Called by those who start and end containers (`acting.py`), by the service that is asked to, and by the sweep.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds.limits import limit
from playground.builds.models import Container, Run
from playground.engine.limits import seconds_text

WINDOW = timedelta(hours=24)
STEP = timedelta(minutes=1)


def begin(container: Container) -> None:
    """The container's run has begun; an earlier one that was not seen to end has ended with it."""
    began = container.started_at or timezone.now()
    end(container, at=began)
    Run.objects.update_or_create(
        container=container.id,
        number=container.run,
        defaults={"learner": container.learner, "started_at": began, "ended_at": None},
    )


def end(container: Container, *, at: datetime) -> None:
    """The container does not run any more."""
    Run.objects.filter(container=container.id, ended_at=None).update(ended_at=at)


def used(learners: Collection[str]) -> dict[str, int]:
    """Seconds that the containers of each of *learners* ran in the window, several at once counted each."""
    now = timezone.now()
    found: dict[str, list[Run]] = {learner: [] for learner in learners}
    for run in _runs(now).filter(learner_id__in=learners):
        found[run.learner_id].append(run)
    return {learner: round(_within(runs, now)) for learner, runs in found.items()}


def refusal(learner: Learner) -> Refused | None:
    """Why no container may be started now, if the running time is used up."""
    most, now = limit("learner.run_seconds"), timezone.now()
    runs = list(_runs(now).filter(learner=learner))
    have = round(_within(runs, now))
    if have < most:
        return None
    runs_now = any(run.ended_at is None for run in runs)
    stop = "Stop what runs, then wait" if runs_now else "Wait"
    return Refused(
        "no-running-time",
        f"Your containers ran {seconds_text(have)} in the last 24 hours; {seconds_text(most)} are allowed.",
        fix=f"{stop} until {_free_at(runs, now, most):%H:%M} UTC: then enough of it lies more than 24 hours back.",
        status=429,
        retry_after=round((_free_at(runs, now, most) - now).total_seconds()),
    )


def forget_old() -> None:
    """Runs that no window will reach again."""
    Run.objects.filter(ended_at__lt=timezone.now() - WINDOW).delete()


def _runs(now: datetime) -> QuerySet[Run]:
    return Run.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - WINDOW))


def _within(runs: Sequence[Run], now: datetime, *, moment: datetime | None = None) -> float:
    """Seconds of *runs* in the window that ends at *moment*, as if what runs had ended *now*."""
    opens = (moment or now) - WINDOW
    spans = ((run.ended_at or now) - max(run.started_at, opens) for run in runs)
    return sum(max(0.0, span.total_seconds()) for span in spans)


def _free_at(runs: Sequence[Run], now: datetime, most: int) -> datetime:
    """The first full minute at which there is running time again, if nothing runs until then."""
    for minute in range(1, int(WINDOW / STEP) + 1):
        moment = now + minute * STEP
        if _within(runs, now, moment=moment) < most:
            return moment
    return now + WINDOW
