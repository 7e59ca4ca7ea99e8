"""kubectl rollout status in a cluster that lives on while it waits."""

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.controllers.daemonset.controller import DaemonSetController
from playground.kube.controllers.statefulset.controller import StatefulSetController
from playground.kube.kubectl import Result
from tests.kube.clusters import running
from tests.kube.controllers.sets import daemonset, statefulset


def typed(cluster: Cluster, line: str) -> Result:
    return kubectl.run(cluster.handle, line.split(), {}, now=cluster.clock.now, sleep=cluster.advance)


def test_a_rollout_is_followed_until_it_is_done() -> None:
    cluster = running(DaemonSetController, nodes=2)
    cluster.apply(daemonset())
    waiting = 'Waiting for daemon set "agent" rollout to finish: '
    result = typed(cluster, "rollout status ds/agent")
    assert (result.rc, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Waiting for daemon set spec update to be observed...",
        f"{waiting}0 of 2 updated pods are available...",
        f"{waiting}1 of 2 updated pods are available...",
        'daemon set "agent" successfully rolled out',
    ]


def test_it_gives_up_after_the_timeout() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(1, "bad:1"))
    before = cluster.clock.now
    result = typed(cluster, "rollout status sts/db --timeout=5s")
    assert (result.rc, result.stderr) == (1, "error: timed out waiting for the condition\n")
    assert round(cluster.clock.now - before, 3) == 5
    assert "Waiting for 1 pods to be ready...\n" in result.stdout


def test_one_look_without_watching() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(1))
    result = typed(cluster, "rollout status sts/db --watch=false")
    assert (result.rc, result.stdout) == (0, "Waiting for statefulset spec update to be observed...\n")


def test_what_is_deleted_meanwhile_is_told() -> None:
    cluster = running()
    cluster.apply(statefulset(1))

    def sleep(seconds: float) -> None:
        cluster.delete("sts", "db")
        cluster.advance(seconds)

    words = ["rollout", "status", "sts/db"]
    result = kubectl.run(cluster.handle, words, {}, now=cluster.clock.now, sleep=sleep)
    assert (result.rc, result.stderr) == (1, "error: object has been deleted\n")
