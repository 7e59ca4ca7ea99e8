"""Manifests given with -f: found, read, and matched with the kinds the server has.

Source: k8s.io/cli-runtime/pkg/resource/{builder,visitor,mapper}.go.
"""

from collections.abc import Iterator, Sequence

import yaml

from playground.kube.apiserver import decode
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.session import Json, Session
from playground.kube.manifests import ManifestError, read
from playground.kube.objects import schema
from playground.kube.objects.kinds import RESOURCES, Resource

EMPTY = "/dev/null"
SAYS_WHAT = frozenset({"apiVersion", "kind"})


def read_all(session: Session, paths: Sequence[str]) -> Iterator[tuple[str, Resource, Json]]:
    """Yield (path, resource, object) of every document. Raises CommandError for what cannot be read or is not known."""
    for path in paths:
        for obj in _objects(path, text(session, path)):
            resource = _resource(path, obj)
            _check_metadata(path, resource, obj)
            _check_namespace(session, resource, obj)
            yield path, resource, obj


def text(session: Session, path: str) -> str:
    """Return the text of a file; "-" is standard input, which the files name so too."""
    if path == EMPTY:
        return ""
    found = session.files.get(path)
    if found is None:
        raise CommandError(f'the path "{path}" does not exist')
    return found


def _objects(path: str, content: str) -> list[Json]:
    try:
        return [manifest.object for manifest in read(content)]
    except ManifestError as error:
        if error.field not in SAYS_WHAT:
            raise CommandError(f"error parsing {path}: {error}") from error
        raise CommandError(
            f'error validating "{path}": error validating data: {_not_set(content, error.field)}; '
            "if you choose to ignore these errors, turn validation off with --validate=false"
        ) from error


def _not_set(content: str, first: str) -> str:
    """Which of apiVersion and kind the first document at fault lacks."""
    for document in yaml.safe_load_all(content):
        missing = [name for name in ("apiVersion", "kind") if isinstance(document, dict) and not document.get(name)]
        if len(missing) > 1:
            return f"[{', '.join(f'{name} not set' for name in missing)}]"
        if missing:
            break
    return f"{first} not set"


def _resource(path: str, obj: Json) -> Resource:
    """Find the kind as discovery names it, or all in small letters, which kubectl knows too."""
    api_version, kind = obj["apiVersion"], obj["kind"]
    for resource in RESOURCES:
        if resource.api_version == api_version and kind in {resource.kind, resource.kind.lower()}:
            return resource
    metadata = obj.get("metadata") or {}
    raise CommandError(
        f'resource mapping not found for name: "{metadata.get("name", "")}" namespace: '
        f'"{metadata.get("namespace", "")}" from "{path}": '
        f'no matches for kind "{kind}" in version "{api_version}"\n'
        "ensure CRDs are installed first"
    )


def _check_metadata(path: str, resource: Resource, obj: Json) -> None:
    """kubectl reads the metadata itself, so a wrong type there does not reach the server."""
    obj["metadata"] = obj.get("metadata") or {}
    try:
        decode.read({"metadata": obj["metadata"]}, schema.of(resource.api_version, resource.kind))
    except decode.Undecodable as error:
        raise CommandError(f'unable to decode "{path}": {error}') from error


def _check_namespace(session: Session, resource: Resource, obj: Json) -> None:
    """Refuse another namespace than that of -n; an object without one gets the session's."""
    if not resource.namespaced:
        return
    named = obj["metadata"].setdefault("namespace", session.namespace)
    if session.namespace_given and named and named != session.namespace:
        raise CommandError(
            f'the namespace from the provided object "{named}" does not match the namespace "{session.namespace}". '
            f"You must pass '--namespace={named}' to perform this operation."
        )
