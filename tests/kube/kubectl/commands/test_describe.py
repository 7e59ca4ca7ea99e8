"""kubectl describe, in a whole cluster."""

import shlex

import pytest

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.programs import LEARNER
from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import pod


def described(cluster: Cluster, line: str) -> str:
    """What a description says."""
    done = kubectl.run(cluster.handle, shlex.split(f"describe {line}"), {}, now=cluster.clock.now)
    assert (done.rc, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster(profile=LEARNER)
    made.apply(nodes.machine("node-1", {}))
    made.advance(1)
    return made


def test_a_pod_that_does_not_fit_says_why_in_its_events(cluster: Cluster) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "100"}}}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "big"}, "spec": {"containers": [container]}})
    cluster.advance(60)
    text = described(cluster, "pod big")
    assert text.startswith("Name:         big\nNamespace:    default\nPriority:     0\nNode:         <none>\n")
    assert "Status:       Pending\nIP:           \nIPs:          <none>\n" in text
    assert "    Requests:\n      cpu:        100\n" in text
    assert "Conditions:\n  Type           Status\n  PodScheduled   False \n" in text
    assert "  Warning  FailedScheduling" in text


def test_a_crashing_pod_shows_its_last_state_and_the_container_of_each_event(cluster: Cluster) -> None:
    spec = {"containers": [{"name": "c", "image": "busybox", "command": ["sh", "-c", "exit 3"],
                            "env": [{"name": "A", "value": "b"}], "ports": [{"containerPort": 80, "name": "http"}]}],
            "volumes": [{"name": "v", "emptyDir": {}}]}  # fmt: skip
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
    cluster.advance(20)
    text = described(cluster, "pod a")
    assert "    State:          Waiting\n      Reason:       CrashLoopBackOff\n" in text
    assert "    Last State:     Terminated\n      Reason:       Error\n      Exit Code:    3\n" in text
    assert "    Command:\n      sh\n      -c\n      exit 3\n" in text
    assert "    Environment:\n      A:     b\n    Mounts:  <none>\n" in text
    assert "    Host Port:     0/TCP (http)\n" in text
    assert "Volumes:\n  v:\n    Type:        EmptyDir (a temporary directory that shares a pod's lifetime)\n" in text
    assert "spec.containers{c}: Back-off restarting failed container c" in text
    assert " (x" in text.partition("Events:")[2]


def test_a_deployment_shows_its_template_and_its_sets(cluster: Cluster) -> None:
    for line in ("create deployment web --image=nginx:1.27", "set image deployment/web nginx=nginx:1.28"):
        kubectl.run(cluster.handle, shlex.split(line), {})
        cluster.advance(10)
    old, new = sorted((each["spec"]["replicas"], each["metadata"]["name"]) for each in cluster.list("replicasets"))
    text = described(cluster, "deployment web")
    assert "Replicas:               1 desired | 1 updated | 1 total | 1 available | 0 unavailable\n" in text
    assert "RollingUpdateStrategy:  25% max unavailable, 25% max surge\n" in text
    assert "  Containers:\n   nginx:\n    Image:         nginx:1.28\n" in text
    assert (
        f"OldReplicaSets:  {old[1]} (0/0 replicas created)\nNewReplicaSet:   {new[1]} (1/1 replicas created)\n" in text
    )


def test_a_service_shows_who_it_sends_to_and_that_nothing_happened(cluster: Cluster) -> None:
    for line in ("create deployment web --image=nginx", "expose deployment web --port=80 --type=NodePort"):
        kubectl.run(cluster.handle, shlex.split(line), {})
    cluster.advance(10)
    address = cluster.list("pods")[0]["status"]["podIP"]
    text = described(cluster, "service web")
    assert f"Endpoints:                {address}:80\n" in text
    assert "NodePort:                 <unset>  3" in text
    assert text.endswith("Events:                   <none>\n")
    assert "Events" not in described(cluster, "service web --show-events=false")


def test_a_node_shows_its_conditions_and_what_its_pods_ask_for(cluster: Cluster) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}})
    cluster.advance(10)
    text = described(cluster, "node node-1")
    assert "Taints:             <none>\nUnschedulable:      false\nLease:\n  HolderIdentity:  node-1\n" in text
    assert "  Ready            True    Thu, 01 Jan 2026 00:00:0" in text
    assert "(1 in total)" in text
    assert (
        "  default                     a       1 (25%)       0 (0%)      1Gi (12%)        1Gi (12%)      10s\n" in text
    )
    assert "  cpu                1 (25%)    0 (0%)\n  memory             1Gi (12%)  1Gi (12%)\n" in text
    assert "Node node-1 status is now: NodeHasSufficientMemory" in text


def test_several_objects_stand_apart_and_what_is_not_there_is_told(kubectl: Console) -> None:
    for name in ("a", "b"):
        kubectl.make(pod(name))
    text = kubectl.says("describe pods")
    assert text.count("Name:  ") == 2
    assert "<none>\n\n\nName: " in text
    assert kubectl.refuses("describe pod c") == 'Error from server (NotFound): pods "c" not found\n'
    assert kubectl("describe pods -l app=none").stderr == "No resources found in shop namespace.\n"
