"""Immutable values: reading as ever, no way to change, sharing when something new is built."""

import copy
import json
import pickle
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.objects.frozen import List, Map, drop, find, freeze, merge_top, put, thaw

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=5)
PLAIN: dict[str, Any] = {"a": {"b": [1, {"c": 2}], "x": {"y": 1}}, "l": [[1], [2]]}


def frozen_throughout(value: Any) -> bool:
    """Say whether no plain container is left inside."""
    if isinstance(value, dict):
        return type(value) is Map and all(frozen_throughout(item) for item in value.values())
    if isinstance(value, list):
        return type(value) is List and all(frozen_throughout(item) for item in value)
    return True


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of everything inside."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in pairs for place in ((*here, key), *paths(item, (*here, key)))]


@given(JSON)
def test_freezing_changes_nothing_but_the_types_and_thawing_undoes_it(value: Any) -> None:
    frozen = freeze(value)
    assert frozen == value
    assert frozen_throughout(frozen)
    assert json.dumps(frozen) == json.dumps(value)
    assert freeze(frozen) is frozen
    plain = thaw(frozen)
    assert plain == value
    assert type(plain) is type(value)


def test_frozen_parts_are_taken_over_as_they_are() -> None:
    part = freeze({"b": 1})
    assert freeze({"a": part, "l": [part]})["a"] is part
    assert freeze({"a": part, "l": [part]})["l"][0] is part


CHANGES: list[Callable[[Any, Any], object]] = [
    lambda m, _: m.__setitem__("a", 1),
    lambda m, _: m.__delitem__("a"),
    lambda m, _: m.update(b=1),
    lambda m, _: m.pop("a"),
    lambda m, _: m.popitem(),
    lambda m, _: m.clear(),
    lambda m, _: m.setdefault("b", 1),
    lambda m, _: m.__ior__({}),
    lambda _, s: s.__setitem__(0, 1),
    lambda _, s: s.__delitem__(0),
    lambda _, s: s.append(1),
    lambda _, s: s.extend([1]),
    lambda _, s: s.insert(0, 1),
    lambda _, s: s.pop(),
    lambda _, s: s.remove(1),
    lambda _, s: s.reverse(),
    lambda _, s: s.sort(),
    lambda _, s: s.clear(),
    lambda _, s: s.__iadd__([1]),
    lambda _, s: s.__imul__(2),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_way_to_change_is_refused(change: Callable[[Any, Any], object]) -> None:
    shared, items = freeze({"a": 1}), freeze([1, 2])
    with pytest.raises(TypeError, match="shared and cannot be changed"):
        change(shared, items)
    assert shared == {"a": 1}
    assert items == [1, 2]


def test_no_mutator_of_dict_or_list_is_forgotten() -> None:
    harmless = {"__init__", "__class__", "__setattr__", "__delattr__", "copy"}
    for plain, frozen in ((dict, Map), (list, List)):
        own = {name for name in dir(plain) if callable(getattr(plain, name))} - harmless
        reading = {"get", "items", "keys", "values", "fromkeys", "count", "index"}
        changing = {name for name in own if not name.startswith("__")} - reading
        changing |= own & {"__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__"}
        assert {name for name in changing if getattr(frozen, name) is getattr(plain, name)} == set()


def test_copies_share_and_operators_give_plain_values() -> None:
    frozen = freeze(PLAIN)
    assert copy.copy(frozen) is frozen
    assert copy.deepcopy(frozen) is frozen
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert frozen_throughout(pickle.loads(pickle.dumps(frozen)))
    assert type(frozen | {}) is dict
    assert type(frozen["l"] + []) is list


@given(OBJECTS, JSON, st.data())
def test_put_changes_one_place_and_shares_the_rest(plain: dict[str, Any], value: Any, data: st.DataObject) -> None:
    frozen = freeze(plain)
    places = paths(plain)
    path = data.draw(st.sampled_from(places)) if places else ("new",)
    changed = put(frozen, path, value)
    assert find(changed, path) == value
    assert frozen == plain
    assert frozen_throughout(changed)
    for place in places:
        if place[: len(path)] == path or path[: len(place)] == place:
            continue
        assert find(changed, place) is find(frozen, place)


def test_put_makes_missing_maps_and_appends_at_the_end_of_a_list() -> None:
    frozen = freeze(PLAIN)
    assert put(frozen, ("status", "phase"), "Running")["status"] == {"phase": "Running"}
    assert put(frozen, ("a", "b", 2), 3)["a"]["b"] == [1, {"c": 2}, 3]
    assert put(frozen, ("a", "b", -1, "c"), 9)["a"]["b"] == [1, {"c": 9}]
    assert frozen_throughout(put(PLAIN, ("a",), {"plain": []}))


@pytest.mark.parametrize(
    ("path", "refusal"),
    [(("a", 0), TypeError), (("l", "x"), TypeError), (("l", 5), IndexError), (("l", 0, 0, "x"), TypeError)],
)
def test_put_refuses_a_path_that_does_not_fit(path: tuple[str | int, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        put(freeze(PLAIN), path, 1)


@given(OBJECTS, st.data())
def test_drop_takes_one_place_away(plain: dict[str, Any], data: st.DataObject) -> None:
    frozen = freeze(plain)
    places = [place for place in paths(plain) if isinstance(place[-1], str)]
    if not places:
        assert drop(frozen, ("none",)) is frozen
        return
    path = data.draw(st.sampled_from(places))
    smaller = drop(frozen, path)
    assert path[-1] not in find(smaller, path[:-1])
    assert frozen == plain
    assert put(smaller, path, find(plain, path)) == plain


def test_drop_of_an_item_closes_the_gap() -> None:
    assert drop(freeze(PLAIN), ("l", 0))["l"] == [[2]]
    assert drop(freeze(PLAIN), ("l", 7)) == PLAIN


def test_merge_top_sets_fields_and_takes_away_what_is_none() -> None:
    frozen = freeze(PLAIN)
    changed = merge_top(frozen, l=None, n={"x": 1})
    assert changed == {"a": PLAIN["a"], "n": {"x": 1}}
    assert changed["a"] is frozen["a"]
    assert frozen_throughout(changed)


class Colour(StrEnum):
    """A text of its own type."""

    RED = "red"


def test_subclasses_of_json_types_become_plain_ones() -> None:
    frozen = freeze({"colour": Colour.RED, "pair": (1, 2)})
    assert frozen == {"colour": "red", "pair": [1, 2]}
    assert type(frozen["colour"]) is str


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set is not a JSON value"):
        freeze({"a": {1}})
