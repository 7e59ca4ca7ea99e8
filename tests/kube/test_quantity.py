"""Quantities: parsing, canonical form, rounding and order, as k8s.io/apimachinery/pkg/api/resource has them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube import quantity
from playground.kube.quantity import Quantity, parse

SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "e3", "E2", "e-3", "e+6", "e0"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a quantity that Kubernetes reads, in any writing."""
    sign = draw(st.sampled_from(["", "+", "-"]))
    whole = draw(st.integers(0, 10**9))
    part = draw(st.sampled_from(["", ".", ".5", ".25", ".001", ".125", ".1000", ".000000001"]))
    zeros = draw(st.sampled_from(["", "0", "00"]))
    return f"{sign}{zeros}{whole}{part}{draw(st.sampled_from(SUFFIXES))}"


def ten(power: int) -> Fraction:
    """Return ten to a power."""
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def exact(text: str) -> Fraction:
    """Return what `text` says, worked out another way."""
    units = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15}
    binary = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5}
    if text[-2:] in binary:
        return Fraction(text[:-2].rstrip(".") or 0) * Fraction(1 << 10 * binary[text[-2:]])
    if text[-1] in units:
        return Fraction(text[:-1].rstrip(".")) * ten(units[text[-1]])
    number, _, exponent = text.lower().partition("e")
    return Fraction(number.rstrip(".")) * ten(int(exponent or 0))


def up_to_nano(number: Fraction) -> Fraction:
    """Return `number` rounded away from zero to nine decimal places."""
    scaled = abs(number) * 10**9
    size = Fraction(-(-scaled.numerator // scaled.denominator), 10**9)
    return size if number >= 0 else -size


@given(texts())
def test_a_quantity_is_the_number_it_says_rounded_up_to_a_nano(text: str) -> None:
    told = up_to_nano(exact(text))
    most = Fraction((1 << 63) - 1)
    capped = max(min(told, most), -most) if text[-2:] in {"Ki", "Mi", "Gi", "Ti", "Pi"} else told
    assert parse(text).fraction() in {told, capped}


@given(texts())
def test_what_is_printed_reads_back_as_the_same_quantity(text: str) -> None:
    amount = parse(text)
    if amount.scale > 20 and amount.format == "DecimalSI":
        return  # there is no suffix above E, see the test of its own
    again = parse(str(amount))
    assert again == amount
    assert str(again) == str(amount)


@given(texts(), texts())
def test_order_and_sums_are_those_of_the_exact_numbers(first: str, second: str) -> None:
    one, two = parse(first), parse(second)
    left, right = one.fraction(), two.fraction()
    assert (one < two, one <= two, one > two, one >= two) == (left < right, left <= right, left > right, left >= right)
    assert (one == two) == (left == right)
    assert (one + two).fraction() == left + right
    assert (one - two).fraction() == left - right
    if one == two:
        assert hash(one) == hash(two)


@given(texts())
def test_whole_and_milli_units_are_rounded_away_from_zero(text: str) -> None:
    amount = parse(text)
    number = amount.fraction()
    for factor, found in ((1, amount.value()), (1000, amount.milli())):
        scaled = abs(number) * factor
        size = min(-(-scaled.numerator // scaled.denominator), (1 << 63) - 1)
        assert found == (size if number >= 0 else -size)
    assert quantity.value(text) == amount.value()
    assert quantity.milli(text) == amount.milli()


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1", "1"),
        ("0", "0"),
        ("0.5", "500m"),
        ("1.5", "1500m"),
        ("100m", "100m"),
        ("1000m", "1"),
        ("1500000m", "1500"),
        ("1000", "1k"),
        ("1000000", "1M"),
        ("1.5Gi", "1536Mi"),
        ("1024Mi", "1Gi"),
        ("1000Mi", "1000Mi"),
        ("2048Ki", "2Mi"),
        ("1023", "1023"),
        ("0.5Ki", "512"),
        ("0.1Ki", "102400m"),
        ("1.3Ki", "1331200m"),
        ("0Gi", "0"),
        ("12e6", "12e6"),
        ("1e-20", "1e-9"),
        ("0.1n", "1n"),
        ("-1.5Gi", "-1536Mi"),
        ("9Ei", "9223372036854775807"),
        ("1.500", "1.500"),  # looks canonical at a glance, so the writing is kept
        ("+5", "+5"),
        ("05", "05"),
        ("m", "0"),
    ],
)
def test_the_canonical_form_is_that_of_kubernetes(text: str, printed: str) -> None:
    assert str(parse(text)) == printed


@pytest.mark.parametrize("text", ["", "lots", "1GB", "1 Gi", " 1", "1 ", "1,5", "0x10", "1Gi1Gi", "1.2.3", "١"])
def test_what_is_no_quantity_is_refused_with_the_regular_expression(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match the regular expression") as refused:
        parse(text)
    assert str(refused.value).endswith("'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")


@pytest.mark.parametrize("text", ["1K", "1ki", "1i", "1mm", "1e", "1m3", "1-", "--1", "1e99999999999999999999"])
def test_an_unknown_suffix_is_told_apart(text: str) -> None:
    with pytest.raises(ValueError, match=r"^unable to parse quantity's suffix$"):
        parse(text)


def test_a_large_suffix_without_a_number_has_its_own_message() -> None:
    with pytest.raises(ValueError, match=r"^unable to parse numeric part of quantity$"):
        parse("Pi")


def test_numbers_are_read_as_their_text() -> None:
    assert str(parse(2)) == "2"
    assert str(parse(0.5)) == "500m"


def test_rounding_up_keeps_the_writing_when_there_is_nothing_to_round() -> None:
    assert str(parse("1.500").rounded_up(-3)) == "1.500"
    assert str(parse("100u").rounded_up(-3)) == "1m"
    assert str(parse("-100u").rounded_up(-3)) == "-1m"


def test_an_exponent_without_bounds_costs_nothing() -> None:
    huge = parse("1e2000000000")
    assert huge.value() == (1 << 63) - 1
    assert huge > parse("1E")
    assert huge + parse("1") == huge
    assert parse("-1e2000000000") < parse("0")
    assert parse("1e1999999999") < huge
    assert parse("1e4294967296") == Quantity(1)  # Go keeps 32 bits of it


def test_a_sum_takes_the_family_of_the_first_that_is_not_zero() -> None:
    assert str(parse("0") + parse("1024Mi")) == "1Gi"
    assert str(parse("1Gi") + parse("1024")) == "1048577Ki"
    assert str(parse("1k") + parse("1Ki")) == "2024"


def test_zero_is_false_and_the_rest_is_true() -> None:
    assert not parse("0m")
    assert parse("1n")
