"""Loads on Services and single requests, in clusters with kubelets."""

import json

import pytest

from playground.kube import ApiError, Cluster
from tests.kube.traffic.grounds import PROFILE, cluster, names, report

STICKY = "sessionAffinity: ClientIP,"


def test_a_load_is_spread_evenly_and_counted_exactly() -> None:
    made = cluster(replicas=2)
    made.load("web", 60)
    made.advance(100)
    found = report(made)
    assert (found.counts.requests, found.counts.errors) == (6000, 0)
    assert [(pod.requests_per_second, pod.counts.requests) for pod in found.pods] == [(30, 3000), (30, 3000)]
    assert all(pod.cpu == pytest.approx(0.3) for pod in found.pods)


def test_counts_do_not_depend_on_how_often_somebody_looks() -> None:
    once, often = cluster(), cluster()
    for made in (once, often):
        made.load("web", 120)
    once.advance(50)
    for _ in range(50):
        often.advance(1)
        report(often)
    assert report(once) == report(often)
    assert report(once).counts.requests == 6000
    assert report(once).counts.errors > 0


def test_more_than_the_pods_can_serve_is_errors_and_another_pod_mends_that() -> None:
    made = cluster(replicas=2)
    made.load("web", 120)
    made.advance(10)
    assert report(made).errors_per_second == pytest.approx(20, rel=0.05)
    made.patch("deployments", "web", {"spec": {"replicas": 4}}, subresource="scale", how="merge")
    made.advance(30)
    assert report(made).errors_per_second == pytest.approx(0, abs=0.01)
    assert len(report(made).pods) == 4


def test_a_load_on_a_service_without_endpoints_is_all_errors() -> None:
    made = cluster(replicas=0)
    made.load("web", 10)
    made.advance(30)
    assert report(made).counts.unserved == report(made).counts.errors == 300
    assert report(made).errors_per_second == 10


def test_a_pod_that_is_ready_before_it_answers_costs_errors_until_it_does() -> None:
    made = cluster(replicas=1, behaviour="cpu=10ms start=20s")
    made.load("web", 10)
    made.advance(60)
    assert report(made).counts.errors == 0
    made.patch("deployments", "web", {"spec": {"replicas": 2}}, subresource="scale", how="merge")
    made.advance(60)
    assert report(made).counts.errors == pytest.approx(100, rel=0.05)  # half of the requests for 20 s


def test_a_load_ends_and_goes_on() -> None:
    made = cluster()
    for requests in (10, 0, 20):
        made.load("web", requests)
        made.advance(10)
    assert report(made).counts.requests == 300
    made.traffic.forget("default", "web")
    assert made.traffic.report("default", "web") is None


def test_a_machine_that_falls_silent_costs_errors_until_its_pods_are_taken_out() -> None:
    made = cluster(replicas=2)
    made.load("web", 20)
    made.advance(10)
    made.faults.cut_network("node-1")
    made.advance(10)
    found = report(made)
    there = sum(pod["spec"]["nodeName"] == "node-1" for pod in made.list("pods"))
    assert found.counts.errors == pytest.approx(100 * there)
    assert there


@pytest.mark.parametrize(("hook", "errors"), [("", True), ("sleep 5", False)])
def test_a_rollout_costs_errors_unless_pods_wait_before_they_end(hook: str, errors: bool) -> None:
    made = cluster(replicas=2, behaviour="cpu=1ms stop=0.1s")
    container = {"name": "web", "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1}}
    if hook:
        container["lifecycle"] = {"preStop": {"exec": {"command": ["sh", "-c", hook]}}}
    made.patch("deployments", "web", {"spec": {"template": {"spec": {"containers": [container]}}}})
    made.advance(60)
    made.load("web", 100)
    made.advance(10)
    made.patch("deployments", "web", {"spec": {"template": {"metadata": {"labels": {"new": "yes"}}}}})
    made.advance(60)
    found = report(made)
    assert found.counts.requests == 7000
    assert (found.counts.errors > 0) == errors


def test_a_container_that_starts_anew_is_loaded_again() -> None:
    made = cluster(replicas=1, behaviour="cpu=10ms crashes=20s")
    made.load("web", 20)
    made.advance(100)
    found = report(made)
    assert made.list("pods")[0]["status"]["containerStatuses"][0]["restartCount"] > 0
    assert 0 < found.counts.errors < found.counts.requests == 2000


def test_requests_of_two_services_come_together_in_a_pod() -> None:
    made = cluster(replicas=1)
    made.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other"},
                "spec": {"selector": {"app": "web"}, "ports": [{"port": 81, "targetPort": 8080}]}})  # fmt: skip
    made.advance(1)
    made.load("web", 30)
    made.load("other", 60)
    made.advance(10)
    other = made.traffic.report("default", "other")
    assert other is not None
    assert report(made).errors_per_second * 2 == pytest.approx(other.errors_per_second)
    assert report(made).errors_per_second + other.errors_per_second == pytest.approx(40, rel=0.05)


