"""Schedules are read as robfig/cron reads them, with its complaints."""

import pytest

from playground.kube.apiserver.validation.cron_schedule import Schedule, ScheduleError, parse

SECOND = 1_000_000_000


def test_fields_become_numbers() -> None:
    read = parse("*/20 9-11 1,15 jan-mar MON")
    numbers = [sorted(chosen) for chosen in (read.minutes, read.hours, read.days, read.months, read.weekdays)]
    assert numbers == [[0, 20, 40], [9, 10, 11], [1, 15], [1, 2, 3], [1]]


def test_only_a_star_without_a_step_means_any_day() -> None:
    assert (parse("0 0 * * ?").any_day, parse("0 0 * * ?").any_weekday) == (True, True)
    assert not parse("0 0 */2 * 1").any_day


def test_a_number_with_a_step_goes_on_to_the_end() -> None:
    assert parse("50/4 * * * *").minutes == {50, 54, 58}


@pytest.mark.parametrize(
    ("descriptor", "fields"),
    [("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0"), ("@annually", "0 0 1 1 *"), ("@midnight", "0 0 * * *")],
)
def test_descriptors_stand_for_fields(descriptor: str, fields: str) -> None:
    assert parse(descriptor) == parse(fields)


def test_an_interval_is_whole_seconds_and_at_least_one() -> None:
    assert parse("@every 1h30m") == Schedule(every=5400 * SECOND)
    assert parse("@every 1500ms").every == SECOND
    assert parse("@every 1ms").every == SECOND


def test_a_zone_may_come_first() -> None:
    assert parse("TZ=Europe/Berlin 0 6 * * *").zone == "Europe/Berlin"
    assert parse("CRON_TZ=UTC @daily").zone == "UTC"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty spec string"),
        ("* * *", "expected exactly 5 fields, found 3: [* * *]"),
        ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("*/2/3 * * * *", "too many slashes: */2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("*/-1 * * * *", "negative number (-1) not allowed: -1"),
        ("@often", "unrecognized descriptor: @often"),
        ("@every x", 'failed to parse duration @every x: time: invalid duration "x"'),
        ("TZ=Mars/Olympus * * * * *", "provided bad location Mars/Olympus: unknown time zone Mars/Olympus"),
        ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
    ],
)
def test_what_cannot_be_read_is_told_as_the_parser_tells_it(text: str, says: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse(text)
    assert str(error.value) == says
