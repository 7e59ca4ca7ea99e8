"""The limits in force, with the operator's overrides."""

import pytest

from playground.builds.limits import LimitsError, in_force, limit, parse_overrides
from playground.engine.limits import LIMITS, BadOverride
from tests.builds.support import SetLimits


def test_overrides_are_read_from_text() -> None:
    assert parse_overrides("") == {}
    assert parse_overrides(" build.seconds=300, run.memory=1024 ,") == {"build.seconds": 300, "run.memory": 1024}


@pytest.mark.parametrize("text", ["build.second=3", "build.seconds", "build.seconds=", "build.seconds=-1", "a=b", "=3"])
def test_an_override_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(LimitsError, match="DRYDOCK_LIMITS") as caught:
        parse_overrides(text)
    assert text.partition("=")[0] in str(caught.value)


def test_an_override_is_in_force_and_the_others_are_as_in_the_table(set_limits: SetLimits) -> None:
    set_limits("build.seconds=300")
    assert limit("build.seconds") == 300
    assert {key for key, row in in_force().items() if row != LIMITS[key]} == {"build.seconds"}


def test_a_value_that_makes_no_sense_is_refused(set_limits: SetLimits) -> None:
    set_limits("build.seconds=0")
    with pytest.raises(BadOverride):
        limit("build.seconds")


def test_a_limit_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(KeyError):
        limit("build-seconds")
