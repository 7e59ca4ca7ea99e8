"""JSON text as Go reads it. The messages were taken from encoding/json's scanner.go and its tests."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver.gojson import Fields, Spelt, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a":', "unexpected end of JSON input"),
        ('{"a":1', "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ("[1 2]", "invalid character '2' after array element"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("tru", "unexpected end of JSON input"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("01", "invalid character '1' after top-level value"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("-x", "invalid character 'x' in numeric literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ('"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"),
        ('"a\nb"', "invalid character '\\n' in string literal"),
        ("'a'", r"invalid character '\'' looking for beginning of value"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
    ],
)
def test_a_syntax_error_has_gos_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse(text.encode())


def test_a_key_that_comes_twice_is_remembered_and_its_last_value_wins() -> None:
    found = parse(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')
    assert isinstance(found, Fields)
    assert (found, found.again, found["b"].again) == ({"a": 3, "b": {"c": 2}}, ["a"], ["c"])


def test_a_number_with_a_point_keeps_its_spelling() -> None:
    found = parse(b"1.50")
    assert isinstance(found, Spelt)
    assert (found, found.text) == (1.5, "1.50")


def test_json_that_is_too_deep_is_refused_and_does_not_break_the_server() -> None:
    with pytest.raises(ValueError, match="exceeded max depth"):
        parse(b"[" * 100_000)


@given(JSON)
def test_whatever_is_json_reads_as_itself(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


@given(JSON, st.data())
def test_a_text_cut_short_ends_unexpectedly(value: object, data: st.DataObject) -> None:
    text = json.dumps([value]).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(ValueError, match="unexpected end of JSON input"):
        parse(text[:cut])
