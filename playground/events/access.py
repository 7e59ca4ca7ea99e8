"""The one door to a stream."""

from playground.accounts.errors import NotFound
from playground.accounts.models import Learner
from playground.events.models import Stream

PUBLIC = ""
"""Owner of the streams anybody may read."""


def stream_for(learner: Learner | None, stream_id: str) -> Stream:
    """The stream, if it is public or *learner*'s. Raises `NotFound` otherwise, in the same words."""
    stream = Stream.objects.filter(pk=stream_id).first()
    if stream is None or stream.owner not in {PUBLIC, learner.id if learner else PUBLIC}:
        raise NotFound("stream")
    return stream
