"""Rules of ControllerRevisions."""

from typing import Any

from .support import changed, refusals, stored, without

REVISION: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "ControllerRevision",
    "metadata": {"name": "web-1", "namespace": "shop"},
    "data": {"spec": {}},
    "revision": 1,
}


def test_a_revision_is_data_with_a_number() -> None:
    assert refusals(REVISION) == []
    assert refusals(changed(without(REVISION, "data"), "revision", to=-1)) == [
        "revision: Invalid value: -1: must be greater than or equal to 0",
        "data: Required value: data is mandatory",
    ]
    assert refusals(changed(REVISION, "data", to=[])) == ["data: Required value: data must be a valid JSON object"]


def test_only_its_number_changes() -> None:
    old = stored(REVISION)
    assert refusals(changed(old, "revision", to=3), old) == []
    assert refusals(changed(old, "data", to={"a": 1}), old) == ['data: Invalid value: {"a":1}: field is immutable']
