"""A Call becomes a verb. Whatever is refused becomes a Status; what has no path, plain text.

Source: k8s.io/apiserver/pkg/endpoints/{installer,handlers}. The verbs themselves are in apiserver/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import Answer, ApiServer, Options, Target
from playground.kube.apiserver.binding import bind_body
from playground.kube.apiserver.bodies import draft_of
from playground.kube.errors import ApiError
from playground.kube.objects import kinds
from playground.kube.objects.kinds import Resource
from playground.kube.rest import paths
from playground.kube.rest.bodies import body_of, delete_body
from playground.kube.rest.call import Call, Reply, delete_options, write_options
from playground.kube.rest.logs import read_log
from playground.kube.rest.metrics import is_about_metrics, read_metrics
from playground.kube.rest.paths import Place
from playground.kube.rest.reading import read
from playground.kube.store import By

_PATCH_TYPES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}
_ACCEPTED = frozenset(
    {"*/*", "application/*", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"}
)
_REPRESENTATIONS = (
    "application/json, application/yaml, application/vnd.kubernetes.protobuf, "
    "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
)
_NOT_FOUND = "404 page not found\n"
# What is sent to a subresource is of another kind than the object.
_SENT = {"binding": ("v1", "Binding"), "eviction": ("policy/v1", "Eviction"), "scale": ("autoscaling/v1", "Scale")}
Verb = Callable[[ApiServer, Call, Place, By], Reply]


def handle(api: ApiServer, call: Call, by: By) -> Reply:
    """Answer one request; nothing is raised for what a client may do wrong."""
    try:
        if is_about_metrics(api, call.path):
            return read_metrics(api, call)
        place = paths.parse(call.path)
        _check_accept(call.accept)
        return _verb(call, place)(api, call, place, by)
    except paths.NoSuchPath:
        return Reply(404, _NOT_FOUND)
    except paths.NoSuchResource:
        return _refused(errors.unknown_resource())
    except ApiError as error:
        return _refused(error)


def _check_accept(accept: str) -> None:
    """Refuse a client that takes none of what is served; raises ApiError NotAcceptable."""
    asked = {part.partition(";")[0].strip() for part in accept.split(",")}
    if accept and not asked & _ACCEPTED:
        raise errors.not_acceptable(f"406: Not Acceptable\n\nAvailable representations: {_REPRESENTATIONS}")


def _refused(error: ApiError) -> Reply:
    return Reply(error.code, error.status)


def _verb(call: Call, place: Place) -> Verb:
    """Return the verb of a method and a path; raises ApiError MethodNotAllowed."""
    key = "subresource" if place.subresource else "object" if place.name else "collection"
    verb = _VERBS[key].get(call.method)
    allowed = _METHODS.get(place.subresource, ("GET", "PUT", "PATCH"))
    if verb is None or (place.subresource and call.method not in allowed):
        raise errors.method_not_allowed()
    if key == "collection" and call.method == "POST" and place.resource.namespaced and place.namespace is None:
        raise errors.method_not_allowed()
    if (place.resource.qualified, key, call.method) == ("namespaces", "collection", "DELETE"):
        raise errors.method_not_allowed()
    if place.resource.qualified == "bindings" and call.method != "POST":
        raise errors.method_not_allowed()
    return verb


# Subresources that are not simply read and written.
_METHODS: Mapping[str, tuple[str, ...]] = {
    "binding": ("POST",),
    "eviction": ("POST",),
    "finalize": ("PUT",),
    "log": ("GET",),
}


def _reply(answer: Answer) -> Reply:
    return Reply(answer.code, answer.object, answer.warnings)


def _get(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    del by
    if place.subresource == "log":
        return read_log(api, call, place)
    subresource = "scale" if place.subresource == "scale" else ""
    return _reply(api.get(place.resource, place.name, place.namespace, subresource=subresource))


def _list(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    del by
    return Reply(200, read(api, call, place))


def _create(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    options = write_options(call.query, "CreateOptions")
    body = body_of(call)
    if place.resource.qualified == "bindings":
        return _bind(api, draft_of(body, place.resource, options).object, place, by, options)
    return _reply(api.create(body, namespace=place.namespace, by=by, options=options, resource=place.resource))


def _create_subresource(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    """Bind or evict a pod."""
    options = write_options(call.query, "CreateOptions")
    sent = draft_of(body_of(call), _sent(place.subresource), options).object
    if place.subresource == "binding":
        return _bind(api, sent, place, by, options)
    name = (sent.get("metadata") or {}).get("name") or place.name
    if name != place.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    wanted = delete_options({}, sent.get("deleteOptions") or {})
    if options.dry_run:
        wanted = delete_options({"dryRun": "All"}, sent.get("deleteOptions") or {})
    return _reply(api.evict(place.namespace or "default", place.name, by=by, options=wanted))


def _bind(api: ApiServer, sent: dict[str, Any], place: Place, by: By, options: Options) -> Reply:
    named = (sent.get("metadata") or {}).get("name") or place.name
    if place.name and named != place.name:
        raise errors.bad_request("name in URL does not match name in Binding object")
    answer = bind_body(api.core, place.namespace or "default", named, sent, by, dry_run=options.dry_run)
    return _reply(answer)


def _sent(subresource: str) -> Resource:
    found = kinds.by_kind(*_SENT[subresource])
    if found is None:
        raise KeyError(subresource)
    return found


def _update(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    options = write_options(call.query, "UpdateOptions")
    target = Target(place.resource, place.namespace or "", place.name, place.subresource)
    return _reply(api.update(body_of(call), by=by, options=options, target=target))


def _patch(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    kind = _PATCH_TYPES.get(call.content_type.partition(";")[0].strip())
    if kind is None:
        raise errors.unsupported_media_type("415: Unsupported Media Type")
    options = write_options(call.query, "PatchOptions")
    body = body_of(call, patch=kind)
    return _reply(
        api.patch(
            place.resource, place.name, place.namespace, body,
            type=kind, subresource=place.subresource, by=by, options=options,
        )
    )  # fmt: skip


def _delete(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    options = delete_options(call.query, delete_body(call))
    return _reply(api.delete(place.resource, place.name, place.namespace, by=by, options=options))


def _delete_collection(api: ApiServer, call: Call, place: Place, by: By) -> Reply:
    options = delete_options(call.query, delete_body(call))
    listed = api.delete_collection(
        place.resource,
        place.namespace,
        label_selector=call.query.get("labelSelector", ""),
        field_selector=call.query.get("fieldSelector", ""),
        by=by,
        options=options,
    )
    return Reply(200, listed)


_VERBS: Mapping[str, Mapping[str, Verb]] = {
    "collection": {"GET": _list, "POST": _create, "DELETE": _delete_collection},
    "object": {"GET": _get, "PUT": _update, "PATCH": _patch, "DELETE": _delete},
    "subresource": {"GET": _get, "POST": _create_subresource, "PUT": _update, "PATCH": _patch},
}