def test_clients_stay_with_their_pod_under_session_affinity() -> None:
    made = cluster(replicas=2, service=STICKY)
    made.load("web", 10, clients=10)
    made.advance(1)
    before = {pod.name: pod.requests_per_second for pod in report(made).pods}
    assert sum(before.values()) == pytest.approx(10)
    made.patch("deployments", "web", {"spec": {"replicas": 3}}, subresource="scale", how="merge")
    made.advance(30)
    after = {pod.name: pod.requests_per_second for pod in report(made).pods}
    assert {name: after[name] for name in before} == before
    assert sum(after.values()) == pytest.approx(10)


def test_a_wrong_target_port_answers_nothing_and_uses_no_cpu() -> None:
    made = cluster(replicas=1)
    made.patch("services", "web", {"spec": {"ports": [{"port": 80, "targetPort": 81}]}})
    made.advance(1)
    made.load("web", 40)
    made.advance(30)
    assert report(made).counts.errors == report(made).counts.requests == 1200
    assert made.api.core.streams.pods is not None
    used = made.api.core.streams.pods.usage(made.list("pods")[0]["metadata"]["uid"], made.clock.now)
    assert used is not None
    assert used.cpu == 0


def test_one_request_is_answered_by_one_pod() -> None:
    made = cluster(replicas=2)
    answers = [made.traffic.request("default", "web", "/x") for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    assert {answer.pod for answer in answers} == set(names(made))
    assert answers[0].body == f"drydock/web in pod {answers[0].pod}: /x\n"


def test_one_client_is_answered_by_the_same_pod_under_session_affinity() -> None:
    made = cluster(replicas=2, service=STICKY)
    assert len({made.traffic.request("default", "web", client=7).pod for _ in range(20)}) == 1


def test_why_nobody_answers_is_told() -> None:
    made = cluster(replicas=0)
    assert made.traffic.request("default", "web").why == "connection refused: the service web has no ready endpoint"
    wrong = {"spec": {"ports": [{"port": 80, "targetPort": 81}]}}
    other = cluster(replicas=1)
    other.patch("services", "web", wrong)
    other.advance(1)
    assert "connection refused (10." in other.traffic.request("default", "web").why
    with pytest.raises(ApiError, match="not found"):
        made.traffic.request("default", "nosuch")


def test_what_is_no_load_is_refused() -> None:
    made = cluster(replicas=0)
    for requests, clients in ((-1.0, 1), (float("nan"), 1), (1.0, 0)):
        with pytest.raises(ValueError, match=r"no number of requests|not possible"):
            made.load("web", requests, clients=clients)
    with pytest.raises(ApiError, match="not found"):
        made.load("nosuch", 1)


def test_nothing_is_due_while_a_load_only_goes_on() -> None:
    made = cluster()
    made.load("web", 50)
    made.advance(60)
    assert made.traffic.next_at() is None


def test_clients_and_rules_stay_while_kube_proxy_is_down() -> None:
    made = cluster(replicas=1)
    made.load("web", 40)
    made.advance(10)
    made.faults.stop("kube-proxy")
    made.delete("pod", names(made)[0])
    made.advance(30)  # the rules still lead to the pod that is gone
    made.faults.start("kube-proxy")
    made.advance(10)
    found = report(made)
    assert found.counts.requests == 2000
    assert 0 < found.counts.errors < 1300
    assert found.errors_per_second == pytest.approx(0, abs=0.1)


def test_a_snapshot_goes_on_as_the_cluster_it_was_taken_of() -> None:
    made = cluster(behaviour="cpu=10ms crashes=30s", service=STICKY)
    made.load("web", 80, clients=7)
    made.traffic.request("default", "web", client=3)
    made.advance(17)
    made.patch("deployments", "web", {"spec": {"replicas": 1}}, subresource="scale", how="merge")
    made.advance(0.1)  # the rules are not written anew yet
    again = Cluster.restore(json.loads(json.dumps(made.snapshot())), PROFILE)
    for each in (made, again):
        each.advance(60)
    assert report(made) == report(again)
    assert made.snapshot() == again.snapshot()
    assert made.traffic.request("default", "web", client=3) == again.traffic.request("default", "web", client=3)
    assert made.revision == again.revision
