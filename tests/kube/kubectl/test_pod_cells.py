"""READY, STATUS and RESTARTS of a pod."""

from typing import Any

import pytest

from playground.kube.kubectl import pod_cells

from .samples import running

WAITING = {"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
INIT = [{"name": "i"}, {"name": "s", "restartPolicy": "Always"}]


def pod(phase: str = "Pending", init: list[dict[str, Any]] | None = None, **status: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "c"}], "initContainers": init or []}
    return {"metadata": {"name": "web"}, "spec": spec, "status": {"phase": phase, **status}}


def ended(**how: Any) -> dict[str, Any]:
    return {"name": "c", "state": {"terminated": how}}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (pod(), "Pending"),
        (running("web"), "Running"),
        (pod(reason="Evicted", phase="Failed"), "Evicted"),
        (pod(conditions=[{"type": "PodScheduled", "reason": "SchedulingGated"}]), "SchedulingGated"),
        (pod(containerStatuses=[WAITING]), "ImagePullBackOff"),
        (pod("Succeeded", containerStatuses=[ended(reason="Completed", exitCode=0)]), "Completed"),
        (pod("Failed", containerStatuses=[ended(exitCode=3)]), "ExitCode:3"),
        (pod("Failed", containerStatuses=[ended(signal=9)]), "Signal:9"),
        (pod(init=INIT, initContainerStatuses=[{"name": "i", "state": {"running": {}}}]), "Init:0/2"),
        (pod(init=INIT, initContainerStatuses=[{**ended(exitCode=1), "name": "i"}]), "Init:ExitCode:1"),
        (
            pod(init=INIT, initContainerStatuses=[{"name": "i", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]),
            "Init:CrashLoopBackOff",
        ),
    ],
)
def test_the_word_is_the_most_telling(given: dict[str, Any], word: str) -> None:
    assert pod_cells.status(given) == word


def test_a_pod_that_is_to_go_is_terminating() -> None:
    going = running("web")
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert pod_cells.status(going) == "Terminating"


def test_sidecars_count_as_containers() -> None:
    sidecar = {"name": "s", "ready": True, "started": True}
    both = pod("Running", init=INIT, containerStatuses=[{"name": "c"}], initContainerStatuses=[sidecar])
    assert pod_cells.ready(both) == "1/2"


def test_restarts_tell_when() -> None:
    assert pod_cells.restarts(running("web"), 0) == "0"
    last = {"terminated": {"finishedAt": "1970-01-01T00:00:00Z"}}
    again = pod("Running", containerStatuses=[{"name": "c", "restartCount": 2, "lastState": last}])
    assert pod_cells.restarts(again, 300) == "2 (5m ago)"
