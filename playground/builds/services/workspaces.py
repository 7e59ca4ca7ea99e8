"""Becoming a learner, and telling a learner's open pages what has changed."""

from collections.abc import Sequence

from django.db import transaction
from django.http import HttpRequest

from playground.accounts import ratelimit
from playground.accounts import services as accounts
from playground.accounts.ids import new_id
from playground.accounts.middleware import visitor_of
from playground.accounts.models import Learner
from playground.builds.limits import limit
from playground.events import log


def ensure_learner(request: HttpRequest) -> Learner:
    """The learner of this request; a visitor who writes for the first time becomes a guest with a workspace."""
    visitor = visitor_of(request)
    address = ratelimit.address_of(request)
    if visitor.learner is not None:
        ratelimit.check(what="writes", who=visitor.learner.id, most=limit("rate.writes"), window=60)
        return visitor.learner
    ratelimit.check(what="new guests", who=address, most=limit("rate.guests_address"), window=3600)
    learner = create_guest()
    visitor.became(learner, guest=True)
    return learner


def create_guest() -> Learner:
    """A guest with a workspace and the stream its pages listen to."""
    stream = new_id()
    learner = accounts.create_guest(stream=stream)
    log.create_stream(owner=learner.id, kind="workspace", subject=learner.workspace.id, stream_id=stream)
    return learner


def tell(learner: Learner, entries: Sequence[log.Entry]) -> None:
    """Append to the learner's workspace stream once the surrounding transaction has committed."""
    stream = learner.workspace.stream
    transaction.on_commit(lambda: log.append(stream, entries) and None)
