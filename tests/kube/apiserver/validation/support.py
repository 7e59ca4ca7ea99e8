"""What the tests of rules share: valid objects to spoil, and errors as lines."""

import copy
from collections.abc import Iterable
from typing import Any

from playground.kube.apiserver.defaults import DEFAULTERS
from playground.kube.apiserver.validation import VALIDATORS
from playground.kube.apiserver.validation.field import FieldError

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', "
    "regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
CONFIG_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)


def told(errors: Iterable[FieldError]) -> list[str]:
    """Each error as the line a person reads: `field: message`."""
    return [f"{error.field}: {error.message}" for error in errors]


def defaulted(obj: dict[str, Any]) -> dict[str, Any]:
    """A copy with what the API server fills in."""
    filled = copy.deepcopy(obj)
    group = filled["apiVersion"].rpartition("/")[0]
    defaulter = DEFAULTERS.get((group, filled["kind"]))
    if defaulter is not None:
        defaulter(filled)
    return filled


def changed(obj: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    """A copy with one value set; maps on the way are made."""
    spoiled = copy.deepcopy(obj)
    holder: Any = spoiled
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else holder.setdefault(step, {})
    holder[path[-1]] = to
    return spoiled


def without(obj: dict[str, Any], *path: str | int) -> dict[str, Any]:
    """A copy without one value."""
    spoiled = copy.deepcopy(obj)
    holder: Any = spoiled
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return spoiled


def refusals(obj: dict[str, Any], old: dict[str, Any] | None = None, subresource: str = "") -> list[str]:
    """What a client would be told of the object once it is filled in, line by line."""
    group = obj["apiVersion"].rpartition("/")[0]
    return told(VALIDATORS[group, obj["kind"]](defaulted(obj), old and defaulted(old), subresource))


def stored(obj: dict[str, Any]) -> dict[str, Any]:
    """A copy as the store has it: with a uid and a version, so that it can be replaced."""
    return changed(changed(obj, "metadata", "uid", to="u-1"), "metadata", "resourceVersion", to="1")


def pod(**spec: Any) -> dict[str, Any]:
    """A valid pod of one container `c`, with more fields of its spec."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx:1"}], **spec},
    }


def pod_of(**container: Any) -> dict[str, Any]:
    """A valid pod whose one container has more fields."""
    return pod(containers=[{"name": "c", "image": "nginx:1", **container}])
