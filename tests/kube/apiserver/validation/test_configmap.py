"""Rules of a ConfigMap."""

from typing import Any

from .support import CONFIG_KEY, changed, refusals, stored

IMMUTABLE = "Forbidden: field is immutable when `immutable` is set"


def config(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}, **fields}


def test_keys_can_be_file_names_and_stand_once() -> None:
    assert refusals(config(data={"a.txt": "1"}, binaryData={"b": "AA=="})) == []
    assert refusals(config(data={"a b": "", "c": ""}, binaryData={"..": "", "c": ""})) == [
        f'data[a b]: Invalid value: "a b": {CONFIG_KEY}',
        'data[c]: Invalid value: "c": duplicate of key present in binaryData',
        "binaryData[..]: Invalid value: \"..\": must not be '..'",
    ]


def test_all_together_is_at_most_a_mebibyte() -> None:
    assert refusals(config(data={"a": "x" * 1048576})) == []
    assert refusals(config(data={"a": "x" * 1048575}, binaryData={"b": "AAA="})) == [
        "[]: Too long: may not be more than 1048576 bytes"
    ]


def test_what_is_immutable_stays() -> None:
    old = stored(config(data={"a": "1"}, immutable=True))
    assert refusals(changed(old, "metadata", "labels", to={"a": "b"}), old) == []
    new = changed(changed(old, "immutable", to=False), "data", "a", to="2")
    assert refusals(new, old) == [f"immutable: {IMMUTABLE}", f"data: {IMMUTABLE}"]
    assert refusals(changed(old, "binaryData", to={"b": "AA=="}), old) == [f"binaryData: {IMMUTABLE}"]
