"""Whose turn it is: the order of the builds that wait, the same for the workers that take them and for the places told.

A learner with fewer builds running goes first; among equals the one who has waited longest without getting a turn. So
nobody waits while another gets a second one, and a learner who asks for three builds at once stands behind whoever
comes before the first of them has ended, not in front. Whoever has nothing running is overtaken by nobody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds.limits import limit
from playground.builds.models import Build
from playground.builds.states import BuildState, move

RUNNING = (BuildState.RUNNING, BuildState.CANCELLING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A build on the queue: its id, whose it is, and when it was asked for."""

    id: str
    learner: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A build's turn. *before*: how many builds of the same learner run or wait before it; *since*: it waits since."""

    build: str
    before: int
    since: datetime


def in_order(
    waiting: Sequence[Waiting], *, running: Mapping[str, int], ended: Mapping[str, datetime]
) -> tuple[Turn, ...]:
    """The rule itself. *running* builds and the last build's end of each learner; the next to be taken comes first."""
    before = Counter(running)
    turns = []
    for build in sorted(waiting, key=lambda one: (one.asked, one.id)):
        since = max(build.asked, ended.get(build.learner, build.asked))
        turns.append(Turn(build.id, before[build.learner], since))
        before[build.learner] += 1
    return tuple(sorted(turns, key=lambda turn: (turn.before, turn.since)))


def order() -> tuple[Turn, ...]:
    """The builds that wait now, the next one first."""
    queued = Build.objects.filter(state=BuildState.QUEUED).values_list("id", "learner_id", "created_at")
    waiting = [Waiting(*row) for row in queued]
    learners = {build.learner for build in waiting}
    running = Counter(
        Build.objects.filter(state__in=RUNNING, learner_id__in=learners).values_list("learner_id", flat=True)
    )
    ended = Build.objects.filter(learner_id__in=learners, started_at__isnull=False, finished_at__isnull=False)
    last = dict(ended.values_list("learner_id").annotate(Max("finished_at")))
    return in_order(waiting, running=running, ended=last)


def claim(**changes: object) -> Build | None:
    """Take the build whose turn it is, with *changes*; None if there is none that may run now."""
    for turn in order():
        if turn.before >= limit("build.running"):
            return None  # so have all that come after it
        build = _take(turn.build, changes)
        if build is not None:
            return build
    return None


def next_up(most: int) -> list[Build]:
    """The first builds, at most *most*, that could be taken if a worker were free."""
    may = [turn.build for turn in order() if turn.before < limit("build.running")][:most]
    found = Build.objects.select_related("learner__workspace").in_bulk(may)
    return [found[build] for build in may if build in found]


def _take(build_id: str, changes: Mapping[str, object]) -> Build | None:
    """Take this one, unless another worker was faster with it or with another build of the same learner."""
    with transaction.atomic():
        build = Build.objects.select_related("learner__workspace").filter(pk=build_id, state=BuildState.QUEUED).first()
        if build is None:
            return None
        Learner.objects.select_for_update().get(pk=build.learner_id)  # on SQLite the transaction itself is the lock
        if Build.objects.filter(learner=build.learner_id, state__in=RUNNING).count() >= limit("build.running"):
            return None
        now = timezone.now()
        taken = {"attempt": build.attempt + 1, "started_at": now, "ahead": None, **changes}
        return build if move(build, to=BuildState.RUNNING, **taken) else None
