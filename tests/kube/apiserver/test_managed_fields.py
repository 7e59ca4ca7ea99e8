"""Who owns what after plain updates: the entries a real server made of the same requests."""

from typing import Any

from playground.kube.apiserver import ApiServer, Options, managed_fields
from playground.kube.apiserver.managed_fields import Manager
from playground.kube.clock import Clock
from playground.kube.objects.frozen import put
from tests.kube.apiserver.manifests import BY, created, deployment, service

CONTAINER: Any = {
    ".": {},
    "f:image": {},
    "f:imagePullPolicy": {},
    "f:name": {},
    "f:ports": {
        ".": {},
        'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}, "f:protocol": {}},
    },
    "f:resources": {},
    "f:terminationMessagePath": {},
    "f:terminationMessagePolicy": {},
}
# Recorded from kubectl apply of such a deployment against Kubernetes v1.36.2.
RECORDED = {
    "f:metadata": {
        "f:annotations": {".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {}},
        "f:labels": {".": {}, "f:app": {}},
    },
    "f:spec": {
        "f:progressDeadlineSeconds": {},
        "f:replicas": {},
        "f:revisionHistoryLimit": {},
        "f:selector": {},
        "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}},
        "f:template": {
            "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
            "f:spec": {
                "f:containers": {'k:{"name":"c"}': CONTAINER},
                "f:dnsPolicy": {},
                "f:restartPolicy": {},
                "f:schedulerName": {},
                "f:securityContext": {},
                "f:terminationGracePeriodSeconds": {},
            },
        },
    },
}


def entry(obj: Any, manager: str) -> Any:
    return next(item for item in obj["metadata"]["managedFields"] if item["manager"] == manager)


def test_a_recorded_creation_is_owned_alike(api: ApiServer) -> None:
    sent = deployment()
    sent["metadata"] |= {
        "labels": {"app": "web"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    }
    sent["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    made = created(api, sent, Options(field_manager="kubectl-client-side-apply"))
    assert entry(made, "kubectl-client-side-apply")["fieldsV1"] == RECORDED


def test_what_the_server_allocates_has_no_owner(api: ApiServer) -> None:
    fields = created(api, service())["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]
    assert "f:clusterIP" not in fields
    assert fields["f:ports"] == {
        ".": {},
        'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {}},
    }


def test_the_status_is_owned_apart_under_its_subresource(api: ApiServer, clock: Clock) -> None:
    made = created(api, deployment())
    clock.advance_to(clock.now + 5)
    conditions = [{"type": "Available", "status": "True", "reason": "R", "message": "m"}]
    new = put(made, ("status",), {"replicas": 2, "conditions": conditions})
    after = api.update(new, subresource="status", by=BY, options=Options(field_manager="controller")).object
    found = entry(after, "controller")
    assert (found["subresource"], found["time"]) == ("status", "2026-01-01T00:00:05Z")
    assert found["fieldsV1"]["f:status"]["f:replicas"] == {}
    assert list(found["fieldsV1"]["f:status"]["f:conditions"]) == [".", 'k:{"type":"Available"}']


def test_objects_written_alike_share_their_entries(api: ApiServer) -> None:
    first, second = (created(api, deployment("same") | {"metadata": {"name": name}}) for name in ("a", "b"))
    fields = [item["metadata"]["managedFields"][0]["fieldsV1"] for item in (first, second)]
    assert fields[0] is fields[1]


def test_entries_read_and_written_are_the_same(api: ApiServer) -> None:
    entries = created(api, deployment())["metadata"]["managedFields"]
    managed = managed_fields.read(entries)
    assert list(managed.sets) == [Manager("kubectl", "Update", "apps/v1")]
    assert managed_fields.write(managed) == entries


def test_a_writer_may_give_fields_to_another_by_hand(api: ApiServer) -> None:
    made = created(api, deployment())
    given = [{**made["metadata"]["managedFields"][0], "manager": "other"}]
    after = api.update(put(made, ("metadata", "managedFields"), given), by=BY).object
    assert [item["manager"] for item in after["metadata"]["managedFields"]] == ["other"]
    emptied = api.update(put(after, ("metadata", "managedFields"), [{}]), by=BY).object
    assert "managedFields" not in emptied["metadata"]
