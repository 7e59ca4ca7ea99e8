"""How what is missing is filled in."""

from typing import Any

from playground.kube.apiserver.defaults.unset import child, fill, fill_empty, items


def test_only_what_is_absent_or_null_is_filled() -> None:
    fields: dict[str, Any] = {"a": None, "b": 0, "c": ""}
    fill(fields, a=1, b=2, c=3, d=4)
    assert fields == {"a": 1, "b": 0, "c": "", "d": 4}


def test_what_is_empty_may_be_filled_too() -> None:
    fields: dict[str, Any] = {"a": None, "b": 0, "c": "", "d": "kept"}
    fill_empty(fields, a=1, b=2, c=3, d=4)
    assert fields == {"a": 1, "b": 2, "c": 3, "d": "kept"}


def test_maps_on_the_way_are_made() -> None:
    fields: dict[str, Any] = {"spec": None}
    child(fields, "spec", "template")["x"] = 1
    assert fields == {"spec": {"template": {"x": 1}}}


def test_a_list_may_be_missing() -> None:
    assert items({}, "ports") == items({"ports": None}, "ports") == []
