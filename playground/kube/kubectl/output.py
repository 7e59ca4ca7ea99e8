"""How objects are printed: one line with what was done, -o name, yaml or json, or as a table.

Source: k8s.io/cli-runtime/pkg/{genericclioptions,printers}, k8s.io/kubectl/pkg/cmd/get.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.kubectl import jsonpath
from playground.kube.kubectl.columns import columns_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session
from playground.kube.manifests import write
from playground.kube.objects import kinds
from playground.kube.objects.kinds import Resource

FORMATS: Final = (
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "yaml",
)
GET_FORMATS: Final = tuple(sorted((*FORMATS, "custom-columns", "custom-columns-file", "wide")))
SIMULATED: Final = frozenset({"", "json", "name", "wide", "yaml"})
NO_TEMPLATE: Final = {
    "custom-columns": "custom-columns format specified but no custom columns given",
    "jsonpath": "template format specified but no template given",
}
TEMPLATES: Final = frozenset(NO_TEMPLATE)
GAP: Final = 3
NARROWEST: Final = 6


def check_format(arguments: Arguments, formats: Sequence[str] = FORMATS) -> str:
    """Return the chosen format. Raises CommandError for one that kubectl, or this simulation, does not have."""
    chosen = arguments.text("output")
    if chosen.partition("=")[0] not in {"", *formats}:
        allowed = ",".join(formats)
        raise CommandError(
            f'unable to match a printer suitable for the output format "{chosen}", allowed formats are: {allowed}'
        )
    word, _, template = chosen.partition("=")
    if word in TEMPLATES and word in formats:
        if not template:
            raise CommandError(NO_TEMPLATE[word])
        return chosen
    if chosen not in SIMULATED:
        raise CommandError(f'the output format "{chosen}" is not part of this simulation')
    return chosen


def full_name(obj: Mapping[str, Any]) -> str:
    """Return `deployment.apps/web`."""
    group, slash, _ = obj["apiVersion"].partition("/")
    kind = obj["kind"].lower()
    return f"{kind}.{group}/{obj['metadata']['name']}" if slash else f"{kind}/{obj['metadata']['name']}"


def done(session: Session, arguments: Arguments, obj: Json, what: str) -> None:
    """Tell that something was done to an object, or print the object in the format asked for."""
    chosen = check_format(arguments)
    if chosen == "":
        session.say(f"{full_name(obj)} {what}{dry_run_suffix(arguments)}")
    else:
        session.output.append(rendered(chosen, obj))


def dry_run_suffix(arguments: Arguments) -> str:
    """What a line says at its end when nothing was really done."""
    return {"client": " (dry run)", "server": " (server dry run)"}.get(dry_run(arguments), "")


def dry_run(arguments: Arguments) -> str:
    """Return none, client or server. Raises CommandError for another word."""
    chosen = arguments.text("dry-run") or "none"
    words = {"unchanged": "client", "true": "client", "false": "none"}
    chosen = words.get(chosen, chosen)
    if chosen not in {"none", "client", "server"}:
        raise CommandError(f'Invalid dry-run value ({chosen}). Must be "none", "server", or "client".')
    return chosen


def rendered(chosen: str, obj: Mapping[str, Any]) -> str:
    """Return an object as name, yaml or json. Who manages which fields is not shown."""
    if chosen == "name":
        return f"{full_name(obj)}\n"
    shown = _without_managers(obj)
    if chosen.startswith("jsonpath="):
        return jsonpath.printed(chosen.partition("=")[2], shown)
    return write(shown) if chosen == "yaml" else json.dumps(shown, indent=4, sort_keys=True, ensure_ascii=False) + "\n"


def _without_managers(obj: Mapping[str, Any]) -> Json:
    if "items" in obj:
        return {**obj, "items": [_without_managers(item) for item in obj["items"]]}
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return {**obj, "metadata": metadata}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What a table shows beside the columns of its kind; `bare` is one without headings."""

    bare: bool = False
    wide: bool = False
    with_kind: bool = False
    with_labels: bool = False
    with_namespace: bool = False
    label_columns: tuple[str, ...] = ()


def table_options(arguments: Arguments, *, with_kind: bool) -> TableOptions:
    """Read them from the flags of `get`."""
    return TableOptions(
        bare=arguments.on("no-headers"),
        wide=arguments.text("output") == "wide",
        with_kind=with_kind or arguments.on("show-kind"),
        with_labels=arguments.on("show-labels"),
        with_namespace=arguments.on("all-namespaces"),
        label_columns=tuple(key for given in arguments.items("label-columns") for key in given.split(",")),
    )


def table(session: Session, resource: Resource, objects: Sequence[Json], options: TableOptions) -> list[str]:
    """Return the lines of a table, aligned."""
    columns = columns_of(resource.qualified, wide=options.wide)
    prefix = f"{resource.singular}.{resource.group}/" if resource.group else f"{resource.singular}/"
    headings = [column.heading for column in columns]
    headings += [key.rpartition("/")[2].upper() for key in options.label_columns]
    rows = [] if options.bare else [headings]
    for obj in objects:
        labels = obj["metadata"].get("labels") or {}
        cells = [column.cell(obj, session.now) for column in columns]
        cells += [labels.get(key, "") for key in options.label_columns]
        if options.with_kind and columns[0].heading == "NAME":
            cells[0] = prefix + cells[0]
        rows.append(cells)
    if options.with_namespace and resource.namespaced:
        places = ([] if options.bare else ["NAMESPACE"]) + [obj["metadata"].get("namespace") or "" for obj in objects]
        rows = [[place, *row] for place, row in zip(places, rows, strict=True)]
    if options.with_labels:
        texts = ([] if options.bare else ["LABELS"]) + [_labels(obj) for obj in objects]
        rows = [[*row, text] for row, text in zip(rows, texts, strict=True)]
    return aligned(rows)


def _labels(obj: Json) -> str:
    labels = obj["metadata"].get("labels") or {}
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>"


def aligned(rows: Sequence[Sequence[str]], *, gap: int = GAP, narrowest: int = NARROWEST) -> list[str]:
    """Return rows with their cells under each other, `gap` spaces apart; the last cell is as long as it is."""
    widths = [max(narrowest, max(map(len, column)) + gap) for column in zip(*rows, strict=True)]
    return ["".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)) + row[-1] for row in rows]


def resource_of(obj: Json) -> Resource:
    """Return the resource of an object that the server sent."""
    found = kinds.by_kind(obj["apiVersion"], obj["kind"])
    if found is None:
        raise CommandError(f"no matches for kind {obj['kind']!r}")
    return found
