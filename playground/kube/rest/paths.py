"""From a URL's path to what it is about:
/apis/{group}/{version}/namespaces/{namespace}/{resource}/{name}/{subresource}.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from playground.kube.objects import kinds
from playground.kube.objects.kinds import Resource

GROUPS = frozenset((item.group, item.version) for item in kinds.RESOURCES) | {("autoscaling", "v1")}
_KNOWN_GROUPS = frozenset(group for group, _ in GROUPS)
# Of these the path after /namespaces/{name} is about the namespace itself.
_NAMESPACE_PARTS = frozenset({"finalize", "status"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a path is about. Without a name it is the collection; `namespace` None means none was said."""

    resource: Resource
    namespace: str | None
    name: str = ""
    subresource: str = ""
    watch: bool = False  # the old way to ask for a watch: /api/v1/watch/...


class NoSuchPath(Exception):
    """Nothing is served there at all: the answer is text."""


class NoSuchResource(Exception):
    """The group and version are served, but not this resource."""


def parse(path: str) -> Place:
    """Return what a path is about; raises NoSuchPath or NoSuchResource."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    group, version, rest = _group_version(parts)
    watch = rest[:1] == ["watch"]
    if watch:
        rest = rest[1:]
    namespace: str | None = None
    if rest[:1] == ["namespaces"] and len(rest) > 2 and not (len(rest) == 3 and rest[2] in _NAMESPACE_PARTS):
        namespace, rest = rest[1], rest[2:]
    if not rest or len(rest) > 3:
        raise NoSuchResource
    resource = kinds.by_plural(group, version, rest[0])
    if resource is None or (namespace is not None and not resource.namespaced):
        raise NoSuchResource
    name, subresource = (*rest[1:], "", "")[:2]
    if resource.namespaced and namespace is None and name:
        raise NoSuchResource
    if subresource and subresource not in resource.subresources:
        raise NoSuchResource
    return Place(resource, namespace, name, subresource, watch)


def _group_version(parts: list[str]) -> tuple[str, str, list[str]]:
    """Return group, version and the rest of a path."""
    if parts[:2] == ["api", "v1"]:
        return "", "v1", parts[2:]
    if parts[0] == "apis" and len(parts) > 3 and parts[1] in _KNOWN_GROUPS:
        if (parts[1], parts[2]) not in GROUPS:
            raise NoSuchResource
        return parts[1], parts[2], parts[3:]
    raise NoSuchPath
