"""Sentences about stories that a learner acts out, in a whole cluster: no change of them is told field by field."""

from __future__ import annotations

import shlex

import pytest

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.programs import LEARNER

FALLBACKS = ("is another", "is set", "is no longer set", "status.", "without changing what it says")


class Story:
    """A cluster of two machines, and what is said of it."""

    def __init__(self, *, cpu: str = "4") -> None:
        self.cluster = Cluster(profile=LEARNER)
        for name in ("node-1", "node-2"):
            self.cluster.apply(nodes.machine(name, {"cpu": cpu}))
        self.cluster.advance(1)
        self._told = self.cluster.revision

    def types(self, line: str) -> None:
        """Type a line of kubectl."""
        now, sleep = self.cluster.clock.now, self.cluster.advance
        done = kubectl.run(self.cluster.handle, shlex.split(line), {}, now=now, sleep=sleep)
        assert done.rc == 0, done.stderr

    def said(self) -> list[str]:
        """The story since the last time, without details."""
        found = [each.text for each in self.cluster.narrate(self._told) if not each.detail]
        self._told = self.cluster.revision
        return found


@pytest.fixture
def story() -> Story:
    return Story()


def test_init_containers_come_first_and_are_called_so(story: Story) -> None:
    spec = {
        "restartPolicy": "Never",
        "initContainers": [
            {"name": "side", "image": "nginx", "restartPolicy": "Always"},
            {"name": "setup", "image": "busybox", "command": ["sh", "-c", "exit 4"]},
        ],
        "containers": [{"name": "c", "image": "nginx"}],
    }
    story.cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
    story.cluster.advance(60)
    said = story.said()
    assert "Pod a: first come its init containers, one after the other: side and setup." in said
    assert any(text.startswith("Pod a: sidecar side runs") for text in said)
    assert any("init container setup ended with exit code 4" in text for text in said)


def test_a_probe_that_fails_and_a_mount_that_fails_are_told_once(story: Story) -> None:
    probe = {"httpGet": {"path": "/", "port": 81}, "periodSeconds": 2, "failureThreshold": 3}
    container = {"name": "c", "image": "nginx", "livenessProbe": probe}
    broken = {"name": "c", "image": "nginx", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    volume = {"name": "v", "configMap": {"name": "nope"}}
    story.cluster.apply(
        [
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"},
             "spec": {"containers": [broken], "volumes": [volume]}},
        ]
    )  # fmt: skip
    story.cluster.advance(10)
    said = story.said()
    assert sum("pod a: Unhealthy, Liveness probe failed" in text for text in said) == 1
    assert any("Killing, Container c failed liveness probe, will be restarted" in text for text in said)
    assert sum("pod b: FailedMount" in text and 'configmap "nope" not found' in text for text in said) == 1


def test_a_quota_counts_and_refuses(story: Story) -> None:
    story.types("create quota few --hard=pods=1")
    story.cluster.advance(1)
    story.types("create deployment web --image=nginx --replicas=2")
    story.cluster.advance(5)
    said = story.said()
    assert any(text.startswith("ReplicaSet web-") and "cannot create its pods: pods" in text for text in said)
    everything = [each.text for each in story.cluster.narrate(0)]
    assert "ResourceQuota few counts as used: 1 of 1 pods." in everything


def test_an_undone_rollout_says_which_revision_it_is_again(story: Story) -> None:
    story.types("create deployment web --image=nginx:1.27")
    story.types("rollout status deployment/web")
    story.types("set image deployment/web nginx=nginx:nope")
    story.cluster.advance(3)
    story.said()
    story.types("rollout undo deployment/web")
    story.cluster.advance(5)
    said = story.said()
    assert (
        said[0]
        == "You changed the template of Deployment web: nginx from nginx:nope to nginx:1.27, as in its revision 1."
    )
    assert any("it has stopped (container nginx never ran)" in text for text in said)


def test_jobs_and_cronjobs_say_why(story: Story) -> None:
    story.types("create cronjob tick --image=busybox --schedule='*/1 * * * *' -- date")
    story.types("create job now --from=cronjob/tick")
    story.types('patch cronjob tick -p \'{"spec":{"suspend":true}}\'')
    story.cluster.advance(10)
    story.types("delete cronjob tick")
    story.cluster.advance(5)
    said = story.said()
    for text in (
        "You created Job now from CronJob tick.",
        "You suspended CronJob tick.",
        "Job now is complete (Reached expected number of succeeded pods).",
        "The garbage collector removed Job now because CronJob tick is gone.",
    ):
        assert text in said


