"""Compiles playground/kube/objects/data/schema.json.gz from Kubernetes' published OpenAPI documents.

    python scripts/kube_schema.py FOLDER

FOLDER holds documents (*.json) as a server's /openapi/v3/<group> gives them, or as they lie in api/openapi-spec/v3 of
the Kubernetes sources. It may hold merge-keys.json: {"by_type": {"core.v1.Pod": {field: extensions}}} for what they
leave out. Descriptions, paths and groups that the simulator does not serve are left out. Standard library only.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]

TARGET = Path(__file__).parent.parent / "playground/kube/objects/data/schema.json.gz"
PREFIX = "#/components/schemas/"
GROUPS = frozenset(
    {"", "apps", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io", "meta.k8s.io", "networking.k8s.io"}
    | {"node.k8s.io", "policy", "rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io"}
)
# Types that are one value in JSON, whatever they are in Go.
LEAVES = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microtime",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intstr",
}
FORMATS = {"int32": "int32", "int64": "int64", "byte": "bytes", "double": "number"}
KEPT = {
    "patchStrategy": "x-kubernetes-patch-strategy",
    "mergeKey": "x-kubernetes-patch-merge-key",
    "listType": "x-kubernetes-list-type",
    "listMapKeys": "x-kubernetes-list-map-keys",
    "mapType": "x-kubernetes-map-type",
    "enum": "enum",
    "default": "default",
}


def main(folder: Path) -> int:
    """Compile and say what was written."""
    schemas, versions = read_documents(folder)
    types, kinds = compile_types(schemas, merge_keys(folder))
    provenance = {
        "source": "Kubernetes' published OpenAPI v3 documents and strategic-merge keys, descriptions left out",
        "versions": sorted(versions),
        "licence": "Apache-2.0, The Kubernetes Authors",
        "compiled by": "scripts/kube_schema.py",
    }
    text = json.dumps({"provenance": provenance, "kinds": kinds, "types": types}, sort_keys=True, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(types)} types, {len(kinds)} kinds, {TARGET.stat().st_size} bytes in {TARGET}")
    return 0


def read_documents(folder: Path) -> tuple[dict[str, Json], set[str]]:
    """Return the schemas of all documents by name, and the versions that the documents state."""
    schemas: dict[str, Json] = {}
    versions: set[str] = set()
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text())
        if "components" in document:
            schemas |= document["components"].get("schemas", {})
            versions.add(document.get("info", {}).get("version", "unversioned"))
    return schemas, versions


def merge_keys(folder: Path) -> dict[str, Json]:
    """Return the extensions by the end of a type's name, "core.v1.Pod", and field."""
    path = folder / "merge-keys.json"
    found: dict[str, Json] = json.loads(path.read_text())["by_type"] if path.exists() else {}
    return found


def compile_types(schemas: dict[str, Json], extra: dict[str, Json]) -> tuple[dict[str, Json], dict[str, str]]:
    """Return the types that served kinds reach, and the kinds: "apps/v1/Deployment" -> type name."""
    kinds: dict[str, str] = {}
    for name, schema in schemas.items():
        for known in schema.get("x-kubernetes-group-version-kind", ()):
            if known["group"] in GROUPS:
                kinds["/".join(filter(None, (known["group"], known["version"], known["kind"])))] = name
    types: dict[str, Json] = {}
    waiting = sorted(set(kinds.values()))
    while waiting:
        name = waiting.pop()
        if name not in types:
            types[name] = compile_type(schemas[name], extra.get(".".join(name.split(".")[-3:]), {}))
            waiting += refs_of(types[name])
    return types, kinds


def refs_of(compiled: Json) -> list[str]:
    """Return the names of the types that a type's fields mention."""
    found = []
    waiting = list(compiled["fields"].values())
    while waiting:
        field = waiting.pop()
        found += [field["ref"]] if "ref" in field else []
        waiting += [field["items"]] if "items" in field else []
    return found


def compile_type(schema: Json, extra: Json) -> Json:
    """Return {"fields": {name: field}, "mapType"?}."""
    required = set(schema.get("required", ()))
    fields = {}
    for name, described in schema.get("properties", {}).items():
        fields[name] = compile_field(described | extra.get(name, {}))
        if name in required:
            fields[name]["required"] = True
    compiled: Json = {"fields": fields}
    if "x-kubernetes-map-type" in schema:
        compiled["mapType"] = schema["x-kubernetes-map-type"]
    return compiled


def compile_field(described: Json) -> Json:
    """Return {"kind", "ref"?, "items"?} and what else is known of a field or of the items of a list or map."""
    reference = described.get("$ref") or next(
        (part["$ref"] for part in described.get("allOf", ()) if "$ref" in part), ""
    )
    name = reference.removeprefix(PREFIX)
    if name in LEAVES:
        field: Json = {"kind": LEAVES[name]}
    elif name:
        field = {"kind": "object", "ref": name}
    elif described.get("type") == "array":
        field = {"kind": "array", "items": compile_field(described["items"])}
    elif "additionalProperties" in described:
        field = {"kind": "map", "items": compile_field(described["additionalProperties"])}
    else:
        plain = described.get("type", "any")
        field = {"kind": FORMATS.get(described.get("format", ""), plain)}
    for key, extension in KEPT.items():
        if extension in described and described[extension] not in ({}, ""):
            field[key] = described[extension]
    return field


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    raise SystemExit(main(Path(sys.argv[1])))
