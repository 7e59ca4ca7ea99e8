"""Who is next: the place of each waiting build, told to those whose place has changed. The order is that of `turns`."""

from collections.abc import Sequence

from django.db import transaction

from playground.builds import turns
from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.events import log, wire

MOST_TOLD = 50
AT_ONCE = 10
"""So many are told in one transaction: few enough not to keep others from writing."""


def announce() -> None:
    """Tell the first waiting builds how many are before them, if that number has changed."""
    places = _places()
    told = dict(Build.objects.filter(pk__in=places, state=BuildState.QUEUED).values_list("pk", "ahead"))
    changed = [build for build, ahead in places.items() if build in told and told[build] != ahead]
    for begin in range(0, len(changed), AT_ONCE):
        _tell(changed[begin : begin + AT_ONCE])


def _places() -> dict[str, int]:
    """The place of each of the first builds."""
    return {turn.build: ahead for ahead, turn in enumerate(turns.order()[:MOST_TOLD])}


def _tell(some: Sequence[str]) -> None:
    """Tell these their places as this transaction finds them: of two that announce at once, none tells an old one."""
    with transaction.atomic():
        rows = list(Build.objects.select_for_update().filter(pk__in=some, state=BuildState.QUEUED).order_by("pk"))
        places = _places()
        for build in rows:
            ahead = places.get(build.pk)
            if ahead is None or ahead == build.ahead:
                continue
            try:
                log.append(build.stream, [("build.position", wire.BuildPosition(ahead=ahead))])
                Build.objects.filter(pk=build.pk).update(ahead=ahead)
            except log.Closed:  # cancelled, or its stream is not made yet: then the place is still to be told
                continue
