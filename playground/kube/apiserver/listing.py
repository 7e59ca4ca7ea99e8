"""The verb list: now or at a past revision, in pieces, by selectors.

Sources: k8s.io/apiserver/pkg/storage/etcd3/store.go (GetList), pkg/storage/continue.go.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass

from playground.kube import errors
from playground.kube.apiserver.core import Core
from playground.kube.apiserver.gojson import parse
from playground.kube.apiserver.selection import Selection
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.meta import Key
from playground.kube.store import Compacted

_VERSION = "meta.k8s.io/v1"
_TOO_OLD = "The resourceVersion for the provided list is too old."
_STALE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, "
    "or deleted between the time the first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, or a piece of one: `continue_` asks for the rest, `remaining` says how many there are if it is known."""

    items: list[Map]
    revision: int
    continue_: str = ""
    remaining: int | None = None

    def __iter__(self) -> Iterator[Map]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Page:
    """Which piece of a list is wanted, and of what time. A resourceVersion counts exactly only when `exact`."""

    limit: int = 0
    continue_: str = ""
    resource_version: str = ""
    exact: bool = False


def list_objects(core: Core, wanted: Selection, page: Page) -> Listed:
    """Return what is asked for in order of namespace and name; raises ApiError: BadRequest, Expired, Timeout."""
    revision, start = _from(core, page)
    found = _at(core, wanted, revision, stale=_STALE if page.continue_ else _TOO_OLD)
    if start is not None:
        found = [item for item in found if _path(wanted, meta.key(item)) >= start]
    if wanted.selective:
        found = [item for item in found if wanted.matches(item)]
    # A list of "any" version comes from a cache that gives no pieces.
    whole = not page.limit or len(found) <= page.limit or (page.resource_version == "0" and not page.continue_)
    if whole:
        return Listed(found, revision)
    kept = found[: page.limit]
    token = _token(revision, _path(wanted, meta.key(kept[-1])) + "\0")
    return Listed(kept, revision, token, None if wanted.selective else len(found) - page.limit)


def _from(core: Core, page: Page) -> tuple[int, str | None]:
    """Return the revision to list at and where to start."""
    now = core.store.revision
    asked = parse_version(page.resource_version)
    if asked > now:
        raise errors.too_large_resource_version(asked, now)
    if page.continue_:
        if asked:
            raise errors.bad_request("specifying resource version is not allowed when using continue")
        revision, start = _read_token(page.continue_)
        return (revision if revision > 0 else now), start
    return (asked if page.exact and asked else now), None


def parse_version(text: str) -> int:
    """Return a resourceVersion as a number, "" as 0; raises ApiError BadRequest."""
    if not text:
        return 0
    if not text.isdigit():
        why = f'strconv.ParseUint: parsing "{text}": invalid syntax'
        raise errors.bad_request(f'invalid resource version: resourceVersion: Invalid value: "{text}": {why}')
    return int(text)


def _at(core: Core, wanted: Selection, revision: int, stale: str) -> list[Map]:
    """Return the objects as they were at a revision, by undoing what happened since."""
    name = wanted.resource.qualified
    found = core.store.list(name, wanted.namespace)
    if revision == core.store.revision:
        return found
    try:
        changes = core.store.changes(revision, [name])
    except Compacted:
        raise errors.gone(stale) from None
    past = {meta.key(item): item for item in found}
    for change in reversed(changes):
        if change.previous is None:
            past.pop(change.key, None)
        elif wanted.namespace in {None, change.key[0]}:
            past[change.key] = change.previous
    return [past[key] for key in sorted(past)]


def _path(wanted: Selection, key: Key) -> str:
    """Return a key as the store's path, below what the list is about."""
    return f"/{key[0]}/{key[1]}" if key[0] and wanted.namespace is None else f"/{key[1]}"


def _token(revision: int, start: str) -> str:
    text = json.dumps({"v": _VERSION, "rv": revision, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, str]:
    """Return revision and start; raises ApiError BadRequest."""
    try:
        value = parse(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _bad_token(f": {error}") from None
    if not isinstance(value, dict) or value.get("v") != _VERSION:
        version = value.get("v", "") if isinstance(value, dict) else ""
        raise _bad_token(f': server does not recognize this encoded version "{version}"')
    revision, start = value.get("rv"), value.get("start")
    if not isinstance(start, str) or not start or not isinstance(revision, int):
        raise _bad_token(f": encoded start key empty (version {_VERSION})")
    return revision, start


def _bad_token(why: str) -> ApiError:
    return errors.bad_request(f"invalid continue token: continue key is not valid{why}")
