"""Whoever counts and then adds does it alone, in either kind of database."""

import threading

import pytest
from django.db import connection, connections, transaction

from playground.accounts.models import Learner

LOOK = 0.3
"""Seconds in which a transaction that waits for nobody would long have begun."""


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_when_the_one_before_has_ended() -> None:
    asked, entered = threading.Event(), threading.Event()
    seen: list[int] = []

    def count_and_add() -> None:
        try:
            asked.set()
            with transaction.atomic():
                entered.set()
                seen.append(Learner.objects.count())
                Learner.objects.create()
        finally:
            connections.close_all()

    other = threading.Thread(target=count_and_add)
    with transaction.atomic():
        before = Learner.objects.count()
        other.start()
        assert asked.wait(5)
        assert not entered.wait(LOOK)
        Learner.objects.create()
    other.join(10)
    assert seen == [before + 1]
    assert Learner.objects.count() == before + 2


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_lets_the_next_one_begin() -> None:
    def fail() -> None:
        with transaction.atomic():
            Learner.objects.create()
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()
    assert Learner.objects.count() == 0
    assert connection.get_autocommit()
