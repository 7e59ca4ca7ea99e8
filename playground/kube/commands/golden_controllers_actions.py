"""What a recorded scenario of controllers did, done to our cluster: one function per kind of action.

Requests go over the wire's door, kubectl through the simulated one. A wait is a wait of ours: until the namespace has
been quiet for so long, since recorded times tell only how long the real one took.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from playground.kube.commands.recorder import BEAT, NAME, Recorder
from playground.kube.objects.frozen import EMPTY
from playground.kube.objects.kinds import Resource, find
from playground.kube.rest import Call, Reply
from playground.kube.store import By, Change

Json = Mapping[str, Any]

STRICT: Final = {"fieldValidation": "Strict"}
LOOK: Final = 1  # turns
LIMIT: Final = 600.0  # seconds after which something that is waited for is given up
KUBELET: Final = By(NAME)
PRESSURES: Final = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)
UNSEEN: Final = frozenset({"events", "leases.coordination.k8s.io"})


class Stage:
    """A cluster, the namespace of a scenario in it, and its kubelet."""

    def __init__(self, cluster: Cluster, namespace: str, kubelet: Recorder) -> None:
        self.cluster, self.namespace, self.kubelet = cluster, namespace, kubelet
        self.with_nodes = False  # whether changes of Nodes count as changes here

    def act(self, action: Json) -> Json | None:
        """Do one action; the answer, in the recording's shape, or None."""
        word, _, rest = action["op"].partition(" ")
        return ACTIONS[word](self, {**action, "what": rest or action.get("what", "")})

    def send(self, method: str, path: str, body: Any = None, **options: str) -> Reply:
        """Send a request."""
        content = options.get("content_type", "application/json")
        data = None if body is None else json.dumps(body).encode()
        query = {} if method == "DELETE" else STRICT
        return self.cluster.handle(
            Call(method=method, path=path, query=query, body=data, content_type=content, accept="application/json")
        )

    def path(self, kind: str, name: str = "", subresource: str = "") -> str:
        """The path of an object or a collection of the scenario's namespace."""
        found = find(kind)
        if found is None:
            raise ValueError(f"the recording names the unknown kind {kind}")
        return url(found, self.namespace if found.namespaced else "", name, subresource)

    def is_seen(self, resource: str, key: tuple[str, str]) -> bool:
        """Whether the recorder watched this object."""
        if key[0] == self.namespace:
            return resource not in UNSEEN
        return (self.with_nodes and resource == "nodes") or (resource, key[1]) == ("namespaces", self.namespace)

    def _is_said_here(self, change: Change) -> bool:
        """Whether it is an event of the namespace: the recordings leave them out, but the recorder waited for them."""
        return change.resource == "events" and change.key[0] == self.namespace

    def run_until_quiet(self, seconds: float) -> None:
        """Let time pass until nothing was seen or said for so long."""
        clock, quiet_from = self.cluster.clock, self.cluster.clock.now
        end, revision = clock.now + LIMIT, self.cluster.revision
        self.cluster.advance(0)
        while clock.now < min(quiet_from + seconds, end):
            for change in self.cluster.changes_since(revision):
                if self.is_seen(change.resource, change.key) or self._is_said_here(change):
                    quiet_from = max(quiet_from, change.time)
            revision = self.cluster.revision
            due = self.cluster.next_at()
            until = quiet_from + seconds
            self.cluster.advance(max(0.0, (until if due is None else min(due, until)) - clock.now))

    def run_until(self, done: Callable[[], bool]) -> None:
        """Let time pass, turn by turn, until something holds; what holds already takes a moment to be seen, too."""
        end = self.cluster.clock.now + LIMIT
        if done():
            for _ in range(LOOK):
                self.cluster.step()
            return
        while not done() and self.cluster.clock.now < end:
            if not self.cluster.step():
                return


def url(resource: Resource, namespace: str, name: str = "", subresource: str = "") -> str:
    """The path of a collection, an object or its subresource."""
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    place = f"/namespaces/{namespace}" if namespace else ""
    return "/".join(part for part in (root + place, resource.plural, name, subresource) if part)


