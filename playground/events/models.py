"""The log's two tables. Only `log.py` writes them."""

import json
from typing import Any

from django.db import models

from playground.accounts.ids import new_id


class Stream(models.Model):
    """A numbered sequence of events about one subject. *seq* is the newest event's number; 0 when there is none.

    *owner* is a learner's id ('' where anybody may read): the learner is in another database, so there is no key.
    *fence*: only the holder of the newest number may append (a writer that lost its lease cannot).
    *oldest*: the first number still kept. *size*: bytes of payload ever appended.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    owner = models.CharField(max_length=16, blank=True, db_index=True)
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=16)
    seq = models.PositiveBigIntegerField(default=0)
    oldest = models.PositiveBigIntegerField(default=1)
    fence = models.PositiveIntegerField(default=0)
    closed = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.seq})"


class Event(models.Model):
    """One thing that happened. *payload* is the JSON text of the shape that `wire.EVENTS[type]` gives."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=32)
    at = models.DateTimeField()
    payload = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("stream", "seq"), name="event_number_is_unique"),)

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq} {self.type}"

    @property
    def data(self) -> dict[str, Any]:
        """The payload as a dictionary."""
        loaded: dict[str, Any] = json.loads(self.payload)
        return loaded
