"""pods/binding."""

from playground.kube.apiserver import ApiServer, DeleteOptions
from playground.kube.apiserver.binding import bind_body
from playground.kube.store import By
from tests.kube.apiserver.manifests import BY, created, pod, refusal

SCHEDULER = By("default-scheduler", cause=3)


def test_binding_gives_the_node_and_the_condition(api: ApiServer) -> None:
    created(api, pod())
    bound = api.bind("shop", "web", "n1", by=SCHEDULER)
    assert bound["spec"]["nodeName"] == "n1"
    assert bound["status"]["conditions"] == [
        {
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
    ]
    assert (api.changes(0)[-1].actor, api.changes(0)[-1].cause) == ("default-scheduler", 3)


def test_binding_ends_a_nomination_and_a_refusal(api: ApiServer) -> None:
    created(api, pod())
    refused = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no room"}
    api.set_pod_condition("shop", "web", refused, by=SCHEDULER, nominated="n2")
    api.set_pod_condition("shop", "web", {"type": "Other", "status": "True"}, by=SCHEDULER)
    status = api.bind("shop", "web", "n1", by=SCHEDULER)["status"]
    assert "nominatedNodeName" not in status
    assert [(item["type"], item["status"]) for item in status["conditions"]] == [
        ("PodScheduled", "True"),
        ("Other", "True"),
    ]
    assert "reason" not in status["conditions"][0]


def test_binding_shares_all_it_does_not_change(api: ApiServer) -> None:
    old = created(api, pod())
    bound = api.bind("shop", "web", "n1", by=SCHEDULER)
    assert bound["spec"]["containers"] is old["spec"]["containers"]
    assert bound["metadata"]["managedFields"] is old["metadata"]["managedFields"]


def test_a_pod_is_bound_once(api: ApiServer) -> None:
    created(api, pod())
    api.bind("shop", "web", "n1", by=SCHEDULER)
    error = refusal(lambda: api.bind("shop", "web", "n2", by=SCHEDULER))
    assert (error.code, error.message) == (
        409,
        'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "n1"',
    )


def test_a_gated_pod_and_a_pod_that_goes_cannot_be_bound(api: ApiServer) -> None:
    created(api, pod("gated", schedulingGates=[{"name": "a.b/c"}]))
    assert "non-empty .spec.schedulingGates" in refusal(lambda: api.bind("shop", "gated", "n", by=BY)).message
    sent = pod("going")
    sent["metadata"]["finalizers"] = ["a.b/c"]
    created(api, sent)
    api.delete("pods", "going", "shop", by=BY, options=DeleteOptions())
    assert "is being deleted" in refusal(lambda: api.bind("shop", "going", "n", by=BY)).message
    assert refusal(lambda: api.bind("shop", "nosuch", "n", by=BY)).code == 404


def test_a_binding_object_brings_its_annotations(api: ApiServer) -> None:
    created(api, pod())
    binding = {"metadata": {"name": "web", "annotations": {"a": "b"}}, "target": {"kind": "Node", "name": "n1"}}
    assert bind_body(api.core, "shop", "web", binding, BY).code == 201
    found = api.get("pods", "web", "shop").object
    assert (found["spec"]["nodeName"], found["metadata"]["annotations"]) == ("n1", {"a": "b"})


def test_a_binding_without_a_node_is_a_fault(api: ApiServer) -> None:
    created(api, pod())
    assert refusal(lambda: bind_body(api.core, "shop", "web", {"target": {}}, BY)).code == 500


def test_a_binding_with_two_faults_names_both(api: ApiServer) -> None:
    created(api, pod())
    error = refusal(lambda: bind_body(api.core, "shop", "web", {"target": {"kind": "Pod"}}, BY))
    assert error.message.startswith('[target.kind: Unsupported value: "Pod": supported values: ')
    assert error.message.endswith(", target.name: Required value]")
