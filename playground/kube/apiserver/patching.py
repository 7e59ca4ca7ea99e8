"""The verb patch: four kinds of patch, one way into the store.

Source: k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from playground.kube import errors
from playground.kube.apiserver import creating, decode, gojson, scale
from playground.kube.apiserver.applying import apply_patch
from playground.kube.apiserver.bodies import headed
from playground.kube.apiserver.core import Core, existing
from playground.kube.apiserver.decode import Decoded
from playground.kube.apiserver.options import Answer, Options, check
from playground.kube.apiserver.patch import json_patch, merge_patch, strategic
from playground.kube.apiserver.patch.errors import BadPatch, Fault, Inapplicable
from playground.kube.apiserver.updating import Replacement, Target, check_name, commit
from playground.kube.apiserver.validation.field import go_json, invalid
from playground.kube.errors import ApiError
from playground.kube.objects import schema
from playground.kube.objects.frozen import Object, thaw
from playground.kube.objects.kinds import Resource
from playground.kube.objects.schema import Type
from playground.kube.store import By

PatchType = Literal["json", "merge", "strategic", "apply"]


def patch(core: Core, body: Any, target: Target, kind: PatchType, by: By, options: Options) -> Answer:
    """Change an object, or the part of it that a subresource is, by a patch; raises ApiError."""
    check(options, "PatchOptions", apply=kind == "apply")
    changes = _parsed(body)
    if target.subresource == "scale":
        return _patch_scale(core, changes, target, "merge" if kind == "apply" else kind, by, options)
    if kind == "apply":
        return apply_patch(core, changes, target, by, options)
    old = existing(core, target.resource, target.name, target.namespace)
    resource = target.resource
    patched, problems = patched_object(old, changes, resource, kind, options)
    draft = headed(patched, resource)
    creating.apply_defaults(draft, resource)
    check_name(draft, target)
    return commit(core, target, Replacement(draft, old, problems), by, options)


def _patch_scale(core: Core, changes: Any, target: Target, kind: PatchType, by: By, options: Options) -> Answer:
    """Patch the Scale that an object shows, and scale to what comes out. Applying one is merging it here."""
    resource = scale.kind()
    shown = scale.get_scale(core, target.resource, target.name, target.namespace).object
    patched, problems = patched_object(shown, changes, resource, kind, options)
    answer = scale.put_scale(core, headed(patched, resource), target, by, options)
    return Answer(answer.object, answer.code, (*problems, *answer.warnings))


def _parsed(body: Any) -> Any:
    """Return a patch as plain data; raises ApiError."""
    if not isinstance(body, bytes):
        return body
    try:
        return gojson.parse(body)
    except ValueError as error:
        raise errors.bad_request(str(error)) from None


def patched_object(
    old: Object, changes: Any, resource: Resource, kind: PatchType, options: Options
) -> tuple[dict[str, Any], list[str]]:
    """Return the patched object, read by its type, and warnings; raises ApiError.

    What of a pod the patch leaves alone was read when it came, and is not read again.
    """
    type_ = schema.of(resource.api_version, resource.kind)
    try:
        patched = _apply(old, changes, type_, kind)
    except BadPatch as error:
        raise errors.bad_request(str(error)) from None
    except Inapplicable:
        raise errors.unprocessable() from None
    except Fault as error:
        raise errors.plain(str(error)) from None
    shown = strategic.go_text(changes) if kind == "strategic" else go_json(patched)
    kept = _kept(old, patched) if resource.qualified == "pods" else {}
    found = _read({key: item for key, item in patched.items() if key not in kept}, type_, kind, shown)
    if found.problems and options.field_validation == "Strict":
        raise _refuse(shown, f"strict decoding error: {', '.join(found.problems)}")
    order = dict.fromkeys(key for key in patched if key in kept or key in found.object)
    draft = {**order, **found.object, **thaw(kept)}
    return draft, found.problems if options.field_validation != "Ignore" else []


def _kept(old: Object, patched: Object) -> dict[str, Any]:
    """Return the parts of a document that a patch left alone."""
    return {key: old[key] for key in ("spec", "status") if key in old and patched.get(key) is old[key]}


def _apply(old: Object, changes: Any, type_: Type, kind: PatchType) -> dict[str, Any]:
    if kind == "json":
        return cast("dict[str, Any]", json_patch.apply(old, changes))
    if kind == "merge":
        return merge_patch.apply(old, changes)
    return strategic.apply(old, changes, type_.fields)


def _read(patched: Any, type_: Type, kind: PatchType, shown: str) -> Decoded:
    """Read the patched document by its type; raises ApiError."""
    reader = decode.convert if kind == "strategic" else decode.read
    try:
        return reader(thaw(patched), type_)
    except decode.Undecodable as error:
        raise _refuse(shown, str(error)) from None


def _refuse(shown: str, why: str) -> ApiError:
    """Return the refusal of a patch whose outcome is no object of the kind."""
    return errors.invalid("", "", "", [invalid("patch", shown, why)])
