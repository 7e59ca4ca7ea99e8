"""ConfigMaps, Secrets, claims: what a pod waits for, in which words, and how it goes on when it comes."""

import base64
from typing import Any

from tests.kube.kubelet.support import box, cluster, container, count, events, run, state, status

FILES = "/etc/app"


def config(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def secret(name: str, **data: str) -> dict[str, Any]:
    coded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": coded}


def mounting(**volume: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return container(volumeMounts=[{"name": "v", "mountPath": FILES}]), [{"name": "v", **volume}]


def test_a_missing_config_map_of_a_variable_is_waited_for() -> None:
    made = cluster()
    source = {"configMapKeyRef": {"name": "app", "key": "mode"}}
    run(made, "web", container(env=[{"name": "MODE", "valueFrom": source}]))
    assert state(made, "web") == "CreateContainerConfigError"
    assert status(made, "web")["state"]["waiting"]["message"] == 'configmap "app" not found'
    assert 'Failed: Error: configmap "app" not found' in events(made, "web")
    made.apply(config("app", other="x"))
    made.advance(13)
    assert status(made, "web")["state"]["waiting"]["message"] == "couldn't find key mode in ConfigMap default/app"
    made.apply(config("app", mode="fast"))
    made.advance(13)
    assert state(made, "web") == "running"
    run_now = box(made, "web", "c").run
    assert run_now is not None
    assert run_now.start.env == {"MODE": "fast"}


def test_a_missing_secret_is_waited_for_too() -> None:
    made = cluster()
    run(made, "web", container(envFrom=[{"secretRef": {"name": "db"}}]))
    assert status(made, "web")["state"]["waiting"]["message"] == 'secret "db" not found'
    made.apply(secret("db", PASSWORD="x"))
    made.advance(13)
    assert state(made, "web") == "running"


def test_who_waits_for_ever_is_soon_quiet() -> None:
    made = cluster()
    run(made, "web", container(envFrom=[{"secretRef": {"name": "db"}}]), seconds=3600)
    assert count(made, "web", "Failed") + count(made, "web", "Pulled") <= 25 + 3600 / 300 + 2
    made.apply(secret("db", PASSWORD="x"))
    made.advance(13)
    assert state(made, "web") == "running"


def test_a_missing_config_map_of_a_volume_holds_up_the_whole_pod() -> None:
    made = cluster()
    one, volumes = mounting(configMap={"name": "app"})
    run(made, "web", one, volumes=volumes, seconds=10)
    assert state(made, "web") == "ContainerCreating"
    assert events(made, "web") == ['FailedMount: MountVolume.SetUp failed for volume "v" : configmap "app" not found']
    assert count(made, "web", "FailedMount") == 5  # 0, 0.5, 1.5, 3.5 and 7.5 s
    made.apply(config("app", text="hello"))
    made.advance(10)
    assert state(made, "web") == "running"


def test_a_missing_key_is_named() -> None:
    made = cluster()
    made.apply([config("app", a="1"), secret("db", a="1")])
    one, volumes = mounting(configMap={"name": "app", "items": [{"key": "b", "path": "b"}]})
    run(made, "web", one, volumes=volumes)
    other, more = mounting(secret={"secretName": "db", "items": [{"key": "b", "path": "b"}]})
    run(made, "api", other, volumes=more)
    failed = 'FailedMount: MountVolume.SetUp failed for volume "v" : '
    assert events(made, "web") == [f"{failed}configmap references non-existent config key: b"]
    assert events(made, "api") == [f"{failed}references non-existent secret key: b"]


def test_what_is_optional_is_not_waited_for() -> None:
    made = cluster()
    source = {"secretKeyRef": {"name": "db", "key": "x", "optional": True}}
    one, volumes = mounting(configMap={"name": "app", "optional": True})
    spec = {
        **one,
        "env": [{"name": "A", "valueFrom": source}],
        "envFrom": [{"configMapRef": {"name": "n", "optional": True}}],
    }
    run(made, "web", spec, volumes=volumes)
    assert state(made, "web") == "running"


def test_files_are_where_they_are_mounted() -> None:
    made = cluster()
    made.apply([config("app", a="1", b="2"), secret("db", password="x")])
    mounts = [
        {"name": "all", "mountPath": "/all"},
        {"name": "one", "mountPath": "/etc/one", "subPath": "b"},
        {"name": "mixed", "mountPath": "/mixed"},
    ]
    volumes = [
        {"name": "all", "configMap": {"name": "app"}},
        {"name": "one", "configMap": {"name": "app"}},
        {
            "name": "mixed",
            "projected": {
                "sources": [
                    {"secret": {"name": "db", "items": [{"key": "password", "path": "deep/password"}]}},
                    {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}},
                ]
            },
        },
    ]
    run(made, "web", container(volumeMounts=mounts), volumes=volumes)
    started = box(made, "web", "c").run
    assert started is not None
    assert started.start.files == {
        "/all/a": "1",
        "/all/b": "2",
        "/etc/one": "2",
        "/mixed/deep/password": "x",
        "/mixed/name": "web",
    }
    assert [mount["mountPath"] for mount in status(made, "web")["volumeMounts"]] == ["/all", "/etc/one", "/mixed"]


def test_a_claim_that_is_not_bound_is_waited_for() -> None:
    made = cluster()
    one, volumes = mounting(persistentVolumeClaim={"claimName": "data"})
    run(made, "web", one, volumes=volumes, nodeName="node-1")
    head = (
        "FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], "
        "failed to process volumes=[v]: error processing PVC default/data: "
    )
    assert events(made, "web") == [
        f'{head}failed to fetch PVC from API server: persistentvolumeclaims "data" not found'
    ]
    resources = {"requests": {"storage": "1Gi"}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": resources, "volumeName": "disk", "storageClassName": ""}
    made.apply({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim})
    made.advance(13)
    assert f"{head}PVC is not bound" in events(made, "web")
    made.patch("pvc", "data", {"status": {"phase": "Bound"}}, subresource="status", how="merge")
    made.advance(15)
    assert state(made, "web") == "running"


def test_variables_come_from_the_pod_its_resources_and_each_other() -> None:
    made = cluster()
    made.apply(config("app", MODE="fast"))
    field = {"fieldRef": {"fieldPath": "status.podIP"}}
    env = [
        {"name": "IP", "valueFrom": field},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
        {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "requests.memory", "divisor": "1Mi"}}},
        {"name": "URL", "value": "http://$(IP):80/$(X_MODE)/$(NONE)/$$(IP)"},
    ]
    resources = {"limits": {"cpu": "250m"}, "requests": {"memory": "64Mi"}}
    source = [{"prefix": "X_", "configMapRef": {"name": "app"}}]
    command = ["sh", "-c", "sleep 100; echo $(NODE)"]
    run(made, "web", container(env=env, envFrom=source, resources=resources, command=command))
    started = box(made, "web", "c").run
    assert started is not None
    ip = made.get("pod", "web")["status"]["podIP"]
    assert started.start.env == {
        "X_MODE": "fast",
        "IP": ip,
        "NODE": "node-1",
        "CPU": "250",
        "MEMORY": "64",
        "URL": f"http://{ip}:80/fast/$(NONE)/$(IP)",
    }
    assert started.start.command[-1] == "sleep 100; echo node-1"
    assert (started.start.cpu_limit, started.start.cpu_request) == (0.25, 0.25)
