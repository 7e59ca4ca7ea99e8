"""JSON merge patch: RFC 7386. A null takes a field away, a list replaces the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.patch.errors import BadPatch


def apply(document: Mapping[str, Any], patch: Any) -> dict[str, Any]:
    """Return the patched document; raises BadPatch when the patch is no object."""
    if not isinstance(patch, Mapping):
        raise BadPatch("Invalid JSON Patch")
    return _merge(document, patch)


def _merge(document: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(document) if isinstance(document, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping):
            found[key] = _merge(found.get(key), value)
        else:
            found[key] = value
    return found
