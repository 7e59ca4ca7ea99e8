"""A pod template in the words of kubectl."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.kubectl.commands.template_text import template_text

PLAIN = """Pod Template:
  Labels:\tapp=web
\ttier=front
  Containers:
   c:
    Image:\tnginx:1
    Port:\t<none>
    Host Port:\t<none>
    Environment:\t<none>
    Mounts:\t<none>
  Volumes:\t<none>
  Node-Selectors:\t<none>
  Tolerations:\t<none>
"""

RICH = """Pod Template:
  Labels:\t<none>
  Annotations:\ta: b
\tlong:
\t  one
\t  two
  Service Account:\tbot
  Init Containers:
   i:
    Image:\tbusybox
    Port:\t<none>
    Host Port:\t<none>
    Command:
      sh
      -c
    Environment:\t<none>
    Mounts:\t<none>
  Containers:
   c:
    Image:\tnginx:1
    Ports:\t80/TCP (http), 53/UDP
    Host Ports:\t8080/TCP (http), 0/UDP
    Limits:
      cpu:\t1
    Requests:
      cpu:\t100m
      memory:\t1Gi
    Liveness:\thttp-get http://:80/live delay=1s timeout=2s period=3s #success=1 #failure=4
    Readiness:\texec [cat /tmp/ok] delay=0s timeout=0s period=0s #success=0 #failure=0
    Environment Variables from:
      settings\tConfigMap with prefix 'S_'\tOptional: true
    Environment:
      A:\t1
      B:\t<set to the key 'k' in secret 's'>\tOptional: false
      C:\t (v1:metadata.name)
      D:\t1 (limits.cpu)
      E:\t<set to the key 'k' of config map 'm'>\tOptional: false
    Mounts:
      /a from data (ro)
      /z from data (rw,path="x")
  Volumes:
   data:
    Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:\tclaim
    ReadOnly:\tfalse
   rare:
    Type:\tnfs
  Topology Spread Constraints:\tzone:DoNotSchedule when max skew 1 is exceeded for selector app=web
  Priority Class Name:\thigh
  Node-Selectors:\tdisk=ssd
  Tolerations:\tgpu=yes:NoSchedule for 5s
\tspot op=Exists
"""


def test_what_is_not_given_is_none() -> None:
    metadata = {"labels": {"tier": "front", "app": "web"}}
    spec = {"containers": [{"name": "c", "image": "nginx:1", "resources": {}}]}
    assert template_text({"metadata": metadata, "spec": spec}) == PLAIN


def container() -> dict[str, Any]:
    """A container with everything."""
    return {
        "name": "c",
        "image": "nginx:1",
        "ports": [
            {"name": "http", "containerPort": 80, "hostPort": 8080, "protocol": "TCP"},
            {"containerPort": 53, "protocol": "UDP"},
        ],
        "resources": {"limits": {"cpu": "1"}, "requests": {"memory": "1Gi", "cpu": "100m"}},
        "livenessProbe": {
            "httpGet": {"path": "/live", "port": 80, "scheme": "HTTP"},
            "initialDelaySeconds": 1,
            "timeoutSeconds": 2,
            "periodSeconds": 3,
            "successThreshold": 1,
            "failureThreshold": 4,
        },
        "readinessProbe": {"exec": {"command": ["cat", "/tmp/ok"]}},
        "envFrom": [{"configMapRef": {"name": "settings", "optional": True}, "prefix": "S_"}],
        "env": [
            {"name": "A", "value": "1"},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            {"name": "C", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "D", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "E", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}},
        ],
        "volumeMounts": [
            {"name": "data", "mountPath": "/z", "subPath": "x"},
            {"name": "data", "mountPath": "/a", "readOnly": True},
        ],
    }


def test_everything_that_is_given_is_told() -> None:
    spread = {"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 1}
    spec = {
        "serviceAccountName": "bot",
        "initContainers": [{"name": "i", "image": "busybox", "command": ["sh", "-c"]}],
        "containers": [container()],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "claim"}}, {"name": "rare", "nfs": {}}],
        "topologySpreadConstraints": [{**spread, "labelSelector": {"matchLabels": {"app": "web"}}}],
        "priorityClassName": "high",
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [
            {"key": "spot", "operator": "Exists"},
            {"key": "gpu", "value": "yes", "effect": "NoSchedule", "tolerationSeconds": 5},
        ],
    }
    assert template_text({"metadata": {"annotations": {"long": "one\ntwo", "a": "b"}}, "spec": spec}) == RICH


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        ({"tcpSocket": {"port": 5}}, "tcp-socket :5 "),
        ({"grpc": {"port": 5, "service": "s"}}, "grpc <pod>:5 s "),
        ({"periodSeconds": 0}, "unknown "),
    ],
)
def test_other_probes(probe: dict[str, Any], told: str) -> None:
    spec = {"containers": [{"name": "c", "image": "i", "startupProbe": probe}]}
    assert f"    Startup:\t{told}delay=0s" in template_text({"spec": spec})
