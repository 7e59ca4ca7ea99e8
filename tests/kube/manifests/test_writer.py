"""Writing manifests."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.manifests import read, write
from playground.kube.objects.frozen import freeze

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    [
        "yes",
        "n",
        "010",
        "1e3",
        "0x1",
        "",
        "~",
        "null",
        "1_0",
        "a: b",
        "- a",
        "# c",
        "a\nb\n",
        "a\n\n b ",
        "\ta",
        "08",
        "<<",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_reads_back_as_the_same(data: dict[str, Any]) -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "data": data}
    (manifest,) = read(write(obj))
    assert manifest.object == obj
    assert write(freeze(obj)) == write(obj)


@given(st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False, allow_infinity=False), max_size=3))
def test_numbers_read_back_as_the_same_number(data: dict[str, float]) -> None:
    (manifest,) = read(write({"apiVersion": "v1", "kind": "ConfigMap", "data": data}))
    assert manifest.object["data"] == data


def test_fields_stand_in_order_of_their_names_and_lists_under_them() -> None:
    obj = {
        "spec": {"containers": [{"name": "c", "args": ["-c", "a\nb"], "image": "nginx:1"}]},
        "kind": "Pod",
        "metadata": {"name": "web", "labels": {"on": "yes", "version": "1.10"}},
        "apiVersion": "v1",
    }
    assert write(obj) == (
        'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    "on": "yes"\n    version: "1.10"\n  name: web\n'
        "spec:\n  containers:\n  - args:\n    - -c\n    - |-\n      a\n      b\n    image: nginx:1\n    name: c\n"
    )


def test_the_same_value_twice_is_written_twice() -> None:
    part = {"a": 1}
    assert "&" not in write({"x": part, "y": part})
    assert yaml.safe_load(write({"x": part, "y": part})) == {"x": part, "y": part}


def test_times_stand_in_double_quotes_as_kubectl_writes_them() -> None:
    text = write({"at": "2026-01-01T00:00:00Z", "day": "2026-01-01", "ratio": "1:30", "image": "nginx:1.27"})
    assert text == 'at: "2026-01-01T00:00:00Z"\nday: "2026-01-01"\nimage: nginx:1.27\nratio: "1:30"\n'
