"""The verb update, and what every write of an existing object ends in: admit, prepare, validate, store.

Sources: k8s.io/apiserver/pkg/endpoints/handlers/update.go, pkg/registry/rest/update.go,
pkg/registry/generic/registry/store.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import creating, managed_fields, prepare, removal
from playground.kube.apiserver.admission import registry
from playground.kube.apiserver.admission.plugin import Request
from playground.kube.apiserver.bodies import Body, draft_of
from playground.kube.apiserver.core import Core, key_of, modified
from playground.kube.apiserver.managed_fields import Manager
from playground.kube.apiserver.options import Answer, Options, check
from playground.kube.apiserver.strategies import STRATEGIES
from playground.kube.apiserver.validation import VALIDATORS
from playground.kube.apiserver.validation.field import Path, invalid
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.apiserver.validation.names import is_path_segment
from playground.kube.errors import ApiError, FieldError
from playground.kube.objects.frozen import Map, freeze
from playground.kube.objects.kinds import Resource
from playground.kube.store import By

_NO_VERSION = "must be specified for an update"
# An update can neither change nor remove these.
_KEPT = ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")


@dataclass(frozen=True, slots=True)
class Target:
    """What a write is about."""

    resource: Resource
    namespace: str
    name: str
    subresource: str = ""


@dataclass(slots=True)
class Replacement:
    """A new version on its way to replace the stored one.

    `entries`: its managedFields, when apply has worked them out.
    """

    draft: dict[str, Any]
    old: Map
    warnings: list[str]
    entries: list[dict[str, Any]] | None = None


def update(core: Core, body: Body, target: Target, by: By, options: Options) -> Answer:
    """Replace an object, or the part of it that a subresource is; raises ApiError."""
    check(options, "UpdateOptions")
    resource = target.resource
    draft = draft_of(body, resource, options)
    check_name(draft.object, target)
    creating.apply_defaults(draft.object, resource)
    old = core.store.get(resource.qualified, key_of(resource, target.name, target.namespace))
    if old is None:
        if STRATEGIES[resource.qualified].creates and not target.subresource:
            return creating.create(core, body, resource, target.namespace, by, options)
        raise errors.not_found(resource.qualified, target.name)
    return commit(core, target, Replacement(draft.object, old, draft.warnings), by, options)


def check_name(obj: dict[str, Any], target: Target) -> None:
    """Refuse an object whose name or namespace is not the request's, and fill in the namespace; raises ApiError."""
    metadata = obj["metadata"]
    name, namespace = metadata.get("name") or "", metadata.get("namespace") or ""
    if not name:
        told = f"the name of the object ({target.name} based on URL) was undeterminable: name must be provided"
        raise errors.bad_request(told)
    if name != target.name:
        raise errors.bad_request(f"the name of the object ({name}) does not match the name on the URL ({target.name})")
    if not target.resource.namespaced:
        metadata.pop("namespace", None)
        return
    if namespace and namespace != target.namespace:
        both = f"({namespace}) does not match the namespace on the request ({target.namespace})"
        raise errors.bad_request(f"the namespace of the object {both}")
    metadata["namespace"] = target.namespace


def commit(core: Core, target: Target, change: Replacement, by: By, options: Options) -> Answer:
    """Write a new version over the old one; raises ApiError. What changes nothing is not written."""
    resource, draft, old = target.resource, change.draft, change.old
    warnings = (*change.warnings, *creating.drop_double_owners(draft["metadata"]))
    entries = change.entries
    if entries is None:
        manager = Manager(options.field_manager or by.actor, "Update", resource.api_version, target.subresource)
        entries = managed_fields.after_update(resource, draft, old, manager, core.clock.stamp())
    request = Request(
        core, "UPDATE", resource, target.namespace, target.name, by,
        object=draft, old=old, subresource=target.subresource, dry_run=options.dry_run,
    )  # fmt: skip
    registry.admit(request)
    _check_version(draft["metadata"], old, resource, target.name)
    prepare.for_update(core, resource, draft, old, target.subresource)
    _keep_metadata(draft["metadata"], old, entries)
    _validate(draft, old, target)
    registry.validate(request)
    if removal.is_due(resource, draft, old):
        return Answer(removal.remove(core, resource, draft, by, dry_run=options.dry_run), 200, warnings)
    if options.dry_run:
        return Answer(freeze(draft), 200, warnings)
    key = key_of(resource, target.name, target.namespace)
    return Answer(core.store.update(resource.qualified, key, draft, by), 200, warnings)


def _check_version(metadata: dict[str, Any], old: Map, resource: Resource, name: str) -> None:
    """Refuse a version other than the stored one; none at all is fine where the kind allows it. Raises ApiError."""
    given, current = metadata.get("resourceVersion"), old["metadata"]["resourceVersion"]
    if not given:
        if not STRATEGIES[resource.qualified].unconditional:
            problem = invalid("metadata.resourceVersion", 0, _NO_VERSION)
            raise errors.invalid(resource.kind, resource.group, name, [problem])
        metadata["resourceVersion"] = current
    elif given != current:
        raise _bad_version(given, resource, name) or modified(resource, name)


def _bad_version(given: str, resource: Resource, name: str) -> ApiError | None:
    """Return the refusal of a resourceVersion that is no number."""
    if given.isdigit():
        return None
    why = f'strconv.ParseUint: parsing "{given}": invalid syntax'
    return errors.invalid(resource.kind, resource.group, name, [invalid("metadata.resourceVersion", given, why)])


def _keep_metadata(metadata: dict[str, Any], old: Map, entries: list[dict[str, Any]]) -> None:
    """Put back the metadata that an update cannot touch."""
    before = old["metadata"]
    metadata.setdefault("uid", before.get("uid"))
    for field in _KEPT:
        if field in before:
            metadata[field] = before[field]
        else:
            metadata.pop(field, None)
    metadata.pop("managedFields", None)
    if entries:
        metadata["managedFields"] = entries


def _validate(draft: dict[str, Any], old: Map, target: Target) -> None:
    """Refuse a version that breaks a rule: first those of any object's metadata, then those of its kind."""
    resource, metadata, path = target.resource, draft["metadata"], Path("metadata")
    problems: list[FieldError] = validate_object_meta(metadata, path, is_path_segment, namespaced=resource.namespaced)
    problems += validate_object_meta_update(metadata, old["metadata"], path)
    validator = VALIDATORS.get((resource.group, resource.kind))
    if validator is not None:
        problems += validator(draft, old, target.subresource)
    if problems:
        raise errors.invalid(resource.kind, resource.group, metadata.get("name", ""), problems)
