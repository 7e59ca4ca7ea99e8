"""Signs of life."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.builds.models import Pulse
from playground.builds.pulses import pulse
from tests.builds.support import force

pytestmark = pytest.mark.django_db


def test_a_pulse_says_when_and_that_all_is_well() -> None:
    before = timezone.now()
    pulse("gateway", note="follows 2 containers")
    row = Pulse.objects.get(pk="gateway")
    assert before <= row.at <= timezone.now()
    assert (row.ok, row.note, row.info) == (True, "follows 2 containers", {})


def test_the_newest_pulse_of_a_part_replaces_the_one_before() -> None:
    pulse("engine", info={"version": "24"})
    force(Pulse.objects.get(pk="engine"), at=timezone.now() - timedelta(hours=1))
    pulse("engine", ok=False, note="gone")
    row = Pulse.objects.get()
    assert (row.ok, row.note, row.info) == (False, "gone", {})
    assert row.at > timezone.now() - timedelta(minutes=1)


def test_an_endless_note_is_cut_to_its_column() -> None:
    pulse("engine", ok=False, note="x" * 5000)
    assert len(Pulse.objects.get().note) == 400
