"""Amounts of resources: "500m", "1.5Gi", "12e6". Exact numbers that remember the family of suffix they were written in.

Source: k8s.io/apimachinery/pkg/api/resource/{quantity,suffix,amount}.go.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Literal

Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]

FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX_WRONG = "unable to parse quantity's suffix"
NUMBER_WRONG = "unable to parse numeric part of quantity"

_SHAPE = re.compile(r"([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = ("", *_BINARY)
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")

_NANO = -9  # finer parts are rounded up to it
_MOST = (1 << 63) - 1
_DIGITS = 18  # of which any number fits into 64 bits
_APART = 1000  # exponents farther apart are not written out in digits


class Quantity:
    """A number: `unscaled` times ten to the `scale`, in lowest terms. Immutable, ordered, hashable by its value."""

    __slots__ = ("_text", "format", "scale", "unscaled")

    def __init__(self, unscaled: int, scale: int = 0, form: Format = "DecimalSI", text: str = "") -> None:
        if unscaled == 0:
            scale = 0
        while unscaled and unscaled % 10 == 0:
            unscaled //= 10
            scale += 1
        self.unscaled = unscaled
        self.scale = scale
        self.format = form
        self._text = text

    def scaled(self, scale: int) -> int:
        """Return the amount in units of ten to the `scale`, rounded away from zero, within 64 bits."""
        if self.unscaled == 0:
            return 0
        sign = 1 if self.unscaled > 0 else -1
        up = self.scale - scale
        if up > _DIGITS:
            return sign * _MOST
        size = abs(self.unscaled)
        if up >= 0:
            return sign * min(size * _ten(up), _MOST)
        return sign * min(_divide_up(size, -up), _MOST)

    def value(self) -> int:
        """Return whole units, rounded up: bytes, pods."""
        return self.scaled(0)

    def milli(self) -> int:
        """Return thousandths, rounded up: milli-CPUs."""
        return self.scaled(-3)

    def rounded_up(self, scale: int) -> Quantity:
        """Return it without anything finer than ten to the `scale`, rounded up (Quantity.RoundUp)."""
        if self.scale >= scale:
            return self
        sign = 1 if self.unscaled > 0 else -1
        return Quantity(sign * _divide_up(abs(self.unscaled), scale - self.scale), scale, self.format)

    def fraction(self) -> Fraction:
        """Return the exact number."""
        return self.unscaled * Fraction(10) ** self.scale

    def __str__(self) -> str:
        if not self._text:
            self._text = _canonical(self)
        return self._text

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"

    def __bool__(self) -> bool:
        return self.unscaled != 0

    def __add__(self, other: Quantity) -> Quantity:
        if abs(self.scale - other.scale) > _APART:
            return max(self, other, key=lambda amount: amount.scale if amount else -_MOST)
        scale = min(self.scale, other.scale)
        total = self.unscaled * _ten(self.scale - scale) + other.unscaled * _ten(other.scale - scale)
        return Quantity(total, scale, self.format if self else other.format)

    def __neg__(self) -> Quantity:
        return Quantity(-self.unscaled, self.scale, self.format)

    def __sub__(self, other: Quantity) -> Quantity:
        return self + -other

    def _order(self, other: Quantity) -> int:
        """Return a number below, equal to or above 0; exponents far apart are told from the count of digits."""
        signs = (self.unscaled > 0) - (self.unscaled < 0), (other.unscaled > 0) - (other.unscaled < 0)
        if signs[0] != signs[1] or signs[0] == 0:
            return signs[0] - signs[1]
        apart = self.scale - other.scale
        gap = apart * 3 + self.unscaled.bit_length() - other.unscaled.bit_length()
        if abs(apart) > _APART and abs(gap) > _APART and (apart > 0) == (gap > 0):
            return signs[0] if gap > 0 else -signs[0]
        if apart >= 0:
            return self.unscaled * _ten(apart) - other.unscaled
        return self.unscaled - other.unscaled * _ten(-apart)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.unscaled == other.unscaled and self.scale == other.scale

    def __hash__(self) -> int:
        return hash((self.unscaled, self.scale))

    def __lt__(self, other: Quantity) -> bool:
        return self._order(other) < 0

    def __le__(self, other: Quantity) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: Quantity) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: Quantity) -> bool:
        return self._order(other) >= 0


def _ten(power: int) -> int:
    """Return ten to a power that is not negative."""
    return int(10**power)


def _divide_up(size: int, digits: int) -> int:
    """Return size / 10**digits, rounded up; `size` is positive."""
    if digits > len(str(size)) + 1:
        return 1
    return -(-size // _ten(digits))


def parse(text: str | float) -> Quantity:
    """Return the quantity that a manifest states, as text or as a number.

    Raises ValueError with the API server's own message.
    """
    text = text if isinstance(text, str) else str(text)
    match = _SHAPE.fullmatch(text) if text else None
    if match is None:
        raise ValueError(FORMAT_WRONG)
    sign, zeros, whole, part, suffix = match.groups(default="")
    exponent, form = _interpret(suffix)
    digits = (whole or "0") + part
    if form == "BinarySI":
        return _parse_binary(match, exponent, digits)
    scale = exponent - len(part)
    if len(digits) > _DIGITS or scale < _NANO:
        if not zeros and not whole and not part:
            raise ValueError(NUMBER_WRONG)
        return Quantity(int(sign + digits), scale, form).rounded_up(_NANO)
    # Kubernetes keeps the writing when it looks canonical at a glance, even "+5", "05" and "1.500".
    keep = scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"
    return Quantity(int(sign + digits), scale, form, text if keep else "")


def _interpret(suffix: str) -> tuple[int, Format]:
    """Return the exponent, of ten or for the binary suffixes of two, and the family."""
    if suffix in _DECIMAL:
        return _DECIMAL[suffix], "DecimalSI"
    if suffix in _BINARY:
        return _BINARY[suffix], "BinarySI"
    match = _EXPONENT.fullmatch(suffix)
    if match is None or abs(int(match[1])) > _MOST:
        raise ValueError(SUFFIX_WRONG)
    exponent = int(match[1]) & 0xFFFFFFFF  # Go cuts it to 32 bits
    return exponent - (exponent >> 31 << 32), "DecimalExponent"


def _parse_binary(match: re.Match[str], exponent: int, digits: str) -> Quantity:
    sign, zeros, whole, part = match.groups(default="")[:4]
    number = int(digits)
    exact_at_once = not part and 15 - len(digits) - exponent * 3 // 10 - 1 >= 0
    if exact_at_once:
        return Quantity(int(sign + digits) << exponent, 0, "BinarySI", match[0] if number & 7 else "")
    if not zeros and not whole and not part:
        raise ValueError(NUMBER_WRONG)
    amount = Quantity(number << exponent, -len(part)).rounded_up(_NANO)
    amount = min(amount, Quantity(_MOST))
    form: Format = "DecimalSI" if amount < Quantity(1) else "BinarySI"
    return Quantity(-amount.unscaled if sign == "-" else amount.unscaled, amount.scale, form)


def _canonical(amount: Quantity) -> str:
    """Write the amount with the largest suffix that needs no fraction."""
    if amount.unscaled == 0:
        return "0"
    form = amount.format
    if form == "BinarySI":
        if amount.scale >= 0 and abs(amount.scaled(0)) >= 1024:
            return _canonical_binary(amount.unscaled * _ten(amount.scale))
        form = "DecimalSI"
    exponent = amount.scale // 3 * 3
    number = amount.unscaled * _ten(amount.scale - exponent)
    if form == "DecimalExponent":
        return f"{number}e{exponent}" if exponent else str(number)
    # There is no suffix above E; Kubernetes then prints none, and so do we.
    return f"{number}{_DECIMAL_SUFFIX.get(exponent, '')}"


def _canonical_binary(number: int) -> str:
    times = 0
    while number % 1024 == 0:
        number //= 1024
        times += 1
    return f"{number}{_BINARY_SUFFIX[times] if times < len(_BINARY_SUFFIX) else ''}"


_remembered = lru_cache(maxsize=4096)


@_remembered
def milli(text: str | float) -> int:
    """Return parse(text).milli(), remembered."""
    return parse(text).milli()


@_remembered
def value(text: str | float) -> int:
    """Return parse(text).value(), remembered."""
    return parse(text).value()
