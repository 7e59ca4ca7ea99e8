"""Where base64 goes wrong, by the tables of Go's encoding/base64 (base64_test.go, TestDecodeCorrupt)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver.base64_go import problem


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", None),
        ("\n", None),
        ("AAA=\n", None),
        ("AAAA\n", None),
        ("!!!!", 0),
        ("====", 0),
        ("x===", 1),
        ("=AAA", 0),
        ("A=AA", 1),
        ("AA=A", 2),
        ("AA==A", 4),
        ("AAA=AAAA", 4),
        ("AAAAA", 4),
        ("AAAAAA", 4),
        ("A=", 1),
        ("A==", 1),
        ("AA=", 3),
        ("AA==", None),
        ("AAA=", None),
        ("AAAA", None),
        ("AAAAAA=", 7),
        ("YWJjZA=====", 8),
    ],
)
def test_the_position_is_the_one_go_names(text: str, position: int | None) -> None:
    assert problem(text) == position


@given(st.binary(max_size=40))
def test_whatever_was_encoded_is_well_formed(data: bytes) -> None:
    assert problem(base64.b64encode(data).decode()) is None
