"""--sort-by and -o custom-columns of kubectl get. Source: k8s.io/kubectl/pkg/cmd/get/{sorter,customcolumn}.go."""

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from playground.kube import quantity
from playground.kube.kubectl import jsonpath
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.session import Json


def sort(objects: Sequence[Json], given: str) -> list[int]:
    """Return the places of objects in the order of a field; those without it come first. Raises CommandError."""
    field = jsonpath.relaxed(given)
    keys: list[Any] = [next(iter(jsonpath.values(field, obj)), None) for obj in objects]
    if objects and all(key is None for key in keys):
        raise CommandError(f'couldn\'t find any field with path "{field}" in the list of objects')

    def compare(one: int, other: int) -> int:
        return _compare(keys[one], keys[other])

    return sorted(range(len(keys)), key=cmp_to_key(compare))


def _compare(one: Any, other: Any) -> int:
    return -1 if _less(one, other) else int(_less(other, one))


def _less(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is None and other is not None
    if isinstance(one, str) and isinstance(other, str):
        try:
            return quantity.parse(one) < quantity.parse(other)
        except ValueError:
            return one < other
    if isinstance(one, bool | int | float) and isinstance(other, bool | int | float):
        return one < other
    raise CommandError(f"unsortable type: {_type(one)}")


def _type(value: Any) -> str:
    return "map[string]interface {}" if isinstance(value, Mapping) else "[]interface {}"


def custom_columns(spec: str, objects: Sequence[Json]) -> list[list[str]]:
    """Return the rows of `NAME:.metadata.name,NODE:.spec.nodeName`, headings first. Raises CommandError."""
    headings, fields = [], []
    for part in spec.split(","):
        heading, colon, expression = part.partition(":")
        if not colon:
            raise CommandError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        headings.append(heading)
        fields.append(jsonpath.relaxed(expression))
    rows = [[",".join(map(_shown, jsonpath.values(field, obj))) or "<none>" for field in fields] for obj in objects]
    return [headings, *rows]


def _shown(value: Any) -> str:
    """Return a value as Go's fmt prints it: `map[a:1 b:2]`, `[x y]`."""
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{_shown(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(_shown, value))}]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)
