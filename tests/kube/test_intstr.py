"""Numbers and percentages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.intstr import percent, resolve


def test_a_quarter_of_three_is_one_rounded_up_and_none_rounded_down() -> None:
    assert resolve("25%", 3, round_up=True) == 1
    assert resolve("25%", 3, round_up=False) == 0


def test_a_number_is_itself_whatever_the_total() -> None:
    assert resolve(7, 3, round_up=True) == 7


@given(st.integers(-500, 500), st.integers(0, 100_000), st.booleans())
def test_a_percentage_is_rounded_as_go_rounds_its_float(share: int, total: int, up: bool) -> None:
    exact = float(share) * float(total) / 100
    assert resolve(f"{share}%", total, round_up=up) == (math.ceil(exact) if up else math.floor(exact))


@pytest.mark.parametrize("text", ["5", "", "all"])
def test_text_without_a_percent_sign_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^invalid value for IntOrString: invalid type: string is not a percentage$"):
        percent(text)


def test_a_percentage_of_something_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r'invalid value "x%": strconv.Atoi: parsing "x": invalid syntax'):
        resolve("x%", 10, round_up=True)
