"""JSON patches, after the examples of RFC 6902, appendix A."""

from typing import Any

import pytest

from playground.kube.apiserver.patch import json_patch, merge_patch
from playground.kube.apiserver.patch.errors import BadPatch, Inapplicable
from playground.kube.objects.frozen import freeze


@pytest.mark.parametrize(
    ("document", "steps", "result"),
    [
        ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
        ({"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2, 3]}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a": 1, "b": 2}, [{"op": "remove", "path": "/b"}], {"a": 1}),
        ({"a": [1, 2, 3]}, [{"op": "remove", "path": "/a/1"}], {"a": [1, 3]}),
        ({"a": {"b": 1}}, [{"op": "replace", "path": "/a/b", "value": 2}], {"a": {"b": 2}}),
        ({"a": [1, 2]}, [{"op": "replace", "path": "/a/0", "value": 9}], {"a": [9, 2]}),
        ({"a": 1}, [{"op": "move", "from": "/a", "path": "/b"}], {"b": 1}),
        ({"a": [1, 2, 3]}, [{"op": "move", "from": "/a/0", "path": "/a/2"}], {"a": [2, 3, 1]}),
        ({"a": 1}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": 1, "b": 1}),
        ({"a": 1}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1}),
        (
            {"a/b": 1, "m~n": 2},
            [{"op": "remove", "path": "/a~1b"}, {"op": "test", "path": "/m~0n", "value": 2}],
            {"m~n": 2},
        ),
    ],
)
def test_a_step_does_what_the_rfc_says(document: Any, steps: Any, result: Any) -> None:
    assert json_patch.apply(freeze(document), steps) == result


@pytest.mark.parametrize(
    "step",
    [
        {"op": "remove", "path": "/z"},
        {"op": "replace", "path": "/z", "value": 1},
        {"op": "add", "path": "/z/y", "value": 1},
        {"op": "add", "path": "/l/9", "value": 1},
        {"op": "add", "path": "/l/x", "value": 1},
        {"op": "test", "path": "/a", "value": 2},
        {"op": "test", "path": "/z", "value": 2},
        {"op": "move", "from": "/z", "path": "/y"},
        {"op": "remove", "path": "a"},
        {"op": "remove", "path": ""},
        {"op": "add", "path": "/a/b", "value": 1},
        {"op": "jump", "path": "/a"},
    ],
)
def test_a_step_that_does_not_fit_ends_it(step: dict[str, Any]) -> None:
    with pytest.raises(Inapplicable):
        json_patch.apply({"a": 1, "l": [1]}, [step])


@pytest.mark.parametrize("steps", [{}, "x", [1], [{"op": "test", "path": ""}] * 10_001])
def test_what_is_no_list_of_steps_is_malformed(steps: Any) -> None:
    with pytest.raises(BadPatch):
        json_patch.apply({}, steps)


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ],
)
def test_merge_patches_follow_the_examples_of_rfc_7386(document: Any, patch: Any, result: Any) -> None:
    assert merge_patch.apply(freeze(document), patch) == result


def test_a_merge_patch_must_be_an_object() -> None:
    with pytest.raises(BadPatch, match="Invalid JSON Patch"):
        merge_patch.apply({}, [1])
