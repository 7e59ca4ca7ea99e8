"""The table of limits."""

import pytest

from playground.engine.limits import LIMITS, BadOverride, amount, bytes_text, limits, seconds_text
from playground.engine.sandbox import LOG_FILE, LOG_FILES


def test_every_limit_can_be_shown_to_a_learner() -> None:
    for key, limit in LIMITS.items():
        assert limit.key == key
        assert limit.value >= 1
        assert limit.title[0].isupper()
        assert limit.sentence.endswith(".")
        assert str(limit.value // (1 << 40)) == "0", "no value is beyond all measure"
        assert limit.text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1 byte"), (900, "900 bytes"), (1 << 10, "1 KiB"), (1 << 20, "1 MiB"), (3 << 29, "1.5 GiB"), (0, "0 bytes")],
)
def test_bytes_are_written_in_the_largest_unit(value: int, text: str) -> None:
    assert bytes_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 s"), (45, "45 s"), (120, "2 min"), (90, "1 min 30 s"), (1800, "30 min"), (3600, "1 h")]
)
def test_times_are_written_as_people_say_them(value: int, text: str) -> None:
    assert seconds_text(value) == text


def test_other_units_are_counted() -> None:
    assert amount(500, "millicpus") == "0.5 CPU"
    assert amount(1000, "millicpus") == "1 CPU"
    assert amount(1, "builds") == "1 build"
    assert amount(100_000, "lines") == "100,000 lines"
    assert amount(60, "an hour") == "60 an hour"


def test_an_operator_s_value_replaces_ours_and_nothing_else() -> None:
    table = limits({"build.seconds": 300})
    assert table["build.seconds"].value == 300
    assert table["build.seconds"].title == LIMITS["build.seconds"].title
    assert {key for key in table if table[key] != LIMITS[key]} == {"build.seconds"}


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"build.second": 3}, "no limit named"),
        ({"build.seconds": 0}, "at least 1"),
        ({"build.seconds": True}, "at least 1"),
        ({"run.memory": 1 << 30}, "is over run.memory_most"),
        ({"run.cpus_most": 100}, "is over run.cpus_most"),
    ],
)
def test_an_impossible_override_is_refused_with_a_sentence(overrides: dict[str, int], said: str) -> None:
    with pytest.raises(BadOverride, match=said):
        limits(overrides)


def test_our_cap_on_output_comes_before_the_engine_throws_lines_away() -> None:
    """Docker keeps whole files: of five, four are full. It writes 75 bytes around a line, and six for a strange one."""
    kept = int(LOG_FILE.removesuffix("m")) * 1_000_000 * (int(LOG_FILES) - 1)
    assert kept > 6 * LIMITS["run.output"].value + 75 * LIMITS["run.lines"].value
