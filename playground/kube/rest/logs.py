"""GET …/pods/{name}/log: which container, which part of its output; a kubelet has the text.

Source: LogLocation and validateContainer in pkg/registry/core/pod/strategy.go, ValidatePodLogOptions.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground.kube import errors
from playground.kube.apiserver import ApiServer
from playground.kube.apiserver.core import LogOptions
from playground.kube.apiserver.validation.field import forbidden, invalid
from playground.kube.clock import seconds_of
from playground.kube.errors import FieldError
from playground.kube.objects.frozen import Object
from playground.kube.rest.call import Call, Reply, flag, whole_number
from playground.kube.rest.paths import Place

_POSITIVE = "must be greater than 0"
_NOT_NEGATIVE = "must be greater than or equal to 0"


def read_log(api: ApiServer, call: Call, place: Place) -> Reply:
    """Return a container's output as text. Raises ApiError."""
    logs = api.core.streams.logs
    if logs is None:
        raise errors.method_not_allowed()
    options = _options(place.name, call.query, api.core.clock.now)
    namespace = place.namespace or "default"
    pod = api.get(place.resource, place.name, namespace).object
    container = _container(pod, call.query.get("container", ""))
    if not pod["spec"].get("nodeName"):
        return Reply(204, "")
    return Reply(200, logs(namespace, place.name, container, options))


def _container(pod: Object, asked: str) -> str:
    """Return the container that is meant; raises ApiError BadRequest."""
    spec, name = pod["spec"], pod["metadata"]["name"]
    names: list[str] = [item["name"] for item in (*(spec.get("initContainers") or ()), *spec["containers"])]
    if asked:
        if asked not in names:
            raise errors.bad_request(f"container {asked} is not valid for pod {name}")
        return asked
    if len(spec["containers"]) > 1:
        told = f"a container name must be specified for pod {name}, choose one of: [{' '.join(names)}]"
        raise errors.bad_request(told)
    first: str = spec["containers"][0]["name"]
    return first


def _options(pod: str, query: Mapping[str, str], now: float) -> LogOptions:
    """Return what the query asks for; raises ApiError Invalid."""
    numbers = {
        name: whole_number(query[name]) for name in ("tailLines", "limitBytes", "sinceSeconds") if query.get(name)
    }
    problems: list[FieldError] = []
    if numbers.get("tailLines", 0) < 0:
        problems.append(invalid("tailLines", numbers["tailLines"], _NOT_NEGATIVE))
    if numbers.get("limitBytes", 1) < 1:
        problems.append(invalid("limitBytes", numbers["limitBytes"], _POSITIVE))
    if "sinceSeconds" in numbers and query.get("sinceTime"):
        problems.append(forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    elif numbers.get("sinceSeconds", 1) < 1:
        problems.append(invalid("sinceSeconds", numbers["sinceSeconds"], _POSITIVE))
    if problems:
        raise errors.invalid("PodLogOptions", "", pod, problems)
    since = now - numbers["sinceSeconds"] if "sinceSeconds" in numbers else None
    if query.get("sinceTime"):
        since = seconds_of(query["sinceTime"])
    return LogOptions(
        flag(query, "previous"), flag(query, "timestamps"), since, numbers.get("tailLines"), numbers.get("limitBytes")
    )
