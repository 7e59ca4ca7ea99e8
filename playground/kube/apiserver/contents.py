"""A fast door for controllers that write an object as a whole and know that it is right: nothing is read or validated.

What the verb update sees to otherwise is done here as far as it can matter: the version, and the generation of kinds
that count every change of their content.
"""

from __future__ import annotations

from playground.kube import errors
from playground.kube.apiserver.core import CHANGED, Core
from playground.kube.apiserver.strategies import STRATEGIES
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.objects.meta import Key
from playground.kube.store import By, Conflict

_METADATA = ("labels", "annotations")


def set_content(core: Core, resource: str, key: Key, obj: Object, by: By, version: int | None = None) -> Map:
    """Give an object the content, labels and annotations of *obj*; what changes nothing is not written.

    Raises ApiError NotFound, or Conflict when the object is not at the revision `version`.
    """
    found = core.store.get(resource, key)
    if found is None:
        raise errors.not_found(resource, key[1])
    metadata = {name: value for name, value in found["metadata"].items() if name not in _METADATA}
    metadata |= {name: obj["metadata"][name] for name in _METADATA if obj["metadata"].get(name)}
    content = {name: value for name, value in obj.items() if name != "metadata"}
    if STRATEGIES[resource].counts == "all" and {**content, "metadata": None} != {**found, "metadata": None}:
        metadata["generation"] = metadata.get("generation", 0) + 1
    try:
        return core.store.update(resource, key, freeze({**content, "metadata": metadata}), by, expected=version)
    except Conflict:
        raise errors.conflict(resource, key[1], CHANGED) from None
