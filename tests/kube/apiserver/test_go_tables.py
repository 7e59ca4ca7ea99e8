"""The tables of Go's types against the schema: every struct and field they speak of exists, and their kinds agree."""

from typing import Any

import pytest

from playground.kube.apiserver import go_names, go_pointers, go_zeros
from playground.kube.apiserver.go_names import struct_name
from playground.kube.objects import kinds, schema
from playground.kube.objects.schema import FieldType, Type

PLAIN = {"string", "boolean", "int32", "int64", "integer", "number"}


def reached() -> dict[str, Type]:
    """Return all structs that can be met on the way through any kind, by their Go names."""
    found: dict[str, Type] = {}
    waiting = [schema.of(item.api_version, item.kind) for item in kinds.RESOURCES]
    while waiting:
        type_ = waiting.pop()
        if found.setdefault(struct_name(type_.name), type_) is not type_:
            continue
        waiting += [
            schema.by_name(ref) for field in type_.fields.values() if (ref := _ref(field)) not in {"", type_.name}
        ]
        waiting = [item for item in waiting if struct_name(item.name) not in found]
    return found


def _ref(field: FieldType) -> str:
    return field.ref or (_ref(field.items) if field.items else "")


STRUCTS = reached()
ZEROS: dict[type, Any] = {str: "string", bool: "boolean", int: {"int32", "int64", "integer", "intstr", "number"}}


@pytest.mark.parametrize("name", sorted(set(go_zeros._ALWAYS) & set(STRUCTS)))
def test_a_zero_is_of_its_fields_type(name: str) -> None:
    for field, zero in go_zeros.zeros(name).items():
        declared = STRUCTS[name].fields.get(field)
        if declared is None:
            continue  # newer than v1.36, or a struct of the same name in another group
        assert declared.kind in (ZEROS[type(zero)] if not isinstance(zero, dict) else {"object"}), (name, field)


@pytest.mark.parametrize("name", sorted(set(go_pointers._POINTERS) & set(STRUCTS)))
def test_a_pointer_is_to_something_plain(name: str) -> None:
    for field in go_pointers.pointers(name) & set(STRUCTS[name].fields):
        assert STRUCTS[name].fields[field].kind in PLAIN, (name, field)


def test_a_field_that_must_be_there_is_always_printed() -> None:
    missing = {
        (name, field)
        for name, type_ in STRUCTS.items()
        for field, declared in type_.fields.items()
        if declared.required
        and declared.kind in PLAIN
        and name in go_zeros._ALWAYS
        and field not in go_zeros.zeros(name)
        and field not in go_pointers.pointers(name)
    }
    assert missing == set()


@pytest.mark.parametrize(
    ("struct", "field", "name"),
    [
        ("PodSpec", "restartPolicy", "v1.RestartPolicy"),
        ("PodSpec", "containers", "[]v1.Container"),
        ("PodSpec", "nodeSelector", "map[string]string"),
        ("Capabilities", "add", "[]v1.Capability"),
        ("ResourceRequirements", "limits", "v1.ResourceList"),
        ("ObjectMeta", "uid", "types.UID"),
        ("MetricSpec", "type", "v2.MetricSourceType"),
        ("Pod", "spec", "v1.PodSpec"),
        ("Secret", "data", "map[string][]uint8"),
    ],
)
def test_a_type_is_called_as_go_calls_it(struct: str, field: str, name: str) -> None:
    assert go_names.type_of(struct, field, STRUCTS[struct].fields[field]) == name
