"""Zones are known by name only."""

import pytest

from playground.kube.apiserver.validation.time_zones import complaint, names


@pytest.mark.parametrize("zone", ["", "UTC", "Local", "Europe/Berlin", "America/Argentina/Ushuaia", "EST5EDT", "Zulu"])
def test_zones_of_the_database_load(zone: str) -> None:
    assert complaint(zone) == ""


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Mars/Olympus", "unknown time zone Mars/Olympus"),
        ("europe/berlin", "unknown time zone europe/berlin"),
        ("../etc/passwd", "time: invalid location name"),
        ("/etc/localtime", "time: invalid location name"),
    ],
)
def test_others_do_not(zone: str, says: str) -> None:
    assert complaint(zone) == says


def test_the_list_has_no_comments_in_it() -> None:
    assert len(names()) > 500
    assert not [name for name in names() if name.startswith("#")]
