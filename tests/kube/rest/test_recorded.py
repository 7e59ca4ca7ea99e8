"""Every recorded request is sent through rest.handle: the answers must be the real server's, word for word.

What the records leave out is said here: patches were sent with fieldValidation=Strict, and the update with an old
version lost that version when volatile fields were taken out of the recording.
"""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.rest import Call, Reply, handle
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, config_map, namespace

GOLDEN = Path(__file__).parents[2] / "golden" / "validation"
UID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
FRESH = ("uid", "resourceVersion", "creationTimestamp", "managedFields")
Record = dict[str, Any]


def records(area: str) -> list[Record]:
    path = next(GOLDEN.glob(f"*{area}.json.gz"))
    found: list[Record] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def ground() -> ApiServer:
    """What the real cluster held before each request."""
    clock = Clock()
    api = ApiServer(Store(clock), clock, Names(1))
    for name in ("default", "kube-system", "validation"):
        api.create(namespace(name), by=BY)
    api.create(config_map("kube-root-ca.crt"), namespace="validation", by=BY)
    return api


def send(api: ApiServer, request: Record, **query: str) -> Reply:
    body = request.get("body")
    data = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    whole = {**(request.get("query") or {}), **query}
    return handle(api, Call(request["method"], request["path"], whole, data, request.get("contentType") or ""), BY)


def told(reply: Reply) -> Record:
    """Return an answer as it was recorded."""
    refused = reply.body if reply.code >= 400 and isinstance(reply.body, dict) else {}
    parts = {key: refused[key] for key in ("status", "reason", "message", "details") if key in refused}
    found: Record = json.loads(UID.sub("<uid>", json.dumps({"code": reply.code} | parts)))
    return found


def stored(obj: Any) -> Record:
    """Return a stored object without what is drawn by lot or told by the clock."""
    plain: Record = json.loads(UID.sub("<uid>", json.dumps(obj)))
    for field in FRESH:
        plain["metadata"].pop(field, None)
    if plain["kind"] == "Service":
        del plain["spec"]["clusterIP"], plain["spec"]["clusterIPs"]
    return plain


def replayed(record: Record, **query: str) -> Reply:
    """Send a record's request to a fresh server that holds what the record says was there."""
    api, request = ground(), record["request"]
    answers = (record["response"], record.get("responseWarnModeDryRun") or {})
    if "base" in record:
        api.create(record["base"], namespace="validation", by=BY)
    if any(answer.get("reason") == "AlreadyExists" for answer in answers):
        send(api, request, fieldValidation="Ignore")
    return send(api, request, **query)


@pytest.mark.parametrize("area", ["create", "update", "misc"])
def test_every_answer_is_the_recorded_one(area: str) -> None:
    differences = []
    for record in records(area):
        if record["name"] == "update/deploy_stale_rv":
            record["request"]["body"]["metadata"]["resourceVersion"] = "1"
        query = {"fieldValidation": "Strict"} if area == "update" else {}
        reply = replayed(record, **query)
        expected = json.loads(UID.sub("<uid>", json.dumps(record["response"])))
        if told(reply) != expected:
            differences.append((record["name"], told(reply), expected))
        elif "created" in record and stored(reply.body) != stored(record["created"]):
            differences.append((record["name"], stored(reply.body), stored(record["created"])))
    assert differences == []


def test_unknown_fields_are_only_warned_about_in_warn_mode() -> None:
    differences = []
    for area in ("create", "misc"):
        for record in records(area):
            expected = record.get("responseWarnModeDryRun")
            if expected is None:
                continue
            reply = replayed(record, fieldValidation="Warn", dryRun="All")
            if told(reply) != expected or (reply.code == 201) != bool(reply.warnings):
                differences.append((record["name"], told(reply), reply.warnings, expected))
    assert differences == []
