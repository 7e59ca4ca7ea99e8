"""Ages are written as kubectl writes them."""

import pytest

from playground.kube.kubectl.durations import ago, human, since_epoch

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (119, "119s"),
        (120, "2m"),
        (330, "5m30s"),
        (600, "10m"),
        (3 * HOUR, "3h"),
        (5 * HOUR + 600, "5h10m"),
        (30 * HOUR, "30h"),
        (2 * DAY + 4 * HOUR, "2d4h"),
        (100 * DAY, "100d"),
        (3 * 365 * DAY + 10 * DAY, "3y10d"),
        (9 * 365 * DAY, "9y"),
    ],
)
def test_small_ages_have_two_units(seconds: float, written: str) -> None:
    assert human(seconds) == written


def test_an_age_is_from_a_timestamp() -> None:
    assert since_epoch("1970-01-01T00:01:00Z") == 60
    assert ago("1970-01-01T00:01:00Z", 77) == "17s"
    assert ago(None, 77) == "<unknown>"
