"""Time zones from the bundled table."""

import zoneinfo
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.apiserver.validation import time_zones
from playground.kube.controllers.cronjob.zones import rule_of, zone

NAMES = sorted(time_zones.names())


@pytest.fixture(autouse=True, scope="module")
def pinned_tables() -> None:
    """The tzdata package that the table was made of, not the machine's files."""
    zoneinfo.reset_tzpath(())


@settings(max_examples=300)
@given(name=st.sampled_from(NAMES), moment=st.integers(1_577_836_800, 4_000_000_000))
def test_it_says_what_the_database_says(name: str, moment: int) -> None:
    told = datetime.fromtimestamp(moment, zoneinfo.ZoneInfo(name)).utcoffset()
    assert told is not None
    assert zone(name).offset(moment) == told.total_seconds()


def test_every_zone_of_the_list_is_there() -> None:
    for name in NAMES:
        assert -86400 < zone(name).offset(1_767_225_600) < 86400
    assert zone("").offset(0) == zone("Local").offset(0) == 0


def test_what_clocks_show_is_turned_back_into_a_moment() -> None:
    berlin = zone("Europe/Berlin")
    noon = 1_782_907_200  # 2026-07-01T12:00:00
    assert berlin.moment(noon) == noon - 7200
    gap = 1_774_751_400  # 2026-03-29T02:30:00, which clocks skip
    assert berlin.moment(gap) in {gap - 3600, gap - 7200}


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
        ("IST-5:30", 19800, 19800),
        ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", -10800, -14400),
    ],
)
def test_rules(text: str, winter: int, summer: int) -> None:
    rule = rule_of(text)
    assert (rule.offset(1_768_000_000), rule.offset(1_783_000_000)) == (winter, summer)


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule of a time zone"):
        rule_of("CET-1CEST,J60,J300")
    with pytest.raises(KeyError):
        zone("Mars/Olympus")
