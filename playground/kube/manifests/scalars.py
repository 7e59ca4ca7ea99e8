"""What a plain word in YAML means: the rules of YAML 1.1 as sigs.k8s.io/yaml (goyaml.v2, resolve.go) applies them.

`yes`, `on` and `y` are true, 010 is eight, 1e3 is a number, dates stay text.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def resolve(text: str) -> Scalar:
    """Return the value of a scalar without quotes or tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    plain = text.replace("_", "") if text[0] != "." else text
    match = _INTEGER.fullmatch(plain)
    if match:
        number = _integer(match)
        if -(1 << 63) <= number < 1 << 64:
            return number
    return float(plain) if _FLOAT.fullmatch(plain) else text


def _integer(match: re.Match[str]) -> int:
    sign, hexadecimal, binary, octal, decimal = match.groups()
    for digits, base in ((hexadecimal, 16), (binary, 2), (octal, 8), (decimal, 10)):
        if digits:
            return int(sign + digits, base)
    return 0


def key_text(key: Scalar) -> str:
    """Return a key as JSON must have it; raises ValueError for null."""
    if key is None:
        raise ValueError("null is no key")
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)
