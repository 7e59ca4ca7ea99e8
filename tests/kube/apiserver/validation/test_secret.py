"""Rules of a Secret."""

import base64
from typing import Any

import pytest

from .support import CONFIG_KEY, changed, refusals, stored


def secret(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "n"}, **fields}


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"data": {"a": "AA=="}, "stringData": {"b": "x"}}, []),
        ({"stringData": {"a b": "x"}}, [f'data[a b]: Invalid value: "a b": {CONFIG_KEY}']),
        ({"type": "example.com/mine"}, []),
        ({"type": "kubernetes.io/tls"}, ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
        ({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}}, []),
        (
            {"type": "kubernetes.io/basic-auth"},
            ["data[username]: Required value", "data[password]: Required value"],
        ),
        ({"type": "kubernetes.io/basic-auth", "stringData": {"password": "x"}}, []),
        ({"type": "kubernetes.io/ssh-auth", "data": {"ssh-privatekey": ""}}, ["data[ssh-privatekey]: Required value"]),
        (
            {"type": "kubernetes.io/service-account-token"},
            ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
        ),
        ({"type": "kubernetes.io/dockerconfigjson"}, ["data[.dockerconfigjson]: Required value"]),
        (
            {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": encode("abc")}},
            [
                (
                    'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": '
                    "invalid character 'a' looking for beginning of value"
                )
            ],
        ),
        ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": encode("{}")}}, []),
        ({"stringData": {"a": "x" * 1048577}}, ["data: Too long: may not be more than 1048576 bytes"]),
    ],
)
def test_what_each_type_must_hold(fields: dict[str, Any], told: list[str]) -> None:
    assert refusals(secret(**fields)) == told


def test_the_type_stays_and_what_is_immutable_too() -> None:
    old = stored(secret(immutable=True, data={"a": "AA=="}))
    assert refusals(changed(changed(old, "type", to="x"), "data", to={}), old) == [
        'type: Invalid value: "x": field is immutable',
        "data: Forbidden: field is immutable when `immutable` is set",
    ]
