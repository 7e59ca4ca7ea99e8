"""Rules of a container's environment."""

from typing import Any

import pytest

from .support import CONFIG_KEY, SUBDOMAIN, pod, pod_of, refusals

E = "spec.containers[0].env[0]"
FROM = "spec.containers[0].envFrom"


def env(**variable: Any) -> list[str]:
    return refusals(pod_of(env=[{"name": "A", **variable}]))


def test_names_may_be_unusual_and_may_repeat() -> None:
    assert refusals(pod_of(env=[{"name": "my var", "value": "1"}, {"name": "my var", "value": "2"}])) == []


def test_a_variable_needs_a_name() -> None:
    assert env(name="") == [f"{E}.name: Required value"]
    assert env(name="a=b") == [
        (
            f'{E}.name: Invalid value: "a=b": '
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        )
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            {},
            (
                '"": must specify one of: `fieldRef`, `resourceFieldRef`, '
                "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
            ),
        ),
        (
            {"configMapKeyRef": {"name": "a", "key": "k"}, "secretKeyRef": {"name": "a", "key": "k"}},
            '"": may not have more than one field specified at a time',
        ),
    ],
)
def test_a_value_comes_from_one_place(source: dict[str, Any], told: str) -> None:
    assert env(valueFrom=source) == [f"{E}.valueFrom: Invalid value: {told}"]


def test_a_value_is_given_or_taken_from_somewhere() -> None:
    source = {"configMapKeyRef": {"name": "a", "key": "k"}}
    assert env(value="1", valueFrom=source) == [
        f'{E}.valueFrom: Invalid value: "": may not be specified when `value` is not empty'
    ]


@pytest.mark.parametrize("kind", ["configMapKeyRef", "secretKeyRef"])
def test_a_key_of_a_config_map_or_secret(kind: str) -> None:
    at = f"{E}.valueFrom.{kind}"
    assert env(valueFrom={kind: {"name": "", "key": ""}}) == [
        f'{at}.name: Invalid value: "": {SUBDOMAIN}',
        f"{at}.key: Required value",
    ]
    assert env(valueFrom={kind: {"name": "a", "key": "a b"}}) == [f'{at}.key: Invalid value: "a b": {CONFIG_KEY}']


def test_a_key_of_a_file_is_in_an_empty_dir() -> None:
    at = "spec.containers[0].env[0].valueFrom.fileKeyRef"
    container = {
        "name": "c",
        "image": "a",
        "env": [{"name": "A", "valueFrom": {"fileKeyRef": {"key": "K", "volumeName": "v", "path": "f"}}}],
    }
    assert refusals(pod(containers=[container], volumes=[{"name": "v", "emptyDir": {}}])) == []
    assert refusals(pod(containers=[container])) == [f'{at}.volumeName: Not found: "v"']
    secret = [{"name": "v", "secret": {"secretName": "s"}}]
    assert refusals(pod(containers=[container], volumes=secret)) == [
        f'{at}.volumeName: Invalid value: "v": referenced volume must be of type emptyDir'
    ]


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([{}], [f'{FROM}: Invalid value: "": must specify one of: `configMapRef` or `secretRef`']),
        (
            [{"configMapRef": {"name": "a"}, "secretRef": {"name": "b"}}],
            [f'{FROM}: Invalid value: "": may not have more than one field specified at a time'],
        ),
        ([{"configMapRef": {}}], [f"{FROM}[0].configMapRef.name: Required value"]),
        ([{"secretRef": {"name": "A"}}], [f'{FROM}[0].secretRef.name: Invalid value: "A": {SUBDOMAIN}']),
        ([{"prefix": "1_", "secretRef": {"name": "a-"}}], []),
    ],
)
def test_whole_maps_come_from_one_place_each(sources: list[dict[str, Any]], told: list[str]) -> None:
    assert refusals(pod_of(envFrom=sources)) == told
