"""Commands that let time pass in a whole cluster: wait, delete, logs of a workload, and get in other forms."""

import shlex

import pytest

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.kubectl import Result
from playground.kube.programs import LEARNER


def run(cluster: Cluster, line: str) -> Result:
    """Type a line at a cluster whose time passes."""
    now, sleep = cluster.clock.now, cluster.advance
    return kubectl.run(cluster.handle, shlex.split(line), {}, now=now, sleep=sleep)


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster(profile=LEARNER)
    made.apply(nodes.machine("node-1", {}))
    made.advance(1)
    return made


def test_wait_lets_time_pass_until_a_condition_or_a_value_is_there(cluster: Cluster) -> None:
    run(cluster, "create deployment web --image=nginx --replicas=2")
    began = cluster.clock.now
    assert run(cluster, "wait deploy/web --for=condition=Available").stdout == "deployment.apps/web condition met\n"
    assert 1 < cluster.clock.now - began < 10
    run(cluster, "scale deploy web --replicas=3")
    done = run(cluster, "wait deploy/web --for=jsonpath='{.status.readyReplicas}'=3")
    assert done.stdout == "deployment.apps/web condition met\n"
    assert cluster.get("deployments", "web")["status"]["readyReplicas"] == 3


def test_wait_gives_up_after_its_timeout(cluster: Cluster) -> None:
    run(cluster, "run web --image=nginx:nope")
    began = cluster.clock.now
    late = run(cluster, "wait pod/web --for=condition=Ready --timeout=5s")
    assert (late.rc, late.stderr) == (1, "error: timed out waiting for the condition on pods/web\n")
    assert cluster.clock.now - began == pytest.approx(5)


def test_wait_sees_an_object_go_and_one_come(cluster: Cluster) -> None:
    run(cluster, "run web --image=nginx")
    cluster.advance(5)
    run(cluster, "delete pod web --wait=false")
    assert run(cluster, "wait pod/web --for=delete").stdout == "pod/web condition met\n"
    assert run(cluster, "wait pod/web --for=create --timeout=2s").rc == 1


def test_delete_waits_until_the_pod_is_gone(cluster: Cluster) -> None:
    run(cluster, "run web --image=drydock/stubborn")
    cluster.advance(5)
    began = cluster.clock.now
    assert run(cluster, "delete pod web --grace-period=3").stdout == 'pod "web" deleted from default namespace\n'
    assert cluster.clock.now - began == pytest.approx(3, abs=0.2)
    assert cluster.list("pods") == []


def test_delete_breaks_off_where_a_finalizer_holds(cluster: Cluster) -> None:
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "finalizers": ["example.com/x"]}}
    cluster.apply(held)
    late = run(cluster, "delete cm c --timeout=3s")
    assert (late.rc, late.stderr) == (1, "error: timed out waiting for the condition on configmaps/c\n")


def test_logs_of_a_workload_are_those_of_one_pod(cluster: Cluster) -> None:
    run(cluster, "create deployment web --image=nginx --replicas=2")
    run(cluster, "rollout status deploy/web")
    told = run(cluster, "logs deployment/web")
    first, second = sorted(pod["metadata"]["name"] for pod in cluster.list("pods"))
    assert told.stderr in {f"Found 2 pods, using pod/{name}\n" for name in (first, second)}
    assert "nginx" in told.stdout
    assert run(cluster, "logs deployment/web --all-pods").stdout.count(f"[pod/{first}/nginx]") > 0
    run(cluster, "create cm c")
    assert "selector for *v1.ConfigMap not implemented" in run(cluster, "logs cm/c").stderr


def test_get_prints_paths_columns_and_in_order(cluster: Cluster) -> None:
    for name in ("b", "a"):
        run(cluster, f"run {name} --image=nginx")
        cluster.advance(5)
    assert run(cluster, "get pods -o jsonpath='{.items[*].metadata.name}'").stdout == "a b"
    assert run(cluster, "get pod a -o jsonpath={.status.phase}").stdout == "Running"
    by_age = run(cluster, "get pods --sort-by=.metadata.creationTimestamp -o name").stdout
    assert by_age == "pod/b\npod/a\n"
    columns = run(cluster, "get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName").stdout
    assert columns == "NAME   NODE\na      node-1\nb      node-1\n"


@pytest.mark.parametrize(
    ("flag", "target"),
    [
        ("--cpu=50%", {"type": "Utilization", "averageUtilization": 50}),
        ("--cpu=500", {"type": "AverageValue", "averageValue": "500m"}),
        ("--memory=200Mi", {"type": "AverageValue", "averageValue": "200Mi"}),
    ],
)
def test_autoscale_takes_percentages_and_amounts(cluster: Cluster, flag: str, target: dict[str, object]) -> None:
    run(cluster, "create deployment web --image=nginx")
    assert run(cluster, f"autoscale deploy web {flag} --max=3").rc == 0
    (metric,) = cluster.get("hpa", "web")["spec"]["metrics"]
    assert metric["resource"]["target"] == target


def test_autoscale_refuses_what_it_cannot_read(cluster: Cluster) -> None:
    run(cluster, "create deployment web --image=nginx")
    assert "invalid percentage value: x" in run(cluster, "autoscale deploy web --cpu=x% --max=3").stderr
    assert "invalid resource cpu value: lots" in run(cluster, "autoscale deploy web --cpu=lots --max=3").stderr