def answer_of(reply: Reply) -> Json:
    """A reply as the recordings tell it: the code, and of a refusal its words."""
    body = reply.body if isinstance(reply.body, Mapping) else {}
    told: dict[str, Any] = {"code": reply.code}
    if body.get("kind") == "Status":
        told |= {key: body[key] for key in ("status", "reason", "message", "details") if key in body}
    return told


def _create(stage: Stage, action: Json) -> Json:
    manifest = _owned(stage, action["manifest"])
    return answer_of(stage.send("POST", stage.path(manifest["kind"]), manifest))


def _owned(stage: Stage, manifest: Json) -> Json:
    """The manifest with the uids of its owners, which the recording left out; that of a missing owner is made up."""
    metadata = manifest.get("metadata") or EMPTY
    if not metadata.get("ownerReferences"):
        return manifest
    owners = []
    for reference in metadata["ownerReferences"]:
        reply = stage.send("GET", stage.path(reference["kind"], reference["name"]))
        uid = reply.body["metadata"]["uid"] if reply.code == 200 else "00000000-0000-4000-8000-000000000000"
        owners.append({"uid": uid, **reference})
    return {**manifest, "metadata": {**metadata, "ownerReferences": owners}}


def _patch(stage: Stage, action: Json) -> Json:
    path = stage.path(action["kind"], action["name"], action.get("subresource") or "")
    content = f"application/{action['patchType']}+json"
    return answer_of(stage.send("PATCH", path, action["patch"], content_type=content))


def _scale(stage: Stage, action: Json) -> Json:
    path = stage.path(action["kind"], action["name"], "scale")
    body = {"spec": {"replicas": action["replicas"]}}
    return answer_of(stage.send("PATCH", path, body, content_type="application/merge-patch+json"))


def _delete(stage: Stage, action: Json) -> Json:
    path = stage.path(action["kind"], action["name"])
    return answer_of(stage.send("DELETE", path, action.get("options") or None))


def _evict(stage: Stage, action: Json) -> Json:
    metadata = {"name": action["name"], "namespace": stage.namespace}
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return answer_of(stage.send("POST", stage.path("Pod", action["name"], "eviction"), body))


def _kubectl(stage: Stage, action: Json) -> Json:
    files = {"-": json.dumps(action["manifest"])} if "manifest" in action else {}
    args = ["-n", stage.namespace, *action["args"]]
    done = kubectl.run(stage.cluster.handle, args, files, now=stage.cluster.clock.now, sleep=stage.cluster.advance)
    return {"rc": done.rc, "stdout": done.stdout, "stderr": done.stderr}


def _sleep(stage: Stage, action: Json) -> None:
    stage.cluster.advance(action["seconds"])


def _wait_quiet(stage: Stage, action: Json) -> None:
    stage.run_until_quiet(action["seconds"])


def _wait_until(stage: Stage, action: Json) -> None:
    what = action["what"]
    if what == "namespace gone":
        stage.run_until(lambda: not _statuses(stage, "namespaces"))
        return
    wanted = [part.partition(">=") for part in what.split(" and ")]

    def holds() -> bool:
        statuses = _statuses(stage, "deployments.apps")
        return any(all(status.get(key, 0) >= int(value) for key, _, value in wanted) for status in statuses)

    stage.run_until(holds)


def _statuses(stage: Stage, resource: str) -> list[Json]:
    namespace = None if resource == "namespaces" else stage.namespace
    found = stage.cluster.api.objects(resource, namespace)
    wanted = [obj for obj in found if namespace or obj["metadata"]["name"] == stage.namespace]
    return [obj.get("status") or EMPTY for obj in wanted]


def _set_ready(stage: Stage, action: Json) -> None:
    stage.kubelet.set_ready(stage.namespace, action["pod"], is_ready=action["ready"], by=KUBELET)


