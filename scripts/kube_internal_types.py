"""Compiles the field order of Kubernetes' internal API types, for messages that print a whole struct.

    python scripts/kube_internal_types.py KUBERNETES_FOLDER OUTPUT.json.gz

KUBERNETES_FOLDER is a source tree of Kubernetes: pkg/apis/<group>/types.go gives fields and order, the versioned types
of k8s.io/api give the JSON names. The output is playground/kube/apiserver/validation/data/internal_types.json.gz: by
type name a list of [Go name, JSON name, type, "omitempty"?]; a type is "*T", "[]T", "map:T", a struct or a plain kind.
"""

import gzip
import json
import re
import sys
from pathlib import Path

VERSION = "v1.36.2"
GROUPS = {
    "core": "core/v1",
    "apps": "apps/v1",
    "batch": "batch/v1",
    "autoscaling": "autoscaling/v2",
    "policy": "policy/v1",
    "networking": "networking/v1",
    "scheduling": "scheduling/v1",
    "storage": "storage/v1",
    "discovery": "discovery/v1",
    "rbac": "rbac/v1",
    "node": "node/v1",
}
META = (
    "LabelSelector",
    "LabelSelectorRequirement",
    "ObjectMeta",
    "OwnerReference",
    "ManagedFieldsEntry",
    "Condition",
)
SKIPPED = frozenset({"policy.Eviction"})  # its options are of another package, and nobody prints it
PRIMITIVES = {"string": "string", "bool": "bool", "byte": "byte", "uint8": "byte"} | dict.fromkeys(
    ("int", "int32", "int64", "uint32", "float64"), "number"
)
SPECIAL = {"Quantity": "quantity", "IntOrString": "intstr", "Time": "time", "MicroTime": "time", "UID": "string"}
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
ALIAS = re.compile(r"^type (\w+) ([\w.\[\]*]+)$", re.MULTILINE)
FIELD = re.compile(r"^\t(?:(\w+(?:, \w+)*)\s+)?([\w.\[\]*]+)(?:\s+`([^`]*)`)?\s*(?://.*)?$")
WORD = re.compile(r"(?<![\w.])(\w+)(?![\w.]*\.)(?!\w)")

Field = tuple[str, str, str]  # Go name ("" when embedded), Go type, JSON tag
Structs = dict[str, list[Field]]
Rows = dict[str, list[list[str]]]


def read(path: Path) -> tuple[Structs, dict[str, str]]:
    """The structs of a Go file, and what its other named types stand for."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    structs = {match[1]: list(fields(match[2])) for match in STRUCT.finditer(text)}
    return structs, {match[1]: match[2] for match in ALIAS.finditer(text)}


def fields(body: str) -> list[Field]:
    """The fields of a struct, in order; `A, B T` are two."""
    found: list[Field] = []
    for line in body.split("\n"):
        match = None if line.strip().startswith("//") else FIELD.match(line)
        if match is None:
            continue
        names, kind, tags = match.groups()
        tag = re.search(r'json:"([^"]*)"', tags or "")
        found += [(name, kind, tag[1] if tag else "") for name in (names or "").split(", ")]
    return found


def qualify(kind: str, group: str) -> str:
    """Put the group before each type name that has none; core is imported under the name api in some files."""
    kind = re.sub(r"\bapi\.", "core.", kind)
    return WORD.sub(lambda word: word[0] if word[0] in PRIMITIVES or word[0] == "map" else f"{group}.{word[0]}", kind)


def meta_rows(structs: Structs) -> Rows:
    """The types of metadata: they have JSON tags, and print by them."""
    return {
        f"metav1.{name}": [
            [go, tag.partition(",")[0], qualify(kind, "metav1"), *(["omitempty"] if "omit" in tag else [])]
            for go, kind, tag in structs[name]
        ]
        for name in META
    }


def group_rows(group: str, internal: Structs, versioned: Structs) -> Rows:
    """The types of one group, but lists."""
    rows: Rows = {}
    for name, listed in internal.items():
        if any("ListMeta" in kind for _, kind, _ in listed):
            continue
        tags = {go: tag.partition(",")[0] for go, _, tag in versioned.get(name, [])}
        rows[f"{group}.{name}"] = [
            [go, tags.get(go) or json_name(go, kind), qualify(kind, group)]
            for go, kind, _ in listed
            if kind != "metav1.TypeMeta"
        ]
    return rows


def json_name(go: str, kind: str) -> str:
    """The name of a field that the versioned type does not have; metadata is embedded."""
    if not go:
        return "metadata" if kind == "metav1.ObjectMeta" else ""
    return go[0].lower() + go[1:]


def resolve(kind: str, rows: Rows, aliases: dict[str, str]) -> str:
    """A type as the package reads it: named strings and numbers become plain ones."""
    match = re.match(r"(\*|\[\]|map\[[\w.]+\])(.*)", kind)
    if match:
        prefix = "map:" if match[1].startswith("map") else match[1]
        return prefix + resolve(match[2], rows, aliases)
    short = kind.rpartition(".")[2]
    if kind in PRIMITIVES or kind in rows:
        return PRIMITIVES.get(kind, kind)
    if short in SPECIAL:
        return SPECIAL[short]
    return resolve(aliases[kind], rows, aliases) if kind in aliases else "any"


def compile_types(source: Path) -> Rows:
    """All types of all groups."""
    staging = source / "staging/src/k8s.io"
    structs, named = read(staging / "apimachinery/pkg/apis/meta/v1/types.go")
    rows = meta_rows(structs)
    aliases = {f"metav1.{name}": kind for name, kind in named.items()}
    for group, version in GROUPS.items():
        internal, named = read(source / f"pkg/apis/{group}/types.go")
        versioned, _ = read(staging / f"api/{version}/types.go")
        aliases |= {f"{group}.{name}": qualify(kind, group) for name, kind in named.items()}
        rows |= group_rows(group, internal, versioned)
    return {
        name: [[go, json_key, resolve(kind, rows, aliases), *flags] for go, json_key, kind, *flags in listed]
        for name, listed in rows.items()
        if name not in SKIPPED
    }


def main(source: str, output: str) -> None:
    """Write the file."""
    provenance = (
        f"Field order and names of the internal API types of Kubernetes {VERSION} (pkg/apis/<group>/types.go) "
        "with the JSON names of the versioned ones (k8s.io/api)."
    )
    data = {"provenance": provenance, "types": compile_types(Path(source))}
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    Path(output).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(data['types'])} types")


if __name__ == "__main__":
    main(*sys.argv[1:])
