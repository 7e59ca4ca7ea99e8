"""The body of a Call, by its content type: JSON stays text, so that its faults can be told; YAML becomes data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import yaml

from playground.kube import errors
from playground.kube.apiserver import decode, gojson
from playground.kube.objects import schema
from playground.kube.rest.call import Call

_MOST = 1_000_000  # values in a body; nothing honest comes near
_JSON = frozenset({"", "application/json"})
_YAML = frozenset({"application/yaml", "application/x-yaml"})


class _Loader(yaml.SafeLoader):
    """Reads dates as the texts they are, since JSON has no dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012  PyYAML reads it from the class
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def body_of(call: Call, patch: str = "") -> Any:
    """Return the body as bytes of JSON or as data; `patch` is its type where it is one. Raises ApiError."""
    if not isinstance(call.body, bytes):
        return call.body if call.body is not None else b""
    kind = call.content_type.partition(";")[0].strip()
    if patch:
        return _yaml(call.body) if patch == "apply" else call.body
    if kind in _YAML:
        return _yaml(call.body)
    if kind not in _JSON:
        raise errors.unsupported_media_type()
    return call.body


def _yaml(data: bytes) -> Any:
    """Return a YAML document (or JSON, which is one) as data; raises ApiError."""
    try:
        return gojson.parse(data)
    except ValueError:
        pass
    try:
        value = yaml.load(data, Loader=_Loader)  # noqa: S506  a safe loader, see above
        grown = _size(value, {}) > _MOST
    except (yaml.YAMLError, RecursionError) as error:
        raise errors.bad_request(f"error decoding YAML: {error}") from None
    if grown:
        raise errors.bad_request("error decoding YAML: yaml: document contains excessive aliasing")
    return _as_json(value)


def _as_json(value: Any) -> Any:
    """Return YAML data as JSON knows it: keys are texts, and so is whatever JSON has no type for."""
    if isinstance(value, dict):
        return {_key(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _key(key: Any) -> str:
    return json.dumps(key) if key is None or isinstance(key, bool | int | float) else str(key)


def _size(value: Any, known: dict[int, float]) -> float:
    """Return how many values a document holds once its aliases are written out; one that holds itself is endless."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = math.inf
        known[id(value)] = 1 + sum(
            _size(item, known) for item in (value.values() if isinstance(value, dict) else value)
        )
    return known[id(value)]


def delete_body(call: Call) -> Mapping[str, Any]:
    """Return the DeleteOptions that came as a body, or nothing; raises ApiError.

    What cannot be read is a plain error of the real server, so its answer is a 500.
    """
    body = body_of(call)
    try:
        value = gojson.parse(body) if isinstance(body, bytes) and body else body
    except ValueError as error:
        raise errors.plain(f"couldn't get version/kind; json parse error: {error}") from None
    if not value:
        return {}
    try:
        return decode.read(value, schema.of("meta.k8s.io/v1", "DeleteOptions")).object
    except decode.Undecodable as error:
        raise errors.plain(str(error)) from None
