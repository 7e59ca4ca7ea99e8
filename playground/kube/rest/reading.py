"""GET of a collection: a list, or the events of a watch. How a stream is framed is a later layer's part."""

from __future__ import annotations

from typing import Any

from playground.kube import errors
from playground.kube.apiserver import ApiServer, ObjectWatch, WatchOptions
from playground.kube.apiserver.options import refuse
from playground.kube.apiserver.validation.field import forbidden
from playground.kube.objects.frozen import List, Map
from playground.kube.rest.call import Call, flag, whole_number
from playground.kube.rest.paths import Place


def read(api: ApiServer, call: Call, place: Place) -> Any:
    """Return a List object, or an ObjectWatch when the query asks to watch; raises ApiError."""
    query = call.query
    selectors = {
        "label_selector": query.get("labelSelector", ""),
        "field_selector": query.get("fieldSelector", ""),
    }
    limit = whole_number(query["limit"]) if query.get("limit") else 0
    if place.watch or flag(query, "watch"):
        return _watch(api, call, place, selectors)
    _check_match(call)
    listed = api.list(
        place.resource,
        place.namespace,
        limit=max(limit, 0),
        continue_=query.get("continue", ""),
        resource_version=query.get("resourceVersion", ""),
        exact=query.get("resourceVersionMatch") == "Exact",
        **selectors,
    )
    return Map({**listed, "items": List([_bare(item) for item in listed["items"]])})


def _bare(item: Map) -> Map:
    """Return an object without apiVersion and kind, which the list around it tells."""
    return Map({key: value for key, value in item.items() if key not in {"apiVersion", "kind"}})


def _watch(api: ApiServer, call: Call, place: Place, selectors: dict[str, str]) -> ObjectWatch:
    query = call.query
    initial = flag(query, "sendInitialEvents")
    if "sendInitialEvents" in query and query.get("resourceVersionMatch") != "NotOlderThan":
        told = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        refuse("ListOptions", [forbidden("resourceVersionMatch", told)])
    options = WatchOptions(
        resource_version="" if initial else query.get("resourceVersion", ""),
        bookmarks=flag(query, "allowWatchBookmarks"),
        initial_events=initial,
    )
    return api.watch(place.resource, place.namespace, options=options, **selectors)


def _check_match(call: Call) -> None:
    """Refuse a resourceVersionMatch that has nothing to match; raises ApiError."""
    query = call.query
    match = query.get("resourceVersionMatch", "")
    if not match:
        return
    if match not in {"Exact", "NotOlderThan"}:
        raise errors.bad_request(f"unknown resourceVersionMatch value: {match}")
    if not query.get("resourceVersion"):
        told = "resourceVersionMatch is forbidden unless resourceVersion is provided"
        refuse("ListOptions", [forbidden("resourceVersionMatch", told)])
    if match == "Exact" and query["resourceVersion"] == "0":
        told = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        refuse("ListOptions", [forbidden("resourceVersionMatch", told)])
