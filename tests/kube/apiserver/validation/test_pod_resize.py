"""Rules of resizing a running pod."""

from typing import Any

from .support import changed, pod, refusals, stored, without


def running(**spec: Any) -> dict[str, Any]:
    container = {"name": "c", "image": "a", "resources": {"requests": {"cpu": "1"}}}
    return changed(stored(pod(containers=[container], **spec)), "status", to={"qosClass": "Burstable"})


OLD = running()
RESOURCES = ("spec", "containers", 0, "resources")


def resize(new: dict[str, Any], old: dict[str, Any] = OLD) -> list[str]:
    return refusals(new, old, "resize")


def test_cpu_and_memory_may_change() -> None:
    assert (
        resize(changed(OLD, *RESOURCES, to={"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "3"}})) == []
    )


def test_other_resources_may_not() -> None:
    assert resize(changed(OLD, *RESOURCES, "limits", to={"a.com/b": "1"})) == [
        "spec: Forbidden: only cpu and memory resources are mutable"
    ]


def test_what_was_asked_for_stays_asked_for() -> None:
    old = changed(OLD, *RESOURCES, "limits", to={"memory": "1Gi"})
    assert resize(without(old, *RESOURCES, "limits"), old) == [
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
        "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ]


def test_the_quality_of_service_stays() -> None:
    new = changed(OLD, *RESOURCES, to={"limits": {"cpu": "1", "memory": "1Gi"}})
    assert resize(new) == ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing']


def test_containers_stay_in_their_order() -> None:
    other = {"name": "d", "image": "a"}
    assert resize(changed(OLD, "spec", "containers", to=[*OLD["spec"]["containers"], other])) == [
        "spec.containers: Forbidden: containers may not be added or removed on resize"
    ]
    renamed = changed(OLD, "spec", "containers", 0, "name", to="d")
    assert resize(renamed) == [
        "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"
    ]


def test_init_containers_are_resized_too() -> None:
    init = {"name": "i", "image": "a", "resources": {"requests": {"cpu": "1"}}}
    old = running(initContainers=[init])
    assert resize(changed(old, "spec", "initContainers", 0, "resources", "requests", "cpu", to="2"), old) == []
    assert resize(changed(old, "spec", "initContainers", 0, "stdin", to=True), old) == [
        "spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable"
    ]


def test_an_init_container_that_ends_is_not_restarted_by_a_resize() -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    init = {"name": "i", "image": "a", "resources": {"requests": {"cpu": "1"}}, "resizePolicy": policy}
    old = running(initContainers=[init])
    told = resize(changed(old, "spec", "initContainers", 0, "resources", "requests", "cpu", to="2"), old)
    assert told[-1] == (
        "spec.initContainers[0]: Forbidden: "
        "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
    )


def test_a_pod_as_a_whole_is_resized_too() -> None:
    old = running(resources={"requests": {"cpu": "2"}})
    assert resize(changed(old, "spec", "resources", "requests", "cpu", to="3"), old) == []
    assert resize(without(old, "spec", "resources"), old) == [
        "spec.resources: Forbidden: pod-level resources cannot be removed"
    ]


def test_a_node_that_reports_no_resources_cannot_resize() -> None:
    old = changed(OLD, "status", "containerStatuses", to=[{"name": "c", "state": {"running": {}}}])
    new = changed(old, *RESOURCES, to={"requests": {"cpu": "2"}})
    assert resize(new, old) == ["spec: Forbidden: Pod running on node without support for resize"]


def test_some_pods_are_never_resized() -> None:
    old = running(os={"name": "windows"})
    assert resize(old, old) == ["[]: Forbidden: windows pods cannot be resized"]
    mirror = changed(OLD, "metadata", "annotations", to={"kubernetes.io/config.mirror": "x"})
    assert resize(mirror, mirror) == ["[]: Forbidden: static pods cannot be resized"]


def test_nothing_else_changes_with_a_resize() -> None:
    assert resize(changed(OLD, "spec", "hostname", to="h")) == [
        "spec: Forbidden: only cpu and memory resources are mutable"
    ]
