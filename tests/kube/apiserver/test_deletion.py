"""The verbs delete and delete_collection."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, DeleteOptions, Preconditions
from playground.kube.clock import Clock
from playground.kube.objects.frozen import Map, put, thaw
from tests.kube.apiserver.manifests import BY, config_map, created, deployment, pod, refusal


def deleted(api: ApiServer, resource: str, name: str, **options: Any) -> Map:
    return api.delete(resource, name, "shop", by=BY, options=DeleteOptions(**options)).object


def bound(api: ApiServer, **spec: Any) -> Map:
    created(api, pod(**spec))
    return api.bind("shop", "web", "n1", by=BY)


def test_what_nobody_holds_back_is_gone_at_once(api: ApiServer) -> None:
    uid = created(api, config_map())["metadata"]["uid"]
    status = deleted(api, "configmaps", "settings")
    assert status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {"name": "settings", "kind": "configmaps", "uid": uid},
    }
    assert refusal(lambda: api.get("configmaps", "settings", "shop")).code == 404


def test_a_bound_pod_gets_its_grace_and_then_goes(api: ApiServer, clock: Clock) -> None:
    bound(api)
    waiting = deleted(api, "pods", "web")["metadata"]
    assert (waiting["deletionTimestamp"], waiting["deletionGracePeriodSeconds"]) == ("2026-01-01T00:00:30Z", 30)
    assert waiting["generation"] == 2
    assert api.get("pods", "web", "shop").object["metadata"] == waiting
    clock.advance_to(clock.now + 10)
    last = deleted(api, "pods", "web", grace=0)["metadata"]
    assert (last["deletionTimestamp"], last["deletionGracePeriodSeconds"]) == ("2026-01-01T00:00:00Z", 0)
    assert [change.type for change in api.changes(0)[-2:]] == ["MODIFIED", "DELETED"]


def test_a_pod_that_runs_nowhere_goes_at_once(api: ApiServer) -> None:
    created(api, pod())
    assert deleted(api, "pods", "web")["kind"] == "Pod"
    assert api.objects("pods") == []


def test_a_pod_that_has_ended_goes_at_once(api: ApiServer) -> None:
    api.update(put(bound(api), ("status", "phase"), "Failed"), subresource="status", by=BY)
    deleted(api, "pods", "web")
    assert api.objects("pods") == []


def test_a_second_deletion_can_only_shorten_the_grace(api: ApiServer, clock: Clock) -> None:
    bound(api)
    first = deleted(api, "pods", "web", grace=60)
    clock.advance_to(clock.now + 5)
    assert deleted(api, "pods", "web", grace=90) == first
    assert deleted(api, "pods", "web", grace=20)["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:20Z"


def test_finalizers_keep_an_object_until_the_last_one_is_taken_away(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"]["finalizers"] = ["example.com/hold"]
    created(api, sent)
    waiting = deleted(api, "configmaps", "settings")
    assert waiting["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:00Z"
    draft = thaw(waiting)
    del draft["metadata"]["finalizers"]
    api.update(draft, by=BY)
    assert refusal(lambda: api.get("configmaps", "settings", "shop")).code == 404
    assert api.changes(0)[-1].type == "DELETED"


def test_no_finalizer_can_be_added_to_what_is_being_deleted(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"]["finalizers"] = ["example.com/hold"]
    created(api, sent)
    waiting = deleted(api, "configmaps", "settings")
    more = put(waiting, ("metadata", "finalizers"), ["example.com/hold", "example.com/more"])
    assert refusal(lambda: api.update(more, by=BY)).message.endswith(
        'found new finalizers []string{"example.com/more"}'
    )


@pytest.mark.parametrize(("propagation", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
def test_a_propagation_policy_becomes_a_finalizer(api: ApiServer, propagation: str, finalizer: str) -> None:
    created(api, deployment())
    assert deleted(api, "deployments.apps", "web", propagation=propagation)["metadata"]["finalizers"] == [finalizer]


def test_a_job_orphans_its_pods_unless_told_otherwise(api: ApiServer) -> None:
    template = {"spec": {**pod()["spec"], "restartPolicy": "Never"}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": template}}
    created(api, job)
    assert deleted(api, "jobs.batch", "j")["metadata"]["finalizers"] == ["orphan"]
    assert deleted(api, "jobs.batch", "j", propagation="Background")["status"] == "Success"


def test_in_the_background_nothing_is_waited_for(api: ApiServer) -> None:
    created(api, deployment())
    assert deleted(api, "deployments.apps", "web", propagation="Background")["kind"] == "Status"


def test_preconditions_guard_against_the_wrong_object(api: ApiServer) -> None:
    uid = created(api, pod())["metadata"]["uid"]
    error = refusal(lambda: deleted(api, "pods", "web", preconditions=Preconditions(uid="0")))
    assert (error.code, error.message) == (
        409,
        (
            'Operation cannot be fulfilled on Pod "web": the UID in the precondition (0) does not match '
            f"the UID in record ({uid}). The object might have been deleted and then recreated"
        ),
    )
    error = refusal(lambda: deleted(api, "pods", "web", preconditions=Preconditions(resource_version="1")))
    assert "the ResourceVersion in the precondition (1) does not match" in error.message


def test_a_dry_run_deletes_nothing(api: ApiServer) -> None:
    created(api, config_map())
    before = api.revision
    assert deleted(api, "configmaps", "settings", dry_run=True)["status"] == "Success"
    assert api.revision == before


def test_a_namespace_is_terminating_until_it_is_finalized(api: ApiServer) -> None:
    waiting = api.delete("namespaces", "shop", by=BY).object
    assert waiting["status"] == {"phase": "Terminating"}
    error = refusal(lambda: created(api, pod()))
    assert error.message == (
        'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated'
    )
    assert error.status["details"]["causes"][0]["reason"] == "NamespaceTerminating"
    api.update(put(waiting, ("spec",), {}), subresource="finalize", by=BY)
    assert refusal(lambda: api.get("namespaces", "shop")).code == 404


def test_three_namespaces_never_go(api: ApiServer) -> None:
    error = refusal(lambda: api.delete("namespaces", "default", by=BY))
    assert (error.code, error.message) == (403, 'namespaces "default" is forbidden: this namespace may not be deleted')


def test_options_that_make_no_sense_are_refused(api: ApiServer) -> None:
    error = refusal(lambda: deleted(api, "pods", "web", propagation="Cascade"))
    assert 'propagationPolicy: Unsupported value: "Cascade"' in error.message


def test_a_collection_is_deleted_by_selector(api: ApiServer) -> None:
    for name in ("a", "b", "c"):
        created(api, pod(name, labels={"app": "x" if name != "b" else "y"}))
    gone = api.delete_collection("pods", "shop", label_selector="app=x", by=BY)
    assert [item["metadata"]["name"] for item in gone["items"]] == ["a", "c"]
    assert [item["metadata"]["name"] for item in api.objects("pods")] == ["b"]
