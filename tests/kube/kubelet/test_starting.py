"""Images and the start of containers."""

import pytest

from playground.kube.kubelet.timing import RESOLVE, SANDBOX
from tests.kube.kubelet.support import (
    box,
    cluster,
    container,
    count,
    events,
    pod,
    run,
    state,
    states,
    status,
    worker,
    writes,
)  # fmt: skip

PULLED = (
    'Pulled: Successfully pulled image "busybox:1.36" in 444ms (444ms including waiting). Image size: 2202009 bytes.'
)


def test_a_pod_is_created_pulled_started_and_told_of_in_the_real_words() -> None:
    made = cluster()
    web = run(made, "web")
    assert events(made, "web") == [
        'Pulling: Pulling image "busybox:1.36"',
        PULLED,
        "Created: Container created",
        "Started: Container started",
    ]
    assert web["status"]["phase"] == "Running"
    assert writes(made, "web") == 3  # ContainerCreating, sandbox ready, Running


def test_an_image_that_is_there_is_not_pulled() -> None:
    made = cluster()
    run(made, "one")
    run(made, "two")
    there = 'Pulled: Container image "busybox:1.36" already present on machine and can be accessed by the pod'
    assert events(made, "two")[0] == there
    assert states(made, "two") == [(0.0, "ContainerCreating"), (SANDBOX, "running")]
    assert writes(made, "two") == 2


def test_latest_is_always_asked_for_and_takes_no_time_when_its_bytes_are_there() -> None:
    made = cluster()
    run(made, "one", container(image="busybox"))
    run(made, "two", container(image="busybox"))
    assert states(made, "two")[-1] == (round(SANDBOX + RESOLVE, 3), "running")


def test_a_node_pulls_one_image_after_the_other() -> None:
    made = cluster()
    made.apply([pod("one", container(image="nginx:1.27")), pod("two", container(image="redis:7"))])
    made.advance(20)
    first, second = states(made, "one")[-1][0], states(made, "two")[-1][0]
    assert first < second
    assert "in 1.868s (1.868s including waiting)" in events(made, "one")[1]
    assert "in 1.343s (3.211s including waiting)" in events(made, "two")[1]


def test_two_nodes_pull_at_the_same_time() -> None:
    made = cluster(nodes=2)
    made.apply([pod(f"on-{number}", nodeName=f"node-{number}") for number in (1, 2)])
    made.advance(5)
    assert states(made, "on-1") == states(made, "on-2")


def test_what_is_started_says_its_image_digest_and_id() -> None:
    made = cluster()
    run(made, "web")
    told = status(made, "web")
    assert told["image"] == "docker.io/library/busybox:1.36"
    assert told["imageID"].startswith("docker.io/library/busybox@sha256:")
    assert told["containerID"].startswith("containerd://")
    assert len(told["containerID"]) == len("containerd://") + 64


def test_a_tag_that_is_not_there_backs_off_ten_seconds_then_twenty() -> None:
    made = cluster()
    run(made, "web", container(image="nginx:no-such-tag"), seconds=35)
    assert states(made, "web") == [
        (0.0, "ContainerCreating"),
        (1.2, "ErrImagePull"),
        (2.2, "ImagePullBackOff"),
        (11.6, "ErrImagePull"),
        (12.6, "ImagePullBackOff"),
        (32.0, "ErrImagePull"),
        (33.0, "ImagePullBackOff"),
    ]
    name = "docker.io/library/nginx:no-such-tag"
    why = (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{name}": '
        f'failed to resolve reference "{name}": {name}: not found'
    )
    assert events(made, "web") == [
        'Pulling: Pulling image "nginx:no-such-tag"',
        f'Failed: Failed to pull image "nginx:no-such-tag": {why}',
        "Failed: Error: ErrImagePull",
        'BackOff: Back-off pulling image "nginx:no-such-tag"',
        "Failed: Error: ImagePullBackOff",
    ]
    waiting = status(made, "web")["state"]["waiting"]
    assert waiting["message"] == f'Back-off pulling image "nginx:no-such-tag": ErrImagePull: {why}'


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("ghcr.io/nobody/nothing:1", "pull access denied, repository does not exist or may require authorization"),
        ("registry.invalid/app:1", "dial tcp: lookup registry.invalid: no such host"),
    ],
)
def test_a_registry_says_why(image: str, says: str) -> None:
    made = cluster()
    run(made, "web", container(image=image))
    refused = next((told for told in events(made, "web") if told.startswith("Failed: Failed to pull")), "")
    if not refused:  # the runtime knows every name of this registry
        assert state(made, "web") == "running"
    else:
        assert says in refused


def test_a_broken_registry_is_told_of_and_the_pod_starts_when_it_is_mended() -> None:
    made = cluster()
    made.faults.break_registry()
    run(made, "web")
    assert state(made, "web") == "ImagePullBackOff"
    assert "dial tcp: lookup registry-1.docker.io: i/o timeout" in status(made, "web")["state"]["waiting"]["message"]
    made.faults.mend_registry()
    made.advance(15)
    assert state(made, "web") == "running"


