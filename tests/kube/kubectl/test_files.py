"""Manifests given with -f."""

import pytest

from .console import Console
from .samples import POD


def test_a_file_may_hold_several_objects(kubectl: Console) -> None:
    two = POD + "---\n" + POD.replace("web", "db")
    assert kubectl.says("create -f pods.yaml", pods=two) == "pod/web created\npod/db created\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            POD.replace("kind: Pod", "kind: Widget"),
            (
                'error: resource mapping not found for name: "web" namespace: "" from "x.yaml": '
                'no matches for kind "Widget" in version "v1"\nensure CRDs are installed first\n'
            ),
        ),
        (
            POD.replace("apiVersion: v1", ""),
            (
                'error: error validating "x.yaml": error validating data: apiVersion not set; '
                "if you choose to ignore these errors, turn validation off with --validate=false\n"
            ),
        ),
        (
            "metadata: {name: web}",
            (
                'error: error validating "x.yaml": error validating data: [apiVersion not set, kind not set]; '
                "if you choose to ignore these errors, turn validation off with --validate=false\n"
            ),
        ),
        ("", "error: no objects passed to create\n"),
    ],
)
def test_a_file_that_holds_no_known_object_is_told(kubectl: Console, text: str, says: str) -> None:
    assert kubectl.refuses("create -f x.yaml", x=text) == says


def test_a_file_must_be_there(kubectl: Console) -> None:
    assert kubectl.refuses("create -f none.yaml") == 'error: the path "none.yaml" does not exist\n'


def test_metadata_of_a_wrong_type_does_not_reach_the_server(kubectl: Console) -> None:
    told = kubectl.refuses("create -f x.yaml", x=POD.replace("name: web", "name: 7"))
    assert told.startswith('error: unable to decode "x.yaml": ')


def test_a_file_of_another_namespace_is_refused(kubectl: Console) -> None:
    elsewhere = POD.replace("  name: web", "  name: web\n  namespace: default")
    assert kubectl.says("create -f x.yaml", x=elsewhere) == "pod/web created\n"
    assert kubectl.refuses("create -n shop -f x.yaml", x=elsewhere) == (
        'error: the namespace from the provided object "default" does not match the namespace "shop". '
        "You must pass '--namespace=default' to perform this operation.\n"
    )
