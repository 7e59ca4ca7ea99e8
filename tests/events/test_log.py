"""The log: numbers without gap, batches in order, one writer behind a fence, an end, and what is trimmed."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from playground.events import log, wire
from playground.events.models import Event, Stream
from tests.events.support import entries, write

pytestmark = pytest.mark.django_db(databases=["default", "events"])


def numbers(stream: Stream) -> list[int]:
    return list(Event.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True))


def test_numbers_begin_at_one_and_have_no_gap(stream: Stream) -> None:
    assert [write(stream.id, count) for count in (1, 3, 2)] == [1, 4, 6]
    assert numbers(stream) == [1, 2, 3, 4, 5, 6]
    assert log.head(stream.id) == 6


def test_a_batch_keeps_its_order(stream: Stream) -> None:
    write(stream.id, 5)
    assert [event.data["id"] for event in log.read(stream.id, after=0, most=10).events] == ["1", "2", "3", "4", "5"]


def test_streams_count_apart(stream: Stream) -> None:
    other = log.create_stream(owner="", kind="site", subject="other")
    write(stream.id, 3)
    assert write(other.id, 1) == 1


def test_a_stream_of_a_given_name_is_made_once() -> None:
    first = log.create_stream(owner="ada", kind="build", subject="b", stream_id="named")
    before = Stream.objects.count()
    again = log.create_stream(owner="eve", kind="build", subject="c", stream_id="named")
    assert (again.pk, again.owner, Stream.objects.count()) == (first.pk, "ada", before)


def test_a_new_fence_shuts_the_writer_with_the_old_one_out(stream: Stream) -> None:
    old = log.take(stream.id)
    log.append(stream.id, entries(1, 1), fence=old)
    new = log.take(stream.id)
    with pytest.raises(log.Closed):
        log.append(stream.id, entries(2, 2), fence=old)
    assert numbers(stream) == [1]
    assert log.append(stream.id, entries(2, 1), fence=new) == 2


def test_a_shut_out_writer_does_not_close_the_stream_either(stream: Stream) -> None:
    old = log.take(stream.id)
    log.take(stream.id)
    with pytest.raises(log.Closed):
        log.append(stream.id, entries(1, 1), fence=old, last=True)
    assert not log.read(stream.id, after=0).closed
    assert write(stream.id, 1) == 1


def test_a_writer_without_a_fence_may_always_append(stream: Stream) -> None:
    log.take(stream.id)
    assert write(stream.id, 1) == 1


def test_nothing_follows_the_last_event(stream: Stream) -> None:
    fence = log.take(stream.id)
    assert log.append(stream.id, entries(1, 2), fence=fence, last=True) == 2
    for more in ({}, {"fence": fence}, {"last": True}):
        with pytest.raises(log.Closed):
            log.append(stream.id, entries(3, 1), **more)
    page = log.read(stream.id, after=0)
    assert (page.seq, page.closed, numbers(stream)) == (2, True, [1, 2])


def test_a_stream_that_is_not_there_is_closed_for_a_writer_and_missing_for_a_reader() -> None:
    with pytest.raises(log.Closed):
        log.append("nothing", entries(1, 1))
    with pytest.raises(Stream.DoesNotExist):
        log.read("nothing", after=0)


def test_a_payload_of_another_shape_is_refused_and_takes_no_number(stream: Stream) -> None:
    with pytest.raises(TypeError, match=r"project\.put takes ProjectPut, not ProjectGone"):
        log.append(stream.id, [*entries(1, 1), ("project.put", wire.ProjectGone(id="1"))])
    assert (log.head(stream.id), numbers(stream)) == (0, [])


def test_a_type_outside_the_closed_set_is_refused(stream: Stream) -> None:
    with pytest.raises(KeyError):
        log.append(stream.id, [("project.painted", wire.ProjectGone(id="1"))])
    assert log.head(stream.id) == 0


def test_a_page_begins_after_the_cursor_and_has_at_most_so_many(stream: Stream) -> None:
    write(stream.id, 7)
    page = log.read(stream.id, after=2, most=3)
    assert [event.seq for event in page.events] == [3, 4, 5]
    assert (page.seq, page.oldest, page.closed) == (7, 1, False)
    assert log.read(stream.id, after=7).events == ()
    assert log.read(stream.id, after=10**30).events == ()


def test_pages_one_after_another_give_everything_once(stream: Stream) -> None:
    write(stream.id, 25)
    cursor, got = 0, []
    while page := log.read(stream.id, after=cursor, most=10).events:
        got += [event.seq for event in page]
        cursor = got[-1]
    assert got == list(range(1, 26))


def test_trimming_forgets_the_oldest_and_says_from_where_on_it_knows(stream: Stream) -> None:
    write(stream.id, 10)
    assert log.trim(stream.id, keep=3) == 7
    page = log.read(stream.id, after=0)
    assert ([event.seq for event in page.events], page.oldest, page.seq) == ([8, 9, 10], 8, 10)
    assert write(stream.id, 1) == 11


def test_trimming_twice_or_with_room_takes_nothing(stream: Stream) -> None:
    write(stream.id, 10)
    log.trim(stream.id, keep=3)
    assert log.trim(stream.id, keep=3) == 0
    assert log.trim(stream.id, keep=8) == 0
    assert log.read(stream.id, after=0).oldest == 8


def test_only_streams_without_an_end_are_trimmed_by_themselves(stream: Stream) -> None:
    build = log.create_stream(owner="ada", kind="build", subject="b")
    workspace = log.create_stream(owner="ada", kind="workspace", subject="w")
    for each in (stream, build, workspace):
        write(each.id, 5)
    log.trim_endless(keep=2)
    assert [len(numbers(each)) for each in (stream, build, workspace)] == [2, 5, 2]


def test_the_newest_of_a_type_is_found(stream: Stream) -> None:
    write(stream.id, 3)
    log.append(stream.id, [("project.put", wire.ProjectPut(id="1", name="n"))])
    newest = log.newest(stream.id, "project.gone")
    assert newest is not None
    assert newest.seq == 3
    assert log.newest(stream.id, "build.output") is None


def test_the_size_is_the_bytes_of_all_payloads(stream: Stream) -> None:
    write(stream.id, 3)
    assert log.size_of(stream.id) == sum(len(event.payload) for event in Event.objects.all())
    log.trim(stream.id, keep=0)
    assert log.size_of(stream.id) > 0


def test_readers_are_poked_after_the_commit_and_not_before(
    stream: Stream, pokes: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(using="events", execute=True):
        write(stream.id, 1)
        assert not pokes
    assert pokes == [stream.id]


def test_a_refused_append_pokes_nobody(
    stream: Stream, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    log.append(stream.id, entries(1, 1), last=True)
    with django_capture_on_commit_callbacks(using="events") as callbacks, pytest.raises(log.Closed):
        write(stream.id, 1)
    assert not callbacks
