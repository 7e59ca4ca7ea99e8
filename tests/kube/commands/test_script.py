"""The language of scripts: one action a line, with times, namespaces, comments; faults are told with their line."""

import pytest

from playground.kube import Cluster
from playground.kube.commands import script
from playground.kube.commands.actions import ACTIONS, Stage
from playground.kube.commands.script import ScriptError, parse
from playground.kube.programs import SCHEDULING

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 500m}}}]
"""
BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""


def play(text: str, cluster: Cluster | None = None) -> tuple[Cluster, list[str], bool]:
    """The cluster after a script, what was said, and whether all went well."""
    stage = Stage(
        cluster or Cluster(profile=SCHEDULING),
        (said := list[str]()).append,
        {"web.yaml": WEB, "pdb.yaml": BUDGET}.__getitem__,
    )
    fine = script.run(parse(text), stage)
    return stage.cluster, said, fine


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert [step.action for step in parse("# a story\n\nadvance 5s  # a while\n")] == ["advance"]


def test_a_step_knows_its_line_time_words_and_namespace() -> None:
    [step] = parse("\nat 1m5s delete -n team-a pod 'web 1'\n")
    assert (step.line, step.at, step.action, step.words, step.namespace) == (
        2, 65.0, "delete", ("pod", "web 1"), "team-a",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("fly away", "unknown action 'fly'; there are apply, delete"),
        ("at soon advance 5s", "'soon' is no length of time"),
        ("at 5s", "at needs a time and an action"),
        ("delete pod", "write it as: delete KIND NAME"),
        ("advance 5s 6s", "write it as: advance TIME"),
        ("get pods -n", "-n needs the name of a namespace"),
        ("patch pod web '{", "No closing quotation"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_the_right_way(line: str, why: str) -> None:
    with pytest.raises(ScriptError, match="line 2: ") as caught:
        parse(f"advance 1s\n{line}\n")
    assert why in str(caught.value)


def test_a_pod_is_placed_when_a_node_comes() -> None:
    cluster, _, fine = play("apply web.yaml\nadvance 5s\nnode n1 cpu=1\nsettle")
    assert fine
    assert cluster.get("pods", "web")["spec"]["nodeName"] == "n1"


def test_actions_happen_at_their_times() -> None:
    cluster, _, _ = play("node n1\nat 30s apply web.yaml\nat 2m delete pod web now")
    start = cluster.get("ns", "default")["metadata"]["creationTimestamp"]
    changes = [change for change in cluster.changes_since(0) if change.key == ("default", "web")]
    assert start == "2026-01-01T00:00:00Z"
    assert changes[0].object["metadata"]["creationTimestamp"] == "2026-01-01T00:00:30Z"
    assert changes[-1].type == "DELETED"
    assert cluster.clock.stamp() == "2026-01-01T00:02:00Z"


def test_nodes_are_cordoned_labelled_and_tainted() -> None:
    cluster, _, fine = play(
        "node n1\ncordon n1\nlabel node n1 disk=ssd zone-\nannotate node n1 note=a\n"
        "taint n1 gpu=a100:NoSchedule noisy:PreferNoSchedule\ntaint n1 noisy-\n"
    )
    node = cluster.get("nodes", "n1")
    assert fine
    assert node["spec"] == {
        "unschedulable": True,
        "taints": [
            {"key": "gpu", "value": "a100", "effect": "NoSchedule"},
            *[taint for taint in node["spec"]["taints"] if taint["key"] == "node.kubernetes.io/unschedulable"],
        ],
    }
    assert node["metadata"]["labels"]["disk"] == "ssd"
    assert node["metadata"]["annotations"]["note"] == "a"
    play("uncordon n1\ntaint n1 gpu:NoSchedule-", cluster)
    assert "unschedulable" not in cluster.get("nodes", "n1")["spec"]


def test_deployments_are_scaled_and_patched() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
                },
            },
        }
    )
    _, said, fine = play('scale deploy web 3\npatch deploy web \'{"spec": {"paused": true}}\'', cluster)
    spec = cluster.get("deployments", "web")["spec"]
    assert fine, said
    assert (spec["replicas"], spec["paused"]) == (3, True)


def test_a_gate_is_lifted() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB.replace("spec:", "spec:\n  schedulingGates: [{name: example.com/a}, {name: example.com/b}]"))
    play("node n1\nungate web example.com/a\nsettle", cluster)
    assert "nodeName" not in cluster.get("pods", "web")["spec"]
    play("ungate web\nsettle", cluster)
    assert cluster.get("pods", "web")["spec"]["nodeName"] == "n1"


def test_what_is_refused_is_told_and_the_story_goes_on() -> None:
    cluster, said, fine = play("delete pod nobody\nget unicorns\nscale pod x many\nnode n1")
    assert not fine
    assert [line for line in said if line.startswith("  line")] == [
        '  line 1: pods "nobody" not found',
        '  line 2: the server doesn\'t have a resource type "unicorns"',
        "  line 3: 'many' is no number of replicas",
    ]
    assert cluster.get("nodes", "n1")


def test_a_bound_pod_can_be_evicted() -> None:
    cluster, said, fine = play("node n1\napply web.yaml\nsettle\nevict web\ndelete pod web now")
    assert fine, said
    assert not cluster.list("pods")


def test_draining_cordons_and_evicts() -> None:
    cluster, _, fine = play("node n1\napply web.yaml\nsettle\ndrain n1")
    assert fine
    assert cluster.get("nodes", "n1")["spec"]["unschedulable"] is True
    assert cluster.get("pods", "web")["metadata"].get("deletionTimestamp") or not cluster.list("pods")


def test_tables_are_printed() -> None:
    _, said, _ = play("node n1\napply web.yaml\nsettle\nget pods\nget pod web\nget jobs")
    pods = said[said.index("> get pods") + 1 : said.index("> get pod web")]
    assert pods[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "NODE", "NOMINATED", "NODE", "AGE"]
    assert pods[1].split()[:5] == ["web", "0/1", "Pending", "0", "n1"]
    assert said[-1] == "  No resources found."


def test_kubectl_can_be_run_with_files_beside_the_script() -> None:
    cluster, said, fine = play("kubectl apply -f web.yaml\nkubectl get pods -o name\nkubectl delete pod nobody")
    assert cluster.get("pods", "web")
    assert said[1:4] == ["  pod/web created", "> kubectl get pods -o name", "  pod/web"]
    assert not fine
    assert said[-1] == "  line 3: kubectl ended with status 1"


def test_a_waiting_pod_is_explained() -> None:
    _, said, fine = play("node n1 cpu=100m\napply web.yaml\nsettle\nexplain pod web")
    told = "\n".join(said[said.index("> explain pod web") + 1 :])
    assert fine
    assert "n1" in told
    assert "cpu" in told.lower()


def test_every_action_has_words_to_write_it_by() -> None:
    assert all(action.usage.split()[0] == name for name, action in ACTIONS.items())
