"""When schedules fire. The turns of the clocks are looked at as in robfig/cron v3's own tests (spec_test.go)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver.validation.cron_schedule import parse
from playground.kube.controllers.cronjob.times import next_after
from playground.kube.controllers.cronjob.zones import zone


def at(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp())


def shown(moment: int | None, name: str = "") -> str | None:
    """What clocks show."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment + zone(name).offset(moment), UTC).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    ("schedule", "after", "first"),
    [
        ("* * * * *", "2026-01-01T00:00:00", "2026-01-01T00:01:00"),
        ("* * * * *", "2026-01-01T00:00:59", "2026-01-01T00:01:00"),
        ("0 0 1 1 *", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
        ("*/15 9-17 * * mon-fri", "2026-01-02T17:45:00", "2026-01-05T09:00:00"),
        ("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 12 13 * fri", "2026-01-01T00:00:00", "2026-01-02T12:00:00"),
        ("0 12 */2 * fri", "2026-01-02T12:00:00", "2026-01-03T12:00:00"),
        ("59 23 31 12 *", "2026-12-31T23:59:00", "2027-12-31T23:59:00"),
        ("@hourly", "2026-01-01T00:30:00", "2026-01-01T01:00:00"),
        ("@every 90s", "2026-01-01T00:00:10", "2026-01-01T00:01:40"),
        ("0 0 31 2 *", "2026-01-01T00:00:00", None),
    ],
)
def test_the_next_time(schedule: str, after: str, first: str | None) -> None:
    assert shown(next_after(parse(schedule), at(after))) == first


@pytest.mark.parametrize(
    ("schedule", "after", "first"),
    [
        # Clocks skip 02:00-03:00 on 2028-03-12 and show 01:00-02:00 twice on 2028-11-05. Times here are UTC.
        ("0 * * * *", "2028-03-12T05:00:00", "2028-03-12T06:00:00"),
        ("0 * * * *", "2028-03-12T06:00:00", "2028-03-12T07:00:00"),
        ("0 0 * * *", "2028-03-12T05:00:00", "2028-03-13T04:00:00"),
        ("0 3 * * *", "2028-03-12T05:00:00", "2028-03-12T07:00:00"),
        ("30 2 * * *", "2028-03-12T05:00:00", "2028-03-13T06:30:00"),  # skipped
        ("0 * * * *", "2028-11-05T05:00:00", "2028-11-05T06:00:00"),
        ("0 1 * * *", "2028-11-05T04:30:00", "2028-11-05T05:00:00"),
        ("0 1 * * *", "2028-11-05T05:00:00", "2028-11-05T06:00:00"),  # twice
        ("0 3 * * *", "2028-11-05T04:00:00", "2028-11-05T08:00:00"),
    ],
)
def test_when_the_clocks_are_turned(schedule: str, after: str, first: str) -> None:
    assert shown(next_after(parse(f"TZ=America/New_York {schedule}"), at(after))) == first


def test_where_midnight_is_skipped_the_day_begins_at_one() -> None:
    schedule = parse("TZ=Asia/Beirut 0 0 * * *")  # 2028-03-26 begins at 01:00
    found = next_after(schedule, at("2028-03-24T22:30:00"))
    assert found is not None
    assert shown(found, "Asia/Beirut") == "2028-03-27T00:00:00"


FIELDS = st.tuples(
    st.sampled_from(["*", "*/7", "0", "5,35", "10-20/3"]),
    st.sampled_from(["*", "*/5", "0", "2", "8-18"]),
    st.sampled_from(["*", "1", "31", "*/10"]),
    st.sampled_from(["*", "2", "1-6/2"]),
    st.sampled_from(["*", "0", "mon-fri"]),
)


@given(
    fields=FIELDS,
    name=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    start=st.integers(1_767_225_600, 1_900_000_000),
)
def test_what_is_found_fits_and_nothing_in_between_does(fields: tuple[str, ...], name: str, start: int) -> None:
    schedule = parse(f"TZ={name} {' '.join(fields)}")
    found = next_after(schedule, start)
    if found is None:
        return
    assert found > start

    def fits(moment: int) -> bool:
        time = datetime.fromtimestamp(moment + zone(name).offset(moment), UTC)
        day, weekday = time.day in schedule.days, time.isoweekday() % 7 in schedule.weekdays
        on = day and weekday if schedule.any_day or schedule.any_weekday else day or weekday
        return on and time.month in schedule.months and time.hour in schedule.hours and time.minute in schedule.minutes

    assert fits(found)
    first = start - start % 60 + 60
    assert not any(fits(moment) for moment in range(first, min(found, first + 86400), 60))
