"""Reading manifests: documents, YAML 1.1 words, lists, anchors, JSON."""

from typing import Any

import pytest

from playground.kube.manifests import ManifestError, read

HEAD = "apiVersion: v1\nkind: ConfigMap\n"


def data(text: str) -> Any:
    """Return the `data` of the one object in a text of fields below it."""
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    (manifest,) = read(f"{HEAD}data:\n{indented}")
    return manifest.object["data"]


def refused(text: str) -> ManifestError:
    """Return the error that a text meets."""
    with pytest.raises(ManifestError) as caught:
        read(text)
    return caught.value


def test_every_document_is_an_object_and_empty_ones_are_left_out() -> None:
    text = "# words\n---\n" + HEAD + "---\n# nothing\n---\n\n---\napiVersion: v1\nkind: Pod\n...\n"
    found = read(text)
    assert [(manifest.object["kind"], manifest.document, manifest.line) for manifest in found] == [
        ("ConfigMap", 1, 3),
        ("Pod", 4, 10),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# only words\n", "---\n---\n", "\ufeff", "null\n"])
def test_a_text_that_says_nothing_has_no_objects(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("yes", True),
        ("y", True),
        ("On", True),
        ("no", False),
        ("OFF", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("nUll", "nUll"),
        ("010", 8),
        ("0o17", 15),
        ("08", 8),
        ("0x1F", 31),
        ("0b101", 5),
        ("1_000", 1000),
        ("+5", 5),
        ("-7", -7),
        ("3.0", 3),
        ("1e3", 1000),
        (".5", 0.5),
        ("1e22", 1e22),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("1.2.3", "1.2.3"),
        ("500m", "500m"),
        ("=", "="),
        ("'5'", "5"),
        ('"yes"', "yes"),
        ("!!str 5", "5"),
        ("!!int '5'", 5),
        ("!!binary aGk=", "hi"),
        ("|\n    a\n    b", "a\nb\n"),
        (">\n    a\n    b", "a b\n"),
    ],
)
def test_a_plain_word_means_what_kubernetes_takes_it_for(word: str, value: object) -> None:
    found = data(f"k: {word}")["k"]
    assert found == value
    assert type(found) is type(value)


def test_keys_become_texts() -> None:
    assert data("1: a\nyes: b\n0.5: c") == {"1": "a", "true": "b", "0.5": "c"}


def test_merge_keys_bring_in_what_is_not_written() -> None:
    text = f"{HEAD}base: &base\n  a: 1\n  b: 2\nother: &other {{b: 3, c: 4}}\ndata:\n  <<: [*base, *other]\n  a: 9\n"
    assert read(text)[0].object["data"] == {"a": 9, "b": 2, "c": 4}


def test_lists_are_unfolded_and_items_know_their_lines() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: apps/v1\n  kind: Deployment\n"
        "---\napiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata:\n    name: a\n"
    )
    found = read(text)
    assert [(item.object["kind"], item.document, item.line) for item in found] == [
        ("Pod", 1, 4),
        ("Deployment", 1, 6),
        ("ConfigMap", 2, 12),
    ]
    assert found[2].object["apiVersion"] == "v1"
    assert found[2].line_of("metadata.name") == 13


def test_a_kind_that_only_sounds_like_a_list_is_an_object() -> None:
    assert read("apiVersion: v1\nkind: AllowList\n")[0].object["kind"] == "AllowList"
    assert read("apiVersion: v1\nkind: AllowList\nitems: all\n")[0].object["items"] == "all"


def test_an_empty_list_holds_nothing() -> None:
    assert read("apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: v1\nkind: List\n") == []


@pytest.mark.parametrize("indent", ["  ", "\t", ""])
def test_json_is_read_too(indent: str) -> None:
    lines = ["{", '"apiVersion": "v1",', '"kind": "Pod",', '"metadata": {"name": "a\\u0062", "n": 1.50}}']
    text = f"\n{indent}".join(lines)
    (manifest,) = read(text)
    assert manifest.object["metadata"] == {"name": "ab", "n": 1.5}
    assert manifest.line_of("metadata.name") == 4


def test_windows_line_ends_are_line_ends() -> None:
    assert read("apiVersion: v1\r\nkind: Pod\r\n---\r\napiVersion: v1\r\nkind: Node\r\n")[1].line == 4


def test_a_key_twice_is_refused_with_both_lines() -> None:
    error = refused(f"{HEAD}metadata:\n  name: a\n  labels: {{}}\n  name: b\n")
    assert (error.line, error.column, error.field) == (6, 3, "metadata.name")
    assert error.message == '"name" is written twice in metadata: it stands on line 4 already.'
    assert error.hint == "Keep one of the two."


@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        ("kind: Pod\n", 1, "apiVersion", "this object has no apiVersion."),
        ("apiVersion: v1\nmetadata: {}\n", 1, "kind", "this object has no kind."),
        ("apiVersion: v1\nkind:\n", 1, "kind", "this object has no kind."),
        ("apiVersion: 1\nkind: Pod\n", 1, "apiVersion", "apiVersion has to be a text, and 1 is not."),
        ("- a\n", 1, "", "this document is a list and not an object."),
        ("5\n", 1, "", "this document is a single value and not an object."),
        ("\nhello world\n", 2, "", "this document is a text and not an object: there is no ': ' in it."),
        (HEAD + "items:\n- x\n", 4, "", "this document is a text and not an object: there is no ': ' in it."),
        (HEAD + "data: {k: .nan}\n", 3, "data.k", ".nan is not a number that JSON has."),
        (HEAD + "data: {k: !secret x}\n", 3, "data.k", "the tag !secret means nothing to Kubernetes."),
        (HEAD + "data: {k: !!binary x}\n", 3, "data.k", "!!binary is followed by something that is not base64."),
        (HEAD + "data:\n  ? [a]\n  : b\n", 4, "data", "a list or a map stands where the name of a field belongs."),
        (HEAD + "data:\n  ~: b\n", 4, "data", "a field has no name before its ':'."),
        (HEAD + "data: {<<: [1]}\n", 3, "data", "`<<` takes in maps only."),
    ],
)
def test_what_is_no_object_is_refused_with_its_place(text: str, line: int, field: str, message: str) -> None:
    if "items" in text:
        text = text.replace("ConfigMap", "ConfigMapList")
    error = refused(text)
    assert (error.line, error.field, error.message) == (line, field, message)


def test_a_thousand_laughs_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]" for i in range(9)]
    assert refused(HEAD + "\n".join(lines)).message == "aliases repeat more than 50000 values."


def test_a_value_inside_itself_is_refused() -> None:
    assert refused(HEAD + "data: &d\n  inner: *d\n").message == "an alias stands inside the very value it names."


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("- ", ""), ("{a: ", "}")])
@pytest.mark.parametrize("times", [101, 900, 100_000])
def test_nesting_without_end_is_refused(opening: str, closing: str, times: int) -> None:
    error = refused(opening * times + "x" + closing * times)
    assert error.message == "fields are nested more than 100 levels deep."


def test_a_hundred_levels_are_read() -> None:
    assert len(read(HEAD + "data: " + "[" * 98 + "]" * 98)) == 1
