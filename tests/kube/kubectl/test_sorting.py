"""--sort-by and custom columns."""

import pytest

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.sorting import custom_columns, sort

OBJECTS = [
    {"metadata": {"name": "c"}, "spec": {"size": "2Gi", "replicas": 10, "ports": [80, 443]}},
    {"metadata": {"name": "a"}, "spec": {"size": "500Mi", "replicas": 9, "on": True}},
    {"metadata": {"name": "b"}, "spec": {"replicas": 1, "labels": {"y": "2", "x": "1"}}},
]


@pytest.mark.parametrize(
    ("field", "order"),
    [(".metadata.name", [1, 2, 0]), ("{.spec.replicas}", [2, 1, 0]), ("spec.size", [2, 1, 0])],
)
def test_names_numbers_and_quantities_have_an_order(field: str, order: list[int]) -> None:
    assert sort(OBJECTS, field) == order


def test_what_no_object_has_and_what_has_no_order_is_told() -> None:
    with pytest.raises(CommandError, match=r'couldn\'t find any field with path "{.x}" in the list of objects'):
        sort(OBJECTS, ".x")
    with pytest.raises(CommandError, match="unsortable type"):
        sort([{"a": {}}, {"a": {}}], ".a")
    assert sort([], ".x") == []


def test_columns_show_values_as_go_prints_them() -> None:
    spec = "NAME:.metadata.name,PORTS:.spec.ports,EACH:.spec.ports[*],ON:.spec.on,LABELS:.spec.labels"
    assert custom_columns(spec, OBJECTS) == [
        ["NAME", "PORTS", "EACH", "ON", "LABELS"],
        ["c", "[80 443]", "80,443", "<none>", "<none>"],
        ["a", "<none>", "<none>", "true", "<none>"],
        ["b", "<none>", "<none>", "<none>", "map[x:1 y:2]"],
    ]
    with pytest.raises(CommandError, match="unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"):
        custom_columns("NAME", OBJECTS)
