"""Objects as aligned tables: the columns of `kubectl get`, and those of pods and nodes that matter to scheduling."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.kube.kubectl.columns import AGE, NAME, Column, columns_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import find

Object = Mapping[str, Any]
NONE = "<none>"


def table(resource: str, objects: Iterable[Object], now: float) -> list[str]:
    """The lines of a table of objects of one resource ("pods", "deployments.apps"); no lines if there are none."""
    shown = list(objects)
    columns = COLUMNS.get(resource) or columns_of(resource, wide=False)
    if len({meta.namespace(obj) for obj in shown}) > 1:
        columns = [NAMESPACE, *columns]
    rows = [[column.cell(obj, now) for column in columns] for obj in shown]
    return aligned([[column.heading for column in columns], *rows]) if rows else []


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their columns under each other, three spaces apart as kubectl does."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def taints(node: Object, now: float) -> str:
    """The taints, as `kubectl describe` writes them."""
    del now
    entries = find(node, ("spec", "taints"), ())
    told = [
        f"{taint['key']}{'=' * bool(taint.get('value'))}{taint.get('value', '')}:{taint['effect']}" for taint in entries
    ]
    return ",".join(told) or NONE


def _allocatable(resource: str) -> Column:
    return Column(resource.upper(), lambda node, now: str(find(node, ("status", "allocatable", resource), "0")))


def _named(resource: str, *headings: str) -> list[Column]:
    """Some of kubectl's columns, wide ones too."""
    known = {column.heading: column for column in columns_of(resource, wide=True)}
    return [known[heading] for heading in headings]


NAMESPACE = Column("NAMESPACE", lambda obj, now: meta.namespace(obj))
# Where more, or others, are shown than kubectl shows without -o wide.
COLUMNS: dict[str, list[Column]] = {
    "pods": [NAME, *_named("pods", "READY", "STATUS", "RESTARTS", "NODE", "NOMINATED NODE"), AGE],
    "nodes": [
        NAME,
        *_named("nodes", "STATUS", "ROLES"),
        _allocatable("cpu"),
        _allocatable("memory"),
        Column("TAINTS", taints),
        AGE,
    ],
}
