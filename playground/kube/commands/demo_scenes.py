"""The five scenes of `demo`, as data: manifests, and beats of words, actions (as scripts write them) and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Beat:
    """What is said, what is done (lines of a script), and how long to watch afterwards."""

    says: str
    does: tuple[str, ...] = ()
    watch: str = "10s"


@dataclass(frozen=True, slots=True)
class Scene:
    """One story on a fresh cluster."""

    name: str
    title: str
    about: str
    nodes: int
    files: Mapping[str, str]
    beats: tuple[Beat, ...]
    machine: Mapping[str, str] = field(default_factory=dict)  # what each node has, beside the defaults


def _deployment(replicas: int, image: str, more: str = "", annotations: str = "{}") -> str:
    """The Deployment `web` of all scenes."""
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}, annotations: {annotations}}}
    spec:
      containers:
      - name: web
        image: {image}
        ports: [{{containerPort: 80}}]
{more}
"""


SERVICE: Final = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
PROBE: Final = "        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}"
SMALL: Final = "        resources: {requests: {cpu: 200m, memory: 64Mi}, limits: {cpu: 400m}}"


def _pod(name: str, cpu: str, priority: str) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  priorityClassName: {priority}
  terminationGracePeriodSeconds: 5
  containers: [{{name: main, image: "nginx:1.27", resources: {{requests: {{cpu: "{cpu}"}}}}}}]
"""


CLASSES: Final = """
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: important}, value: 1000}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: leisurely}, value: 1}
"""
AUTOSCALER: Final = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 1
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
  behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
"""

ROLLOUT: Final = Scene(
    "rollout",
    "A rolling update",
    "A new version replaces the old one a few pods at a time, and the Service always has somebody to send to.",
    3,
    {"web.yaml": _deployment(4, "nginx:1.26", PROBE) + "---" + SERVICE},
    (
        Beat("Four pods of version 1.26, behind a Service.", ("apply web.yaml",), "20s"),
        Beat("Now version 1.27.", ("kubectl set image deployment/web web=nginx:1.27",), "40s"),
        Beat("A version that does not exist: the update gets stuck, and the old pods stay.",
             ("kubectl set image deployment/web web=nginx:nosuch",), "40s"),
        Beat("Back to what worked.", ("kubectl rollout undo deployment/web",), "20s"),
    ),
)  # fmt: skip
FAILURE: Final = Scene(
    "failure",
    "A node fails",
    "Nobody tells the control plane that a machine is gone: it only stops hearing from it.",
    3,
    {"web.yaml": _deployment(4, "nginx:1.27") + "---" + SERVICE},
    (
        Beat("Four pods on three nodes.", ("apply web.yaml",), "15s"),
        Beat("The power of node-2 goes. For a while nothing happens.", ("stop-node node-2",), "70s"),
        Beat("Pods tolerate an unreachable node for five minutes. Then they are replaced elsewhere.", (), "6m"),
        Beat(
            "The machine comes back: what was to be stopped there can be cleared away.", ("start-node node-2",), "60s"
        ),
    ),
)
PREEMPTION: Final = Scene(
    "preemption",
    "Something more important",
    "A full cluster, and a pod that matters more than the ones that are there.",
    2,
    {
        "classes.yaml": CLASSES,
        "hobby-1.yaml": _pod("hobby-1", "1500m", "leisurely"),
        "hobby-2.yaml": _pod("hobby-2", "1500m", "leisurely"),
        "payments.yaml": _pod("payments", "1500m", "important"),
    },
    (
        Beat("Two leisurely pods fill two small nodes.",
             ("apply classes.yaml", "apply hobby-1.yaml", "apply hobby-2.yaml"), "15s"),
        Beat("An important one arrives. There is no room, so room is made.", ("apply payments.yaml",), "20s"),
        Beat("Why there?", ("explain pod payments",), "1s"),
    ),
    {"cpu": "2"},
)  # fmt: skip
CRASHES: Final = Scene(
    "crashes",
    "A container that keeps crashing",
    "The kubelet starts it again each time, and waits twice as long each time.",
    1,
    {
        "web.yaml": _deployment(1, "busybox:1.36", '        command: ["sh", "-c", "echo starting; sleep 3; exit 1"]'),
        "fixed.yaml": _deployment(1, "busybox:1.36", '        command: ["sh", "-c", "echo fine; sleep infinity"]'),
    },
    (
        Beat("It says hello, works for three seconds, and gives up.", ("apply web.yaml",), "2m"),
        Beat("What did it say?", ("kubectl logs deployment/web",), "1s"),
        Beat("A mended version is rolled out.", ("apply fixed.yaml",), "20s"),
    ),
)
SCALING: Final = Scene(
    "autoscaling",
    "More visitors",
    "An autoscaler watches how busy the pods are and changes how many there are.",
    3,
    {"web.yaml": _deployment(1, "nginx:1.27", SMALL) + "---" + SERVICE + "---" + AUTOSCALER},
    (
        Beat("One pod, a Service, an autoscaler that aims at half of what was requested.", ("apply web.yaml",), "90s"),
        Beat("Visitors come: 500 requests a second.", ("load web 500",), "3m"),
        Beat("They go again. Scaling down waits, in case they come back.", ("load web 2",), "4m"),
    ),
)
SCENES: Final = (ROLLOUT, FAILURE, PREEMPTION, CRASHES, SCALING)
