"""The patch type "apply": who applies owns what he applies; what others own is a conflict unless he forces it.

Source: k8s.io/apiserver/pkg/endpoints/handlers/patch.go (applyPatcher),
k8s.io/apimachinery/pkg/util/managedfields/fieldmanager.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import creating, decode, field_sets, managed_fields
from playground.kube.apiserver.bodies import Draft, headed
from playground.kube.apiserver.core import Core, key_of
from playground.kube.apiserver.managed_fields import Managed, Manager
from playground.kube.apiserver.options import Answer, Options
from playground.kube.apiserver.patch import apply
from playground.kube.apiserver.updating import Replacement, Target, check_name, commit
from playground.kube.objects import schema
from playground.kube.objects.frozen import Map, Object, freeze, thaw
from playground.kube.objects.kinds import Resource
from playground.kube.store import By


def apply_patch(core: Core, config: Any, target: Target, by: By, options: Options) -> Answer:
    """Create or change an object to what `config` says, and note who owns what; raises ApiError."""
    resource = target.resource
    _check_config(config, target)
    old = core.store.get(resource.qualified, key_of(resource, target.name, target.namespace))
    if old is None and target.subresource:
        raise errors.not_found(resource.qualified, target.name)
    manager = Manager(options.field_manager, "Apply", resource.api_version, target.subresource)
    live: Object = _plain(old) if old is not None else {"metadata": {}}
    managed = managed_fields.read(old["metadata"].get("managedFields") if old is not None else None)
    merged = _merge(live, config, resource, managed, manager, force=options.force)
    draft = _typed(merged, resource, target)
    changed = old is None or _plain(draft) != _plain(old)
    if changed:
        managed.times[manager] = core.clock.stamp()
    entries = managed_fields.write(managed)
    if old is None:
        creating.settle_namespace(draft, resource, target.namespace)
        return creating.store_new(core, Draft(draft, []), resource, entries, by, dry_run=options.dry_run)
    return commit(core, target, Replacement(draft, old, [], entries), by, options)


def _check_config(config: Any, target: Target) -> None:
    """Refuse a configuration of another version or shape; raises ApiError."""
    resource = target.resource
    if not isinstance(config, Mapping):
        raise errors.bad_request(
            "error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}"
        )
    version = config.get("apiVersion") or ""
    if version != resource.api_version:
        both = f"Specified patch version: {version}, expected: {resource.api_version}"
        told = f"Incorrect version specified in apply patch. {both}"
        raise errors.bad_request(told)
    metadata = config.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("managedFields") is not None:
        raise errors.bad_request("metadata.managedFields must be nil")
    wrong = apply.check(config, managed_fields.root_type(resource))
    if wrong:
        place = f"{target.namespace}/{target.name}" if resource.namespaced else f"/{target.name}"
        told = wrong[0] if len(wrong) == 1 else "errors:\n" + "\n".join(f"  {line}" for line in wrong)
        about = f"({place}; {resource.api_version}, Kind={resource.kind})"
        raise errors.plain(f"failed to create typed patch object {about}: {told}")


def _plain(obj: Object) -> dict[str, Any]:
    """Return an object without what says who owns it."""
    metadata = {key: item for key, item in obj["metadata"].items() if key != "managedFields"}
    return {**obj, "metadata": metadata}


def _merge(
    live: Object, config: Object, resource: Resource, managed: Managed, manager: Manager, *, force: bool
) -> dict[str, Any]:
    """Return the merged object and set the new owners in place; raises ApiError Conflict."""
    root = managed_fields.root_type(resource)
    wanted = managed_fields.owned(resource, config)
    before = managed.sets.get(manager, {})
    merged = apply.merge(live, config, root)
    others: field_sets.Set = {}
    for who, members in managed.sets.items():
        if who != manager:
            others = field_sets.union(others, members)
    dropped = field_sets.difference(before, wanted)
    if dropped:
        merged = apply.prune(merged, dropped, field_sets.union(others, wanted), root)
    _take_over(managed, live, merged, root, manager, force=force)
    if wanted:
        managed.sets[manager] = wanted
    else:
        managed.sets.pop(manager, None)
    return dict(merged)


def _take_over(
    managed: Managed, live: Object, merged: Object, root: schema.FieldType, manager: Manager, *, force: bool
) -> None:
    """Take what changes from those who own it, in place; raises ApiError Conflict unless forced."""
    change = field_sets.compare(live, merged, root)
    touched = field_sets.union(change.added, change.modified)
    conflicts = {
        who: common
        for who, members in managed.sets.items()
        if who != manager and (common := field_sets.intersection(members, touched))
    }
    if conflicts and not force:
        raise managed_fields.conflict(conflicts)
    lost = field_sets.union(touched, change.removed)
    for who in [who for who in managed.sets if who != manager]:
        rest = field_sets.difference(managed.sets[who], lost)
        if rest:
            managed.sets[who] = rest
        else:
            del managed.sets[who]


def _typed(merged: Object, resource: Resource, target: Target) -> dict[str, Any]:
    """Return the merged object read by its type, defaulted, and under the name of the request; raises ApiError."""
    frozen: Map = freeze(merged)
    try:
        found = decode.convert(thaw(frozen), schema.of(resource.api_version, resource.kind))
    except decode.Undecodable as error:
        raise errors.plain(f"failed to convert new object: {error}") from None
    draft = headed(found.object, resource)
    draft["metadata"].setdefault("name", target.name)
    check_name(draft, target)
    creating.apply_defaults(draft, resource)
    return draft
