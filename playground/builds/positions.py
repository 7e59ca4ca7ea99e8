"""Who is next: the place of each waiting build, told to those whose place has changed."""

from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.events import log, wire

MOST_TOLD = 50


def announce() -> None:
    """Tell the first waiting builds how many are before them, if that number has changed."""
    queued = Build.objects.filter(state=BuildState.QUEUED).order_by("created_at")[:MOST_TOLD]
    for ahead, build in enumerate(queued):
        if Build.objects.filter(pk=build.pk, state=BuildState.QUEUED).exclude(ahead=ahead).update(ahead=ahead):
            try:
                log.append(build.stream, [("build.position", wire.BuildPosition(ahead=ahead))])
            except log.Closed:  # cancelled, or its stream is not made yet: then the place is still to be told
                Build.objects.filter(pk=build.pk, ahead=ahead).update(ahead=None)
