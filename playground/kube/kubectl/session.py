"""One run of kubectl: who it talks to, what it may read, what it has printed. Commands hold nothing between runs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube.kubectl.errors import ServerError
from playground.kube.objects.kinds import Resource
from playground.kube.rest import Call, Reply

Handle = Callable[[Call], Reply]
Json = dict[str, Any]
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"


@dataclass(slots=True)
class Session:
    """`handle` answers requests; `files` are the texts by path; `now` is in seconds since 1970, for ages.

    `sleep` lets so many seconds pass while a command waits; without it the cluster stands still.
    """

    handle: Handle
    namespace: str
    files: Mapping[str, str]
    now: float
    namespace_given: bool = False
    sleep: Callable[[float], object] | None = None
    output: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Print a line."""
        self.output.append(f"{line}\n")

    def warn(self, line: str) -> None:
        """Print a line on standard error."""
        self.complaints.append(f"{line}\n")

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Json:
        """Send a request and return the answer. Raises ServerError for a refusal. A body of bytes goes as it is."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body, sort_keys=True).encode()
        call = Call(
            method=method,
            path=path,
            query=dict(query or {}),
            body=data,
            content_type=content_type if data is not None else "",
            accept="application/json",
        )
        reply = self.handle(call)
        for warning in reply.warnings:
            self.warn(f"Warning: {warning}")
        answer: Json = reply.body if isinstance(reply.body, dict) else {}
        if reply.code >= 400:
            raise ServerError(answer)
        return answer

    def read(self, path: str, query: Mapping[str, str]) -> str:
        """Fetch a text, such as a log. Raises ServerError for a refusal."""
        reply = self.handle(Call(method="GET", path=path, query=dict(query), accept="*/*"))
        if reply.code >= 400:
            raise ServerError(reply.body if isinstance(reply.body, dict) else {"message": str(reply.body)})
        return str(reply.body)

    def get(self, resource: Resource, name: str, namespace: str = "") -> Json:
        """Fetch one object; `namespace` is the session's when left out."""
        return self.send("GET", url(resource, namespace or self.namespace, name))

    def list(self, resource: Resource, namespace: str, *, labels: str = "", fields: str = "") -> "list[Json]":
        """Fetch objects; namespace "" is all of them. Each is given its kind, which lists leave out."""
        query = {"limit": "500"} | ({"labelSelector": labels} if labels else {})
        query |= {"fieldSelector": fields} if fields else {}
        answer = self.send("GET", url(resource, namespace), query=query)
        head = {"apiVersion": resource.api_version, "kind": resource.kind}
        return [head | dict(item) for item in answer.get("items") or []]

    def create(
        self, resource: Resource, obj: Json, *, manager: str, dry_run: bool = False, check: str = "Strict"
    ) -> Json:
        """Create an object in its own namespace, or the session's."""
        namespace = obj["metadata"].get("namespace") or self.namespace
        return self.send(
            "POST", url(resource, namespace), obj, query=write_query(manager, dry_run=dry_run, check=check)
        )

    def patch(
        self, resource: Resource, obj: Mapping[str, Any], body: object, content_type: str, *, query: Mapping[str, str]
    ) -> Json:
        """Patch an object that was fetched before."""
        metadata = obj["metadata"]
        path = url(resource, metadata.get("namespace") or "", metadata["name"])
        return self.send("PATCH", path, body, query=query, content_type=content_type)


def write_query(manager: str = "", *, dry_run: bool = False, check: str = "") -> Json:
    """The options of a write, as they stand in its query."""
    asked = {"fieldManager": manager, "fieldValidation": check, "dryRun": "All" if dry_run else ""}
    return {name: value for name, value in asked.items() if value}


def url(resource: Resource, namespace: str, name: str = "", subresource: str = "") -> str:
    """The path of a collection, an object or its subresource."""
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    place = f"/namespaces/{namespace}" if resource.namespaced and namespace else ""
    return "/".join(part for part in (root + place, resource.plural, name, subresource) if part)
