"""The verb create: read, default, admit, name, prepare, validate, store.

Sources: k8s.io/apiserver/pkg/endpoints/handlers/create.go, pkg/registry/rest/create.go,
pkg/registry/generic/registry/store.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import alike, managed_fields, prepare
from playground.kube.apiserver.admission import registry
from playground.kube.apiserver.admission.plugin import Request
from playground.kube.apiserver.bodies import Body, Draft, draft_of
from playground.kube.apiserver.core import Core, key_of
from playground.kube.apiserver.defaults import DEFAULTERS
from playground.kube.apiserver.go_zeros import zeros
from playground.kube.apiserver.managed_fields import Manager
from playground.kube.apiserver.options import Answer, Options, check
from playground.kube.apiserver.validation import VALIDATORS
from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.metadata import validate_object_meta
from playground.kube.apiserver.validation.names import is_path_segment
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.objects.kinds import Resource
from playground.kube.store import By, Exists

# What a client cannot set on a new object (rest.WipeObjectMetaSystemFields, FillObjectMetaSystemFields).
_SYSTEM_FIELDS = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "resourceVersion",
    "selfLink",
    "uid",
)
_PREFIX_LENGTH = 58  # of a generated name, so that five letters still fit
_TRIES = 8  # for a generated name that is taken
_DOUBLE_OWNERS = (
    ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, "
    "and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}"
)
_OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


def create(core: Core, body: Body, resource: Resource, namespace: str, by: By, options: Options) -> Answer:
    """Create an object and answer it with code 201; raises ApiError."""
    check(options, "CreateOptions")
    beside = (namespace, by.actor, options, core.clock.stamp())
    known = alike.recall(body, beside) if resource.qualified == "pods" else None
    if known is not None:
        draft = Draft(known.draft(), [], known)
        return store_new(core, draft, resource, known.entries, by, dry_run=options.dry_run)
    draft, entries = _read(core, body, resource, namespace, by, options)
    if resource.qualified == "pods" and not draft.warnings:
        draft.reading = alike.remember(body, beside, draft.object, entries)
    return store_new(core, draft, resource, entries, by, dry_run=options.dry_run)


def _read(
    core: Core, body: Body, resource: Resource, namespace: str, by: By, options: Options
) -> tuple[Draft, list[dict[str, Any]]]:
    """Read and default a body; return it with its managedFields. Raises ApiError."""
    draft = draft_of(body, resource, options)
    settle_namespace(draft.object, resource, namespace)
    metadata = draft.object["metadata"]
    for field in _SYSTEM_FIELDS:
        metadata.pop(field, None)
    apply_defaults(draft.object, resource)
    draft.warnings += drop_double_owners(metadata)
    manager = Manager(options.field_manager or by.actor, "Update", resource.api_version)
    empty = {**zeros(resource.kind), "metadata": {}}
    return draft, managed_fields.after_update(resource, draft.object, empty, manager, core.clock.stamp())


def settle_namespace(obj: dict[str, Any], resource: Resource, namespace: str) -> None:
    """Give the object the namespace of the request; raises ApiError when it names another one."""
    metadata = obj["metadata"]
    if not resource.namespaced:
        metadata.pop("namespace", None)
        return
    if metadata.get("namespace") and namespace and metadata["namespace"] != namespace:
        raise errors.bad_request(_OTHER_NAMESPACE)
    metadata["namespace"] = namespace or metadata.get("namespace") or "default"


def apply_defaults(obj: dict[str, Any], resource: Resource) -> None:
    """Fill in what the kind's API says for fields left out, in place."""
    defaulter = DEFAULTERS.get((resource.group, resource.kind))
    if defaulter is not None:
        defaulter(obj)


def store_new(
    core: Core, draft: Draft, resource: Resource, entries: Sequence[Object], by: By, *, dry_run: bool
) -> Answer:
    """Admit, prepare, validate and store a draft that was read and defaulted; raises ApiError."""
    obj, metadata = draft.object, draft.object["metadata"]
    metadata.pop("managedFields", None)
    request = Request(core, "CREATE", resource, metadata.get("namespace", ""), "", by, object=obj, dry_run=dry_run)
    registry.admit(request)
    generated = not metadata.get("name") and bool(metadata.get("generateName"))
    _identify(core, metadata)
    prepare.for_create(core, resource, obj)
    if draft.reading is None or not draft.reading.vouches(obj):
        _validate(obj, resource)
        if draft.reading is not None:
            draft.reading.found_valid(obj)
    registry.validate(request)
    metadata["managedFields"] = entries
    stored = _store(core, obj, resource, by, dry_run=dry_run, again=_TRIES if generated else 1)
    return Answer(stored, 201, tuple(draft.warnings))


def _identify(core: Core, metadata: dict[str, Any]) -> None:
    """Give a new object its name, uid and time of creation."""
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"][:_PREFIX_LENGTH] + core.names.suffix()
    metadata["uid"] = core.names.uid()
    metadata["creationTimestamp"] = core.clock.stamp()


def _validate(obj: dict[str, Any], resource: Resource) -> None:
    """Refuse an object that breaks the rules of its kind, or else the rules of any object's metadata."""
    metadata = obj["metadata"]
    validator = VALIDATORS.get((resource.group, resource.kind))
    problems = validator(obj, None, "") if validator is not None else []
    problems = problems or validate_object_meta(
        metadata, Path("metadata"), is_path_segment, namespaced=resource.namespaced
    )
    if problems:
        raise errors.invalid(resource.kind, resource.group, metadata.get("name", ""), problems)


def _store(core: Core, obj: dict[str, Any], resource: Resource, by: By, *, dry_run: bool, again: int) -> Map:
    """Write the object; a generated name that is taken is drawn anew."""
    metadata = obj["metadata"]
    for _ in range(again):
        name = metadata["name"]
        key = key_of(resource, name, metadata.get("namespace", ""))
        if dry_run and core.store.get(resource.qualified, key) is None:
            dry: Map = freeze(obj)
            return dry
        try:
            if not dry_run:
                return core.store.create(resource.qualified, key, obj, by)
        except Exists:
            pass
        if again > 1:
            metadata["name"] = metadata["generateName"][:_PREFIX_LENGTH] + core.names.suffix()
    raise errors.already_exists(resource.qualified, name)


def drop_double_owners(metadata: dict[str, Any]) -> list[str]:
    """Keep each owner reference once, in place; return the warnings that this earns."""
    owners = metadata.get("ownerReferences") or []
    kept = [owner for index, owner in enumerate(owners) if owner not in owners[:index]]
    if len(kept) == len(owners):
        return []
    metadata["ownerReferences"] = kept
    uids = ", ".join(dict.fromkeys(owner.get("uid", "") for owner in owners if owners.count(owner) > 1))
    return [_DOUBLE_OWNERS.format(uids)]
