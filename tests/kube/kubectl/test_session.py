"""What a run sends and keeps."""

import pytest

from playground.kube.kubectl.errors import ServerError
from playground.kube.kubectl.session import Session, url, write_query
from playground.kube.kubectl.targets import resource_for
from playground.kube.rest import Call, Reply


def session(reply: Reply) -> tuple[Session, list[Call]]:
    sent: list[Call] = []

    def handle(call: Call) -> Reply:
        sent.append(call)
        return reply

    return Session(handle, "shop", {}, 0), sent


def test_a_path_names_group_namespace_and_object() -> None:
    assert url(resource_for("pods"), "shop", "web", "scale") == "/api/v1/namespaces/shop/pods/web/scale"
    assert url(resource_for("deploy"), "") == "/apis/apps/v1/deployments"
    assert url(resource_for("nodes"), "shop", "n1") == "/api/v1/nodes/n1"


def test_only_what_is_asked_is_in_the_query() -> None:
    assert write_query("me", dry_run=True, check="Warn") == {
        "fieldManager": "me",
        "fieldValidation": "Warn",
        "dryRun": "All",
    }
    assert write_query() == {}


def test_warnings_are_told() -> None:
    run, sent = session(Reply(200, {}, ("old field",)))
    run.send("POST", "/api/v1/pods", {"b": 1, "a": 2})
    assert run.complaints == ["Warning: old field\n"]
    assert (sent[0].body, sent[0].content_type) == (b'{"a": 2, "b": 1}', "application/json")


def test_a_refusal_ends_the_run() -> None:
    run, _ = session(Reply(404, {"reason": "NotFound", "message": "gone"}))
    with pytest.raises(ServerError, match="gone"):
        run.get(resource_for("pods"), "web")


def test_listed_objects_get_their_kind() -> None:
    run, sent = session(Reply(200, {"items": [{"metadata": {"name": "web"}}]}))
    assert run.list(resource_for("pods"), "shop", labels="a=b") == [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    ]
    assert sent[0].query == {"limit": "500", "labelSelector": "a=b"}
