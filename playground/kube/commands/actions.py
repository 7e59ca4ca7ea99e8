"""What the script's actions do to a cluster: one small function each, and the literal table of them all.

A person acts here as kubectl would: reads an object, sends a patch. What the API server refuses is told as a sentence.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands import durations, nodes, tables
from playground.kube.commands.actions_faults import FAULTS
from playground.kube.commands.actions_load import LOAD
from playground.kube.errors import ApiError
from playground.kube.manifests import ManifestError
from playground.kube.objects import kinds

MANY = 1000


class Files(dict[str, str]):
    """Texts by path, read when they are asked for."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, path: str) -> str:
        return self._read(path)

    def get(self, path: str, default: Any = None) -> Any:
        """The text of a file, or *default* where there is none."""
        try:
            return self[path]
        except OSError:
            return default


class Refused(Exception):
    """The action was not done; the message says why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a script plays: the cluster, how to print a line, how to read a file that a line names."""

    cluster: Cluster
    say: Callable[[str], None]
    read: Callable[[str], str]


Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: how it is written, how many words follow its name, and what it does."""

    usage: str
    least: int
    most: int
    call: Callable[[Stage, Words, str], None]

    def do(self, stage: Stage, words: Words, namespace: str) -> None:
        """Do it. Raises Refused."""
        try:
            self.call(stage, words, namespace)
        except (ApiError, ManifestError, OSError, ValueError) as error:
            raise Refused(str(error)) from error


def apply(stage: Stage, words: Words, namespace: str) -> None:
    """Apply a file's objects."""
    for applied in stage.cluster.apply(stage.read(words[0]), namespace=namespace):
        stage.say(f"  {applied}")


def delete(stage: Stage, words: Words, namespace: str) -> None:
    """Delete an object; "now" does not wait for a kubelet to stop a pod's containers."""
    resource = resource_of(words[0])
    grace = 0 if list(words[2:]) == ["now"] else None
    stage.cluster.delete(resource.plural, words[1], namespace=namespace, grace=grace)
    stage.say(f'  {resource.singular} "{words[1]}" deleted')


def evict(stage: Stage, words: Words, namespace: str) -> None:
    """Evict a pod, if its disruption budgets allow it."""
    stage.cluster.evict(words[0], namespace=namespace)
    stage.say(f"  pod/{words[0]} evicted")


def drain(stage: Stage, words: Words, namespace: str) -> None:
    """Cordon a node and evict its pods, one after the other."""
    del namespace
    patch(stage, ("node", words[0], json.dumps({"spec": {"unschedulable": True}})), "")
    for pod in stage.cluster.list("pods", fields=f"spec.nodeName={words[0]}"):
        meta = pod["metadata"]
        try:
            stage.cluster.evict(meta["name"], namespace=meta["namespace"])
            stage.say(f"  pod/{meta['name']} evicted")
        except ApiError as error:
            stage.say(f"  pod/{meta['name']} not evicted: {error}")


def scale(stage: Stage, words: Words, namespace: str) -> None:
    """Set the number of replicas."""
    resource = resource_of(words[0])
    if not words[2].isdecimal():
        raise Refused(f"{words[2]!r} is no number of replicas")
    body = {"spec": {"replicas": int(words[2])}}
    stage.cluster.patch(resource.plural, words[1], body, namespace=namespace, subresource="scale", how="merge")
    stage.say(f"  {resource.singular}/{words[1]} scaled")


def patch(stage: Stage, words: Words, namespace: str) -> None:
    """Send a strategic merge patch."""
    resource = resource_of(words[0])
    before = stage.cluster.get(resource.plural, words[1], namespace=namespace)
    after = stage.cluster.patch(resource.plural, words[1], json.loads(words[2]), namespace=namespace)
    changed = before["metadata"]["resourceVersion"] != after["metadata"]["resourceVersion"]
    stage.say(f"  {resource.singular}/{words[1]} patched{'' if changed else ' (no change)'}")


def cordon(stage: Stage, words: Words, namespace: str) -> None:
    """Let no new pods onto a node."""
    patch(stage, ("node", words[0], '{"spec": {"unschedulable": true}}'), namespace)


def uncordon(stage: Stage, words: Words, namespace: str) -> None:
    """Let new pods onto a node again."""
    patch(stage, ("node", words[0], '{"spec": {"unschedulable": null}}'), namespace)


def label(stage: Stage, words: Words, namespace: str) -> None:
    """Set (key=value) or remove (key-) labels."""
    _set_metadata(stage, "labels", words, namespace)


def annotate(stage: Stage, words: Words, namespace: str) -> None:
    """Set (key=value) or remove (key-) annotations."""
    _set_metadata(stage, "annotations", words, namespace)


def taint(stage: Stage, words: Words, namespace: str) -> None:
    """Add (key=value:Effect) or remove (key-, key:Effect-) taints of a node."""
    old = stage.cluster.get("nodes", words[0]).get("spec", {}).get("taints", ())
    taints = [dict(entry) for entry in old]
    for word in words[1:]:
        spec, removes = word.removesuffix("-"), word.endswith("-")
        pair, _, effect = spec.partition(":")
        key, _, value = pair.partition("=")
        taints = [kept for kept in taints if kept["key"] != key or (effect and kept["effect"] != effect)]
        if not removes:
            taints.append({"key": key, "effect": effect} | ({"value": value} if value else {}))
    patch(stage, ("node", words[0], json.dumps({"spec": {"taints": taints or None}})), namespace)