def test_a_slow_registry_takes_longer() -> None:
    made = cluster()
    made.faults.slow_registry(10)
    run(made, "web", seconds=10)
    assert "in 4.44s (4.44s including waiting)" in events(made, "web")[1]


def test_never_pulling_needs_the_image_to_be_there() -> None:
    made = cluster()
    run(made, "web", container(imagePullPolicy="Never"))
    assert events(made, "web") == [
        'ErrImageNeverPull: Container image "busybox:1.36" is not present with pull policy of Never',
        "Failed: Error: ErrImageNeverPull",
    ]
    assert state(made, "web") == "ErrImageNeverPull"


def test_a_name_that_is_no_image_name_is_refused_by_the_node() -> None:
    made = cluster()
    run(made, "web", container(image="Nginx:1"))
    assert state(made, "web") == "InvalidImageName"
    assert events(made, "web")[0] == (
        'InspectFailed: Failed to apply default image tag "Nginx:1": couldn\'t parse image name "Nginx:1": '
        "invalid reference format"
    )


def test_a_program_that_is_not_there_never_runs() -> None:
    made = cluster()
    run(made, "web", container(command=["no-such-program"]))
    assert states(made, "web")[:3] == [
        (0.0, "ContainerCreating"),
        (1.244, "RunContainerError"),
        (2.244, "CrashLoopBackOff"),
    ]
    assert any("executable file not found in $PATH" in told for told in events(made, "web"))
    assert status(made, "web")["lastState"]["terminated"]["exitCode"] == 128
    assert status(made, "web")["lastState"]["terminated"]["reason"] == "StartError"


def test_a_container_that_fails_does_not_hold_up_the_others() -> None:
    made = cluster()
    run(made, "two", container("bad", image="nginx:no-such-tag"), container("good"))
    assert (state(made, "two", "bad"), state(made, "two", "good")) == ("ImagePullBackOff", "running")
    assert made.get("pod", "two")["status"]["phase"] == "Pending"


def test_a_post_start_hook_holds_up_the_containers_after_it() -> None:
    made = cluster()
    slow = container("slow", lifecycle={"postStart": {"sleep": {"seconds": 4}}})
    run(made, "two", slow, container("after"), seconds=4)
    assert state(made, "two", "after") == "ContainerCreating"
    made.advance(3)
    assert state(made, "two", "after") == "running"


def test_a_post_start_hook_that_fails_ends_its_container() -> None:
    made = cluster()
    hook = {"postStart": {"exec": {"command": ["cat", "/no/such/file"]}}}
    run(made, "web", container(lifecycle=hook), seconds=40)
    told = events(made, "web")
    assert "FailedPostStartHook: PostStartHook failed" in told
    assert "Killing: FailedPostStartHook" in told
    assert status(made, "web")["restartCount"] >= 1


def test_events_name_the_container_the_component_and_the_node() -> None:
    made = cluster()
    run(made, "web", container("app"))
    started = next(event for event in made.list("events", namespace="default") if event["reason"] == "Started")
    assert started["involvedObject"]["fieldPath"] == "spec.containers{app}"
    assert started["source"] == {"component": "kubelet", "host": "node-1"}
    assert (started["reportingComponent"], started["reportingInstance"]) == ("kubelet", "node-1")


def test_another_image_starts_the_container_anew() -> None:
    made = cluster()
    run(made, "web")
    made.patch("pod", "web", {"spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}})
    made.advance(40)
    assert "Killing: Container c definition changed, will be restarted" in events(made, "web")
    assert status(made, "web")["image"] == "docker.io/library/nginx:1.27"
    assert status(made, "web")["restartCount"] == 1


def test_addresses_are_the_nodes_and_are_given_again() -> None:
    made = cluster(nodes=2)
    made.apply([pod(f"p{number}", nodeName=f"node-{1 + number % 2}") for number in range(4)])
    made.advance(5)
    assert [made.get("pod", f"p{number}")["status"]["podIP"] for number in range(4)] == [
        "10.244.0.2", "10.244.1.2", "10.244.0.3", "10.244.1.3",
    ]  # fmt: skip
    assert made.get("pod", "p0")["status"]["hostIP"] == made.get("node", "node-1")["status"]["addresses"][0]["address"]


def test_a_pod_of_the_host_network_has_the_nodes_address() -> None:
    made = cluster()
    web = run(made, "web", hostNetwork=True)
    assert web["status"]["podIP"] == web["status"]["hostIP"] != ""


def test_the_worker_and_its_container_are_there_to_look_at() -> None:
    made = cluster()
    run(made, "web")
    assert (worker(made, "web").stage, box(made, "web", "c").restarts, count(made, "web", "Started")) == (
        "running",
        0,
        1,
    )