def test_claims_of_a_statefulset_are_told_step_by_step(story: Story) -> None:
    labels = {"app": "db"}
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
             "resources": {"requests": {"storage": "1Gi"}}}}  # fmt: skip
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"serviceName": "db", "replicas": 1, "selector": {"matchLabels": labels}, "volumeClaimTemplates": [claim]}
    story.cluster.apply({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"},
                         "spec": {**spec, "template": template}})  # fmt: skip
    story.cluster.advance(5)
    said = story.said()
    assert "StatefulSet db created PersistentVolumeClaim data-db-0 for its pod db-0." in said
    assert (
        "The scheduler chose node-1 for PersistentVolumeClaim data-db-0: the pod that waits for it goes there." in said
    )
    assert any(
        text.startswith("The volume provisioner made PersistentVolume pvc-") and text.endswith("for claim data-db-0.")
        for text in said
    )


def test_an_eviction_uses_up_what_a_budget_allows(story: Story) -> None:
    story.types("create deployment web --image=nginx --replicas=2")
    story.types("create pdb web --selector=app=web --min-available=1")
    story.types("rollout status deployment/web")
    story.cluster.advance(1)
    name = story.cluster.list("pods")[0]["metadata"]["name"]
    story.said()
    story.cluster.evict(name)
    assert story.said() == [
        f"PodDisruptionBudget web lets {name} go; no more pods may be evicted now.",
        f"You evicted pod {name}: its disruption budgets allow it; it has 30 s to end.",
    ]


def test_preemption_and_waiting_name_the_node() -> None:
    story = Story(cpu="1")
    story.types("create priorityclass high --value=1000")
    for name in ("a", "b"):
        story.types(f"run {name} --image=nginx")
    spec = {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "900m"}}}]}
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {**spec, **more}}
        for name, more in (("low-1", {}), ("low-2", {}), ("high", {"priorityClassName": "high"}))
    ]
    story.cluster.apply(pods[:2])
    story.cluster.advance(5)
    story.cluster.apply(pods[2])
    story.cluster.advance(0)
    said = story.said()
    assert any("found no node for pod high" in text and "Room is being made for it on node-" in text for text in said)


def test_no_story_of_a_whole_life_is_told_field_by_field(story: Story) -> None:
    story.types("create deployment web --image=nginx --replicas=2")
    story.types("expose deployment web --port=80")
    story.types("autoscale deployment web --cpu=50% --max=3")
    story.types("create job one --image=busybox -- sh -c 'exit 1'")
    story.cluster.advance(90)
    story.cluster.faults.stop_node("node-2")
    story.cluster.advance(400)
    story.cluster.faults.start_node("node-2")
    story.types("create ns dev")
    story.types("run x --image=nginx -n dev")
    story.cluster.advance(20)
    story.types("delete ns dev")
    told = [text for text in story.said() if any(word in text for word in FALLBACKS)]
    assert told == []


def test_a_restart_and_a_service_that_changes_are_told_in_words(story: Story) -> None:
    story.types("create deployment web --image=nginx")
    story.types("expose deployment web --port=80 --type=NodePort")
    story.types("rollout status deployment/web")
    story.said()
    story.types("rollout restart deployment/web")
    story.types('patch svc web -p \'{"spec":{"type":"ClusterIP","selector":{"app":"shop"}}}\'')
    said = story.said()
    assert said[0] == "You restarted Deployment web: all its pods are replaced by new ones."
    assert said[1].startswith(
        "You changed Service web: it is a ClusterIP now, no longer a NodePort, it chooses pods with app=shop and "
        "its ports are 80 to 80"
    )


def test_a_program_that_is_not_there_is_tried_again(story: Story) -> None:
    story.cluster.apply(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
         "spec": {"containers": [{"name": "c", "image": "busybox", "command": ["/no/such"]}]}}
    )  # fmt: skip
    story.cluster.advance(20)
    said = story.said()
    assert any("its program could not be run" in text for text in said)
    assert not [text for text in said if any(word in text for word in FALLBACKS)]
