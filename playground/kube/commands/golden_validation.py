"""Replays recorded requests to the API server and compares code, reason, message, details and the stored object.

Every record starts from the same small cluster: the namespace `validation` with what the recording's controllers had
put there. What a record needs beyond that it tells itself: *base* is created first; where the recorded answer is
AlreadyExists, the object of the request is. The recorder left out resourceVersions (so a PUT that was answered Conflict
carried an old one) and, where a request has no *query* at all, the fieldValidation=Strict that it always sent.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands import golden_kubectl
from playground.kube.commands.differences import Comparison, Replayed, Scenario
from playground.kube.commands.golden_ground import NAMESPACE, RECORDER, ground
from playground.kube.rest import Call, Reply, handle

Json = dict[str, Any]

FRESH_METADATA = frozenset({"uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink"})
FILE = "FILE"  # what the recorder called the manifest it gave to kubectl create -f
STRICT = {"fieldValidation": "Strict"}
OLD = "1"  # a resourceVersion from before every object
UID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def replay(record: Scenario) -> Replayed:
    """Send one recorded request to a fresh cluster. Its repetition in Warn mode, and by kubectl, are steps too."""
    comparison = Comparison(record["name"])
    expected, request = record["response"], _as_sent(record)
    reply = _send(_prepared(record), request)
    comparison.steps += 1
    _compare(comparison, "request", (expected, reply), request)
    if "created" in record:
        comparison.equal("request", "created", stored(record["created"], request), stored(reply.body, request))
    if "responseWarnModeDryRun" in record:
        comparison.steps += 1
        _compare(comparison, "warn", (record["responseWarnModeDryRun"], _warn_mode(record)), request)
    if "kubectl" in record:
        comparison.steps += 1
        files = {FILE: json.dumps(request["body"])}
        golden_kubectl.compare(comparison, record["kubectl"], _prepared(record), ["create", "-f", FILE], files)
    return comparison.done()


def _prepared(record: Scenario) -> Cluster:
    """A cluster of its own in which stands what the record needs."""
    cluster = ground().fork()
    if "base" in record:
        cluster.api.create(record["base"], namespace=NAMESPACE, by=RECORDER)
    if record["response"].get("reason") == "AlreadyExists":
        _send(cluster, _as_sent(record))
    return cluster


def stored(obj: object, request: Mapping[str, Any]) -> object:
    """A stored object as two clusters can agree on it: without what is drawn by lot or told by the clock."""
    if not isinstance(obj, Mapping):
        return obj
    plain: Json = _anonymous(obj, request)
    for key in FRESH_METADATA:
        plain["metadata"].pop(key, None)
    asked = request["body"].get("spec", {}).get("clusterIP") if isinstance(request["body"], Mapping) else None
    spec = plain.get("spec", {})
    if not asked and spec.get("clusterIP") not in {None, "None"}:
        spec["clusterIP"], spec["clusterIPs"] = "<clusterIP>", ["<clusterIP>" for _ in spec.get("clusterIPs", [])]
    return plain


def _as_sent(record: Scenario) -> Json:
    """The request with what the recorder left out."""
    request = {"query": STRICT, **record["request"]}
    if request["method"] == "PUT" and record["response"].get("reason") == "Conflict":
        body = request["body"]
        request["body"] = {**body, "metadata": {**body["metadata"], "resourceVersion": OLD}}
    return request


def _send(cluster: Cluster, request: Mapping[str, Any], **query: str) -> Reply:
    """Send a recorded request; a body that is text is sent as it stands."""
    body = request.get("body")
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    call = Call(
        method=request["method"],
        path=request["path"],
        query={**(request.get("query") or {}), **query},
        body=data,
        content_type=request.get("contentType") or "application/json",
        accept="application/json",
    )
    return handle(cluster.api, call, RECORDER)


def _warn_mode(record: Scenario) -> Reply:
    """The same request with unknown fields only warned about, as a dry run; a conflict tells what stood there."""
    cluster, request = ground().fork(), _as_sent(record)
    if record["responseWarnModeDryRun"].get("reason") == "AlreadyExists":
        _send(cluster, request, fieldValidation="Ignore")
    return _send(cluster, request, fieldValidation="Warn", dryRun="All")


def _compare(comparison: Comparison, step: str, answers: tuple[Json, Reply], request: Json) -> None:
    """Compare an answer's code, and a refusal's Status."""
    expected, reply = answers
    comparison.equal(step, "code", expected["code"], reply.code)
    if "status" not in expected:
        return
    status = reply.body if isinstance(reply.body, Mapping) else {}
    real, ours = _anonymous(expected, request), _anonymous(status, request)
    for part in ("status", "reason", "message"):
        comparison.equal(step, part, real.get(part), ours.get(part))
    comparison.equal(step, "details", real.get("details") or {}, ours.get("details") or {})


def _anonymous(value: Any, request: Mapping[str, Any]) -> Any:
    """A plain copy of the value in which all uids that the request did not name, being drawn by lot, look alike."""
    named = set(UID.findall(json.dumps(request)))
    return json.loads(UID.sub(lambda found: found[0] if found[0] in named else "<uid>", json.dumps(value)))
