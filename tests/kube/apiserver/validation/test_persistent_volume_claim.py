"""Rules of a PersistentVolumeClaim."""

from typing import Any

import pytest

from .support import changed, refusals, stored, without

SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
IMMUTABLE = (
    "spec: Forbidden: spec is immutable after creation except resources.requests and "
    "volumeAttributesClassName for bound claims\n"
)
CLASS = "volume.beta.kubernetes.io/storage-class"


def claim(**spec: Any) -> dict[str, Any]:
    meta = {"name": "c", "namespace": "n"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": {**SPEC, **spec}}


OLD = stored(claim())
BOUND = changed(changed(OLD, "status", "phase", to="Bound"), "status", "capacity", to={"storage": "1Gi"})


def size(obj: dict[str, Any], amount: str) -> dict[str, Any]:
    return changed(obj, "spec", "resources", "requests", "storage", to=amount)


def test_a_claim_that_is_not_bound_stays() -> None:
    assert refusals(changed(OLD, "metadata", "labels", to={"a": "b"}), OLD) == []
    (told,) = refusals(size(OLD, "2Gi"), OLD)
    assert told == (
        IMMUTABLE + '@@ -6,7 +6,7 @@\n  "Resources": {\n   "Limits": null,\n   "Requests": {\n'
        '-   "storage": "1Gi"\n+   "storage": "2Gi"\n   }\n  },\n  "VolumeName": "",\n'
    )


def test_a_bound_claim_may_grow_and_take_back_what_was_not_granted() -> None:
    assert refusals(size(BOUND, "2Gi"), BOUND) == []
    assert refusals(size(BOUND, "2Gi"), size(BOUND, "3Gi")) == []
    assert refusals(size(BOUND, "512Mi"), BOUND) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]


def test_a_volume_and_a_class_are_given_once() -> None:
    assert refusals(changed(OLD, "spec", "volumeName", to="v"), OLD) == []
    assert refusals(changed(OLD, "spec", "storageClassName", to="s"), OLD) == []
    given = changed(OLD, "spec", "storageClassName", to="s")
    (told,) = refusals(changed(OLD, "spec", "storageClassName", to="t"), given)
    assert told.startswith(IMMUTABLE)


def test_a_class_may_move_from_its_annotation() -> None:
    old = changed(OLD, "metadata", "annotations", to={CLASS: "s"})
    assert refusals(changed(old, "spec", "storageClassName", to="s"), old) == []
    assert refusals(changed(old, "metadata", "annotations", to={CLASS: "t"}), old) == [
        f'metadata.annotations.{CLASS}: Invalid value: "t": field is immutable'
    ]


def test_the_mode_stays() -> None:
    told = refusals(changed(OLD, "spec", "volumeMode", to="Block"), OLD)
    assert told[0].startswith(IMMUTABLE)
    assert told[1:] == ['volumeMode: Invalid value: "Block": field is immutable']


def test_a_class_of_attributes_that_holds_is_not_taken_away() -> None:
    old = changed(BOUND, "spec", "volumeAttributesClassName", to="a")
    held = changed(old, "status", "currentVolumeAttributesClassName", to="a")
    assert refusals(changed(held, "spec", "volumeAttributesClassName", to="b"), held) == []
    assert refusals(without(held, "spec", "volumeAttributesClassName"), held) == [
        (
            "spec.volumeAttributesClassName: Forbidden: "
            "update to nil is forbidden when status.currentVolumeAttributesClassName is not nil"
        )
    ]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"capacity": {"storage": "1Gi"}, "allocatedResourceStatuses": {"storage": "NodeResizePending"}}, []),
        (
            {"capacity": {"storage": "-1"}},
            ["status.capacity[storage]: Invalid value: -1: must be a valid resource quantity"],
        ),
        (
            {"allocatedResources": {"cpu": "1"}},
            ['status.allocatedResources: Unsupported value: "cpu": supported values: "storage"'],
        ),
        (
            {"allocatedResourceStatuses": {"storage": "Growing"}},
            [
                (
                    'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: '
                    '"ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", '
                    '"NodeResizeInfeasible", "NodeResizePending"'
                )
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_status(status: dict[str, Any], told: list[str]) -> None:
    assert refusals(changed(OLD, "status", to=status), OLD, "status") == told
