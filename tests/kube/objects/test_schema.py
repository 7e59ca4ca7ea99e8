"""The compiled schema, and the script that compiles it."""

import gzip
import json
from pathlib import Path

import pytest

import kube_schema
from playground.kube.objects import schema
from playground.kube.objects.schema import FieldType

POD = schema.of("v1", "Pod")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("metadata", "name"), "string"),
        (("metadata", "creationTimestamp"), "time"),
        (("metadata", "generation"), "int64"),
        (("metadata", "labels"), "map"),
        (("metadata", "labels", "any.thing/x"), "string"),
        (("metadata", "managedFields", 0, "fieldsV1"), "any"),
        (("spec",), "object"),
        (("spec", "hostNetwork"), "boolean"),
        (("spec", "containers"), "array"),
        (("spec", "containers", 0), "object"),
        (("spec", "containers", 3, "ports", 0, "containerPort"), "int32"),
        (("spec", "containers", 0, "resources", "limits", "cpu"), "quantity"),
        (("spec", "containers", 0, "livenessProbe", "httpGet", "port"), "intstr"),
    ],
)
def test_every_field_has_its_type(path: tuple[str | int, ...], kind: str) -> None:
    found = schema.at(POD, path)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("path", [(), ("bogus",), ("spec", "bogus"), ("spec", 0), ("spec", "hostNetwork", "x")])
def test_a_path_that_leads_nowhere_has_none(path: tuple[str | int, ...]) -> None:
    assert schema.at(POD, path) is None


def test_other_kinds_have_their_special_types() -> None:
    assert schema.of("v1", "Secret").fields["data"].items == FieldType("bytes")
    assert schema.of("coordination.k8s.io/v1", "Lease").fields["spec"].ref.endswith("LeaseSpec")
    renewed = schema.at(schema.of("coordination.k8s.io/v1", "Lease"), ("spec", "renewTime"))
    assert renewed is not None
    assert renewed.kind == "microtime"
    assert schema.of("apps/v1", "ControllerRevision").fields["data"].kind == "any"


def test_lists_know_how_patches_merge_them() -> None:
    containers = schema.at(POD, ("spec", "containers"))
    ports = schema.at(POD, ("spec", "containers", 0, "ports"))
    volumes = schema.at(POD, ("spec", "volumes"))
    finalizers = schema.at(POD, ("metadata", "finalizers"))
    tolerations = schema.at(POD, ("spec", "tolerations"))
    assert containers is not None
    assert ports is not None
    assert volumes is not None
    assert finalizers is not None
    assert tolerations is not None
    assert (containers.patch_strategy, containers.merge_key, containers.list_map_keys) == (
        ("merge",),
        "name",
        ("name",),
    )
    assert (ports.merge_key, ports.list_map_keys) == ("containerPort", ("containerPort", "protocol"))
    assert volumes.patch_strategy == ("merge", "retainKeys")
    assert (finalizers.patch_strategy, finalizers.merge_key, finalizers.list_type) == (("merge",), "", "set")
    assert (tolerations.patch_strategy, tolerations.list_type) == ((), "atomic")


def test_required_fields_defaults_enums_and_atomic_maps_are_known() -> None:
    port = schema.at(POD, ("spec", "containers", 0, "ports", 0, "protocol"))
    assert port is not None
    assert port.default == "TCP"
    assert set(port.enum) == {"TCP", "UDP", "SCTP"}
    assert schema.of("apps/v1", "Deployment").fields["spec"].ref
    selector = schema.by_name("io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector")
    assert selector.map_type == "atomic"
    assert schema.by_name("io.k8s.api.apps.v1.DeploymentSpec").fields["selector"].required
    assert schema.at(POD, ("spec", "nodeSelector")) == FieldType("map", items=FieldType("string"), map_type="atomic")


def test_an_unknown_kind_has_no_schema() -> None:
    assert not schema.known("v1", "Pond")
    with pytest.raises(KeyError):
        schema.of("v1", "Pond")


def test_every_reference_leads_to_a_type() -> None:
    waiting, seen = (
        [POD.name, *(schema.of(*known).name for known in [("apps/v1", "Deployment"), ("v1", "Node")])],
        set(),
    )
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for field in schema.by_name(name).fields.values():
            inner: FieldType | None = field
            while inner is not None:
                waiting += [inner.ref] if inner.ref else []
                assert inner.ref or inner.kind != "object"
                inner = inner.items
    assert len(seen) > 100


def test_the_data_says_where_it_comes_from() -> None:
    assert "OpenAPI" in schema.provenance()["source"]
    assert any(version.startswith("v1.36") for version in schema.provenance()["versions"])


DOCUMENT = {
    "info": {"version": "v9"},
    "components": {
        "schemas": {
            "io.k8s.api.core.v1.Pod": {
                "description": "long words",
                "required": ["spec"],
                "properties": {
                    "spec": {"allOf": [{"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"}], "default": {}},
                    "names": {"type": "array", "items": {"type": "string", "default": ""}},
                },
                "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pod"}],
            },
            "io.k8s.api.core.v1.PodSpec": {"properties": {"count": {"type": "integer", "format": "int64"}}},
            "io.k8s.api.core.v1.Unused": {"properties": {}},
        }
    },
}


def test_the_script_keeps_what_served_kinds_reach_and_drops_descriptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "core.json").write_text(json.dumps(DOCUMENT))
    extra = {"by_type": {"core.v1.Pod": {"names": {"x-kubernetes-list-type": "set"}}}}
    (tmp_path / "merge-keys.json").write_text(json.dumps(extra))
    target = tmp_path / "schema.json.gz"
    monkeypatch.setattr(kube_schema, "TARGET", target)
    assert kube_schema.main(tmp_path) == 0
    assert "2 types, 1 kinds" in capsys.readouterr().out
    data = json.loads(gzip.decompress(target.read_bytes()))
    assert data["kinds"] == {"v1/Pod": "io.k8s.api.core.v1.Pod"}
    assert data["types"]["io.k8s.api.core.v1.Pod"]["fields"] == {
        "spec": {"kind": "object", "ref": "io.k8s.api.core.v1.PodSpec", "required": True},
        "names": {"kind": "array", "items": {"kind": "string"}, "listType": "set"},
    }
    assert data["provenance"]["versions"] == ["v9"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "core.json").write_text(json.dumps(DOCUMENT))
    written = []
    for name in ("a.gz", "b.gz"):
        monkeypatch.setattr(kube_schema, "TARGET", tmp_path / name)
        kube_schema.main(tmp_path)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
