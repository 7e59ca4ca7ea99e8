"""Small rules that all kinds use."""

import pytest

from playground.kube.apiserver.validation import checks
from playground.kube.apiserver.validation.field import Path

from .support import told

AT = Path("f")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (None, [], True),
        ({}, None, True),
        ({"a": None}, {}, True),
        ({"a": {"b": []}}, {"a": {}}, True),
        ([1], [1, 2], False),
        ("", None, False),
        (0, None, False),
        (False, None, False),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_nothing_and_an_empty_list_are_the_same(left: object, right: object, *, same: bool) -> None:
    assert checks.same(left, right) is same


def test_structs_are_the_same_when_their_zero_values_are() -> None:
    assert checks.same_struct("core.Toleration", {"key": ""}, {})
    assert not checks.same_struct("core.Toleration", {"tolerationSeconds": 0}, {})


def test_paths_stay_below_where_they_are() -> None:
    assert told(checks.local_path(AT, "/a/../b")) == [
        'f: Invalid value: "/a/../b": must be a relative path',
        "f: Invalid value: \"/a/../b\": must not contain '..'",
    ]
    assert told(checks.local_path(AT, "..data")) == ["f: Invalid value: \"..data\": must not start with '..'"]
    assert checks.local_path(AT, "a..b/c") == []


def test_quantities_have_signs() -> None:
    assert told(checks.not_negative_quantity(AT, "-1024Mi")) == [
        'f: Invalid value: "-1Gi": must be greater than or equal to 0'
    ]
    assert told(checks.positive_quantity(AT, "0m")) == ['f: Invalid value: "0": must be greater than zero']


def test_an_immutable_field_is_shown_as_it_would_be() -> None:
    assert told(checks.immutable(AT, "b", "a")) == ['f: Invalid value: "b": field is immutable']
    assert checks.immutable(AT, [], None) == []