def ungate(stage: Stage, words: Words, namespace: str) -> None:
    """Remove a pod's scheduling gates, or those named."""
    gates = stage.cluster.get("pods", words[0], namespace=namespace)["spec"].get("schedulingGates", ())
    kept = [dict(gate) for gate in gates if words[1:] and gate["name"] not in words[1:]]
    body = {"spec": {"schedulingGates": kept}}
    stage.cluster.patch("pods", words[0], body, namespace=namespace, how="merge")
    stage.say(f"  pod/{words[0]} has {len(kept)} gates")


def add_node(stage: Stage, words: Words, namespace: str) -> None:
    """Add a ready node."""
    settings = {key: value for key, _, value in (word.partition("=") for word in words[1:])}
    for applied in stage.cluster.apply(nodes.node(words[0], settings), namespace=namespace):
        stage.say(f"  {applied}")


def advance(stage: Stage, words: Words, namespace: str) -> None:
    """Let time pass."""
    del namespace
    stage.cluster.advance(durations.parse(words[0]))


def settle(stage: Stage, words: Words, namespace: str) -> None:
    """Let time pass until nothing is due soon."""
    del words, namespace
    quiet = stage.cluster.run_until_quiet()
    stage.say(f"  {'quiet' if quiet else 'still busy'} at {stage.cluster.clock.stamp()}")


def get(stage: Stage, words: Words, namespace: str) -> None:
    """Print a table."""
    resource = resource_of(words[0])
    if len(words) > 1:
        found: list[Any] = [stage.cluster.get(resource.plural, words[1], namespace=namespace)]
    else:
        found = stage.cluster.list(resource.plural, namespace=namespace)
    for line in tables.table(resource.qualified, found, stage.cluster.clock.now) or ["No resources found."]:
        stage.say(f"  {line}")


def explain(stage: Stage, words: Words, namespace: str) -> None:
    """Say why a pod is where it is, or what it waits for."""
    name = words[1] if words[0] in {"pod", "pods", "po"} and len(words) > 1 else words[0]
    for sentence in explained(stage.cluster, name, namespace):
        stage.say(f"  {sentence}")


def explained(cluster: Cluster, name: str, namespace: str) -> list[str]:
    """Why a pod is where it is, in sentences."""
    return list(cluster.explain(name, namespace=namespace).sentences)


def run_kubectl(stage: Stage, words: Words, namespace: str) -> None:
    """Run the simulated kubectl with these words."""
    cluster = stage.cluster
    files, now = Files(stage.read), cluster.clock.now
    sleep = cluster.advance if "kubelet" in cluster.profile.programs else None
    done = kubectl.run(cluster.handle, words, files, namespace=namespace, now=now, sleep=sleep)
    for line in (done.stdout + done.stderr).splitlines():
        stage.say(f"  {line}")
    if done.rc:
        raise Refused(f"kubectl ended with status {done.rc}")


def resource_of(word: str) -> kinds.Resource:
    """The resource that a word ("po", "pods", "Pod", "deployments.apps") names. Raises Refused."""
    resource = kinds.find(word)
    if resource is None:
        raise Refused(f'the server doesn\'t have a resource type "{word}"')
    return resource


def _set_metadata(stage: Stage, field: str, words: Words, namespace: str) -> None:
    changes: dict[str, str | None] = {}
    for word in words[2:]:
        key, equals, value = word.partition("=")
        if not equals and not word.endswith("-"):
            raise ValueError(f"{word!r} is neither KEY=VALUE nor KEY-")
        changes[key if equals else word.removesuffix("-")] = value if equals else None
    patch(stage, (*words[:2], json.dumps({"metadata": {field: changes}})), namespace)


ACTIONS: dict[str, Action] = {
    "apply": Action("apply FILE", 1, 1, apply),
    "delete": Action("delete KIND NAME [now]", 2, 3, delete),
    "scale": Action("scale KIND NAME REPLICAS", 3, 3, scale),
    "patch": Action("patch KIND NAME '{\"spec\": …}'", 3, 3, patch),
    "label": Action("label KIND NAME KEY=VALUE|KEY- …", 3, MANY, label),
    "annotate": Action("annotate KIND NAME KEY=VALUE|KEY- …", 3, MANY, annotate),
    "node": Action("node NAME [cpu=4 memory=8Gi pods=110 zone=a LABEL=VALUE …]", 1, MANY, add_node),
    "taint": Action("taint NODE KEY=VALUE:EFFECT|KEY[:EFFECT]- …", 2, MANY, taint),
    "cordon": Action("cordon NODE", 1, 1, cordon),
    "uncordon": Action("uncordon NODE", 1, 1, uncordon),
    "drain": Action("drain NODE", 1, 1, drain),
    "evict": Action("evict POD", 1, 1, evict),
    "ungate": Action("ungate POD [GATE …]", 1, MANY, ungate),
    "advance": Action("advance TIME", 1, 1, advance),
    "settle": Action("settle", 0, 0, settle),
    "get": Action("get KIND [NAME]", 1, 2, get),
    "kubectl": Action("kubectl WORD …", 1, MANY, run_kubectl),
    "explain": Action("explain [pod] NAME", 1, 2, explain),
    **{name: Action(*action) for name, action in {**LOAD, **FAULTS}.items()},
}