def _add_node(stage: Stage, action: Json) -> None:
    name = action["name"]
    labels = {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    spec = {key: action[key] for key in ("taints", "unschedulable") if action.get(key)}
    metadata = {"name": name, "labels": {**labels, **(action.get("labels") or {})}}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, **({"spec": spec} if spec else {})}
    stage.cluster.api.create(node, by=KUBELET)
    post_ready(stage, name, action.get("cpu") or "4")


def post_ready(stage: Stage, name: str, cpu: str | None = None) -> None:
    """Let a node's kubelet say that it is ready, and beat from now on."""
    now = stage.cluster.clock.stamp()
    times = {"lastHeartbeatTime": now, "lastTransitionTime": now}
    words = [(kind, "False", reason, message) for kind, reason, message in PRESSURES]
    words.append(("Ready", "True", "KubeletReady", "kubelet is posting ready status"))
    conditions = [
        {"type": kind, "status": status, **times, "reason": reason, "message": message}
        for kind, status, reason, message in words
    ]
    status: dict[str, Any] = {"conditions": conditions}
    if cpu is not None:
        amounts = {"cpu": cpu, "ephemeral-storage": "100Gi", "memory": "8Gi", "pods": "110"}
        number = "".join(letter for letter in name if letter.isdigit())
        addresses = [{"type": "InternalIP", "address": f"10.0.0.{number}"}, {"type": "Hostname", "address": name}]
        status |= {"capacity": amounts, "allocatable": amounts, "addresses": addresses}
    stage.cluster.api.patch("nodes", name, None, {"status": status}, type="strategic", subresource="status", by=KUBELET)
    stage.cluster.api.core.heartbeats.begin(name, stage.cluster.clock.now // BEAT * BEAT, BEAT)


def _create_bare_node(stage: Stage, action: Json) -> None:
    stage.cluster.api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": action["name"]}}, by=KUBELET)


def _delete_node(stage: Stage, action: Json) -> None:
    stage.cluster.api.core.heartbeats.forget(action["name"])
    stage.kubelet.stop_node(action["name"])
    stage.send("DELETE", stage.path("Node", action["name"]))


def _stop_node(stage: Stage, action: Json) -> None:
    stage.cluster.api.core.heartbeats.end(action["name"], stage.cluster.clock.now)
    stage.kubelet.stop_node(action["name"])


def _start_node(stage: Stage, action: Json) -> None:
    post_ready(stage, action["name"])
    stage.kubelet.start_node(action["name"])


def _node_status(stage: Stage, action: Json) -> None:
    path = stage.path("Node", action["name"], "status")
    stage.send("PATCH", path, action["patch"], content_type="application/strategic-merge-patch+json")


def _node_ready(stage: Stage, action: Json) -> None:
    post_ready(stage, action["name"])


def _delete_namespace(stage: Stage, _action: Json) -> Json:
    return answer_of(stage.send("DELETE", stage.path("Namespace", stage.namespace)))


def _get_namespace(stage: Stage, _action: Json) -> Json:
    return answer_of(stage.send("GET", stage.path("Namespace", stage.namespace)))


def _list(stage: Stage, action: Json) -> Json:
    found = find(action["what"].lower()) or find(action["what"].lower().removesuffix("s"))
    if found is None:
        raise ValueError(f"the recording lists the unknown kind {action['what']}")
    objects = stage.cluster.api.objects(found.qualified, stage.namespace)
    return {"names": [obj["metadata"]["name"] for obj in objects]}


ACTIONS: Final[Mapping[str, Callable[[Stage, Json], Json | None]]] = {
    "create": _create,
    "patch": _patch,
    "scale": _scale,
    "delete": _delete,
    "evict": _evict,
    "kubectl": _kubectl,
    "sleep": _sleep,
    "waitQuiet": _wait_quiet,
    "waitUntil": _wait_until,
    "kubelet.setReady": _set_ready,
    "addNode": _add_node,
    "createBareNode": _create_bare_node,
    "deleteNode": _delete_node,
    "stopNode": _stop_node,
    "startNode": _start_node,
    "nodeStatus": _node_status,
    "nodeReady": _node_ready,
    "deleteNamespace": _delete_namespace,
    "getNamespace": _get_namespace,
    "list": _list,
}
