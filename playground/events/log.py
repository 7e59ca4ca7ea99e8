"""The log: numbered streams that only grow. Everything that happens is appended here before anybody is told.

`append` takes its numbers with one UPDATE in the short transaction that inserts the events, so the order of commits is
the order of numbers and a reader's cursor never steps over a late commit. After the commit the stream is poked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from playground.events import fanout
from playground.events.models import Event, Stream
from playground.events.wire import EVENTS, Wire

Entry = tuple[str, Wire]
"""An event's type and its payload."""


class Closed(Exception):
    """The stream has had its last event, or its fence was taken by another writer: this writer must stop."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events read after a cursor, and how the stream stands: *seq* newest, *oldest* kept, *closed* for good."""

    events: tuple[Event, ...]
    seq: int
    oldest: int
    closed: bool


def create_stream(*, owner: str, kind: str, subject: str, stream_id: str | None = None) -> Stream:
    """A new empty stream. With *stream_id*: the stream of that name, made if it is not there."""
    if stream_id is None:
        return Stream.objects.create(owner=owner, kind=kind, subject=subject)
    return Stream.objects.get_or_create(pk=stream_id, defaults={"owner": owner, "kind": kind, "subject": subject})[0]


def append(
    stream_id: str, entries: Sequence[Entry], *, fence: int | None = None, first: bool = False, last: bool = False
) -> int:
    """Append *entries* in order and answer the number of the last one.

    *fence*: append only while this is the stream's fence. *first*: only if nothing came before. *last*: nothing may
    follow.
    Raises `Closed`, then nothing was written; `TypeError` for a payload that is not of its type's shape.
    """
    rows = [_row(stream_id, kind, payload) for kind, payload in entries]
    conditions: dict[str, int] = {}
    if fence is not None:
        conditions["fence"] = fence
    if first:
        conditions["seq"] = 0
    with transaction.atomic(using="events"):
        seq = _take_numbers(stream_id, rows, conditions, last=last)
        for number, row in enumerate(rows, start=seq - len(rows) + 1):
            row.seq = number
        Event.objects.bulk_create(rows)
        transaction.on_commit(lambda: fanout.poke(stream_id), using="events")
    return seq


def take(stream_id: str) -> int:
    """Become the stream's one writer: answers the new fence; appends under an older one raise `Closed`."""
    with transaction.atomic(using="events"):
        Stream.objects.filter(pk=stream_id).update(fence=F("fence") + 1)
        return Stream.objects.get(pk=stream_id).fence


def read(stream_id: str, *, after: int, most: int = 200) -> Page:
    """Up to *most* events after number *after*. Raises `Stream.DoesNotExist`."""
    stream = Stream.objects.get(pk=stream_id)
    # The stream's row first: events that commit in between are simply read with the next page.
    events = tuple(Event.objects.filter(stream_id=stream_id, seq__gt=after, seq__lte=stream.seq).order_by("seq")[:most])
    return Page(events=events, seq=stream.seq, oldest=stream.oldest, closed=stream.closed)


def newest(stream_id: str, kind: str) -> Event | None:
    """The newest event of one type, or None."""
    return Event.objects.filter(stream_id=stream_id, type=kind).order_by("-seq").first()


def of_type(stream_id: str, kind: str) -> Iterator[Event]:
    """Every event of one type, in order."""
    return Event.objects.filter(stream_id=stream_id, type=kind).order_by("seq").iterator()


def head(stream_id: str) -> int:
    """The newest event's number; 0 when there is none."""
    return Stream.objects.values_list("seq", flat=True).get(pk=stream_id)


def size_of(stream_id: str) -> int:
    """Bytes of payload ever appended."""
    return Stream.objects.values_list("size", flat=True).get(pk=stream_id)


def trim(stream_id: str, *, keep: int) -> int:
    """Forget all but the newest *keep* events of an endless stream; answers how many went."""
    with transaction.atomic(using="events"):
        stream = Stream.objects.get(pk=stream_id)
        oldest = max(stream.oldest, stream.seq - keep + 1)
        Stream.objects.filter(pk=stream_id).update(oldest=oldest)
        return Event.objects.filter(stream_id=stream_id, seq__lt=oldest).delete()[0]


def trim_endless(*, keep: int) -> None:
    """`trim` every workspace's and the site's stream: those never close."""
    for stream_id in Stream.objects.filter(kind__in=("workspace", "site"), seq__gt=keep).values_list("id", flat=True):
        trim(stream_id, keep=keep)


def _row(stream_id: str, kind: str, payload: Wire) -> Event:
    if not isinstance(payload, EVENTS[kind]):
        raise TypeError(f"{kind} takes {EVENTS[kind].__name__}, not {type(payload).__name__}")
    return Event(stream_id=stream_id, seq=0, type=kind, at=timezone.now(), payload=payload.model_dump_json())


def _take_numbers(stream_id: str, rows: Sequence[Event], conditions: dict[str, int], *, last: bool) -> int:
    """Reserve a number for each row, if the stream's columns are as *conditions* say. Raises `Closed` if not.

    SQLite and PostgreSQL both know UPDATE … RETURNING, Django's ORM does not.
    """
    size = sum(len(row.payload) for row in rows)
    table = connections["events"].ops.quote_name(Stream._meta.db_table)
    sql = (
        f"UPDATE {table} SET seq = seq + %s, size = size + %s, closed = %s"  # noqa: S608  (all names are ours)
        " WHERE id = %s AND NOT closed" + "".join(f" AND {column} = %s" for column in conditions) + " RETURNING seq"
    )
    with connections["events"].cursor() as cursor:
        cursor.execute(sql, [len(rows), size, last, stream_id, *conditions.values()])
        taken = cursor.fetchone()
    if taken is None:
        raise Closed(stream_id)
    return int(taken[0])
