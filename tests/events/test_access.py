"""The one door to a stream."""

import pytest

from playground.accounts.errors import NotFound
from playground.events import log
from playground.events.access import stream_for
from playground.events.models import Stream
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "events"])


def test_the_owner_reads_every_stream_of_its_own(cast: Cast) -> None:
    for stream_id in (cast.owner.workspace.stream, cast.build.stream, cast.container.stream):
        assert stream_for(cast.owner, stream_id).pk == stream_id


def test_others_hear_what_they_would_hear_of_nothing(cast: Cast) -> None:
    said = set()
    for who in (cast.other, None):
        for stream_id in (cast.owner.workspace.stream, cast.build.stream, "nothing"):
            with pytest.raises(NotFound) as refusal:
                stream_for(who, stream_id)
            said.add(refusal.value.message)
    assert said == {"There is no such stream, or it is not yours."}


def test_anybody_reads_a_stream_of_nobodys(stream: Stream, cast: Cast) -> None:
    assert stream_for(None, stream.pk) == stream_for(cast.other, stream.pk) == stream


def test_the_public_streams_are_never_those_of_a_learner(cast: Cast) -> None:
    assert not Stream.objects.filter(owner="", kind__in=("workspace", "build", "container")).exists()
    assert log.create_stream(owner=cast.owner.id, kind="build", subject="b").owner == cast.owner.id
