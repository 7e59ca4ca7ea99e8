"""Rules of metadata and of label selectors."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import metadata, names
from playground.kube.apiserver.validation.field import Path

from .support import LABEL, LABEL_VALUE, NAME_PART, SUBDOMAIN, told

AT = Path("metadata")
PLAIN = {"name": "a", "namespace": "n"}
KEPT = {**PLAIN, "uid": "u", "resourceVersion": "1"}
OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a", "uid": "u"}


@pytest.mark.parametrize(
    ("meta", "lines"),
    [
        ({}, []),
        ({"name": ""}, ["metadata.name: Required value: name or generateName is required"]),
        ({"generateName": "a-"}, []),
        ({"generateName": "Web-"}, [f'metadata.generateName: Invalid value: "Web-": {SUBDOMAIN}']),
        ({"namespace": ""}, ["metadata.namespace: Required value"]),
        ({"namespace": "N"}, [f'metadata.namespace: Invalid value: "N": {LABEL}']),
        ({"generation": -1}, ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"]),
        ({"labels": {"a": "b c"}}, [f'metadata.labels: Invalid value: "b c": {LABEL_VALUE}']),
        ({"annotations": {"Example.com/a": "any thing"}}, []),
        ({"annotations": {"a b": ""}}, [f'metadata.annotations: Invalid value: "a b": {NAME_PART}']),
        ({"annotations": {"a": "x" * 262144}}, ["metadata.annotations: Too long: may not be more than 262144 bytes"]),
        ({"ownerReferences": [{**OWNER, "controller": True}]}, []),
        (
            {"ownerReferences": [{}]},
            [
                'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
                'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
                'metadata.ownerReferences.name: Invalid value: "": must not be empty',
                'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
            ],
        ),
        (
            {"ownerReferences": [{**OWNER, "controller": True}] * 2},
            [
                (
                    'metadata.ownerReferences: Invalid value: [{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"a",'
                    '"uid":"u","controller":true},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"a","uid":"u",'
                    '"controller":true}]: Only one reference can have Controller set to true. '
                    'Found "true" in references for ReplicaSet/a and ReplicaSet/a'
                )
            ],
        ),
        (
            {"ownerReferences": [{**OWNER, "apiVersion": "v1", "kind": "Event"}]},
            [
                (
                    'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"a","uid":"u"}: '
                    "/v1, Kind=Event is disallowed from being an owner"
                )
            ],
        ),
        ({"finalizers": ["example.com/a", "orphan"]}, []),
        (
            {"finalizers": ["mine", "a b"]},
            [
                f'metadata.finalizers: Invalid value: "a b": {NAME_PART}',
                (
                    'metadata.finalizers[0]: Invalid value: "mine": '
                    "name is neither a standard finalizer name nor is it fully qualified"
                ),
                (
                    'metadata.finalizers[1]: Invalid value: "a b": '
                    "name is neither a standard finalizer name nor is it fully qualified"
                ),
            ],
        ),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            [
                (
                    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: '
                    "finalizer orphan and foregroundDeletion cannot be both set"
                )
            ],
        ),
        (
            {"managedFields": [{"operation": "Patch", "fieldsType": "V2", "manager": "a\n"}]},
            [
                'metadata.managedFields[0].operation: Invalid value: "Patch": must be `Apply` or `Update`',
                'metadata.managedFields[0].fieldsType: Invalid value: "V2": must be `FieldsV1`',
                r'metadata.managedFields[0].manager: Invalid value: "a\n": invalid character U+000A (at position 1)',
            ],
        ),
    ],
)
def test_metadata_of_a_new_object(meta: dict[str, Any], lines: list[str]) -> None:
    assert told(metadata.validate_object_meta({**PLAIN, **meta}, AT)) == lines


def test_what_has_no_namespace_may_not_have_one() -> None:
    assert told(metadata.validate_object_meta(PLAIN, AT, namespaced=False)) == [
        "metadata.namespace: Forbidden: not allowed on this type"
    ]


def test_a_kind_has_its_own_rule_for_names() -> None:
    given = {**PLAIN, "name": "a.b"}
    assert told(metadata.validate_object_meta(given, AT, names.is_dns1123_label)) == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"labels": {"a": "b"}}, []),
        ({"name": "b"}, ['metadata.name: Invalid value: "b": field is immutable']),
        ({"uid": "v"}, ['metadata.uid: Invalid value: "v": field is immutable']),
        ({"resourceVersion": ""}, ['metadata.resourceVersion: Invalid value: "": must be specified for an update']),
        ({"generation": 1}, ["metadata.generation: Invalid value: 1: must not be decremented"]),
        (
            {"deletionTimestamp": "2026-01-01T00:00:00Z"},
            ['metadata.deletionTimestamp: Invalid value: "2026-01-01T00:00:00Z": field is immutable'],
        ),
        (
            {"deletionGracePeriodSeconds": 5},
            ["metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable"],
        ),
    ],
)
def test_metadata_of_a_replaced_object(change: dict[str, Any], lines: list[str]) -> None:
    old = {**KEPT, "generation": 2}
    assert told(metadata.validate_object_meta_update({**old, **change}, old, AT)) == lines


def test_an_object_on_its_way_out_gets_no_new_finalizers() -> None:
    old = {**KEPT, "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a/a"]}
    new = {**old, "finalizers": ["a/a", "a/c", "a/b"]}
    assert told(metadata.validate_object_meta_update(new, old, AT)) == [
        (
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
            'found new finalizers []string{"a/b", "a/c"}'
        )
    ]


def test_a_field_managers_name_is_short() -> None:
    assert told(metadata.validate_field_manager("a" * 129, Path("fieldManager"))) == [
        "fieldManager: Too long: may not be more than 128 bytes"
    ]


@pytest.mark.parametrize(
    ("requirement", "lines"),
    [
        ({"key": "a", "operator": "NotIn", "values": ["b"]}, []),
        (
            {"key": "a", "operator": "NotIn"},
            ["s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
        ),
        (
            {"key": "a", "operator": "DoesNotExist", "values": ["b"]},
            [
                (
                    "s.matchExpressions[0].values: Forbidden: "
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                )
            ],
        ),
        (
            {"operator": "Is", "values": ["b c"]},
            [
                's.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
                's.matchExpressions[0].key: Invalid value: "": name part must be non-empty',
                f's.matchExpressions[0].key: Invalid value: "": {NAME_PART}',
                f's.matchExpressions[0].values[0]: Invalid value: "b c": {LABEL_VALUE}',
            ],
        ),
    ],
)
def test_requirements_of_a_selector(requirement: dict[str, Any], lines: list[str]) -> None:
    assert told(metadata.validate_label_selector({"matchExpressions": [requirement]}, Path("s"))) == lines


def test_no_selector_is_no_fault() -> None:
    assert metadata.validate_label_selector(None, Path("s")) == []
