"""How containers and pods end: back-offs, grace, hooks, sidecars, deadlines."""

import pytest

from tests.kube.kubelet.support import (
    box,
    cluster,
    condition,
    container,
    count,
    events,
    kubelets,
    run,
    state,
    states,
    status,
)

CRASHES = container(does="crashes=2s")


def test_a_container_that_crashes_is_started_at_once_then_after_ten_twenty_and_forty_seconds() -> None:
    made = cluster()
    run(made, "web", CRASHES, seconds=100)
    starts = [round(at - 1.244, 3) for at, what in states(made, "web") if what == "running"]
    assert starts == [0.0, 14.0, 36.0, 78.0]  # the second start, at once, leaves no gap in what is written
    assert status(made, "web")["restartCount"] == 4
    uid = made.get("pod", "web")["metadata"]["uid"]
    told = f"Back-off restarting failed container c in pod web_default({uid})"
    assert f"BackOff: {told}" in events(made, "web")


def test_the_back_off_is_written_with_its_length() -> None:
    made = cluster()
    run(made, "web", CRASHES, seconds=10)
    uid = made.get("pod", "web")["metadata"]["uid"]
    assert state(made, "web") == "CrashLoopBackOff"
    waiting = status(made, "web")["state"]["waiting"]
    assert waiting["message"] == f"back-off 10s restarting failed container=c pod=web_default({uid})"
    last = status(made, "web")["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"]) == (1, "Error")
    assert condition(made, "web", "Ready")["message"] == "containers with unready status: [c]"
    assert made.get("pod", "web")["status"]["phase"] == "Running"


def test_the_back_off_grows_to_five_minutes() -> None:
    made = cluster()
    run(made, "web", CRASHES, seconds=3600)
    crash = box(made, "web", "c").crash
    assert crash is not None
    assert crash.seconds == 300


def test_a_container_that_ran_for_ten_minutes_begins_with_the_first_back_off() -> None:
    made = cluster()
    run(made, "web", container(does="crashes=601s"), seconds=1300)
    assert status(made, "web")["restartCount"] == 2
    assert count(made, "web", "BackOff") == 0


@pytest.mark.parametrize(
    ("policy", "does", "phase", "restarts"),
    [
        ("Never", "works=2s", "Succeeded", 0),
        ("Never", "crashes=2s", "Failed", 0),
        ("OnFailure", "works=2s", "Succeeded", 0),
        ("OnFailure", "crashes=2s", "Running", 2),
        ("Always", "works=2s", "Running", 2),
    ],
)
def test_the_restart_policy_decides(policy: str, does: str, phase: str, restarts: int) -> None:
    made = cluster()
    run(made, "job", container(does=does), seconds=20, restartPolicy=policy)
    assert made.get("pod", "job")["status"]["phase"] == phase
    assert status(made, "job")["restartCount"] == restarts


def test_a_pod_that_is_done_says_so_in_all_its_conditions() -> None:
    made = cluster()
    run(made, "job", container(does="works=2s"), seconds=20, restartPolicy="Never")
    told = {
        item["type"]: (item["status"], item.get("reason")) for item in made.get("pod", "job")["status"]["conditions"]
    }
    assert told == {
        "PodReadyToStartContainers": ("False", None),
        "Initialized": ("True", "PodCompleted"),
        "Ready": ("False", "PodCompleted"),
        "ContainersReady": ("False", "PodCompleted"),
        "PodScheduled": ("True", None),
    }


def test_a_containers_own_policy_and_rules_go_before_the_pods() -> None:
    made = cluster()
    rules = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]
    ruled = container("ruled", does="crashes=2s exit=42", restartPolicy="Never", restartPolicyRules=rules)
    own = container("own", does="crashes=2s", restartPolicy="Never")
    run(made, "two", ruled, own, seconds=20)
    assert status(made, "two", "ruled")["restartCount"] == 2
    assert status(made, "two", "own")["restartCount"] == 0


def test_memory_over_the_limit_ends_a_container_with_137() -> None:
    made = cluster()
    limited = container(does="serve leak=10Mi memory=10Mi", resources={"limits": {"memory": "64Mi"}})
    run(made, "web", limited, seconds=12)
    last = status(made, "web")["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"]) == (137, "OOMKilled")


def test_the_end_of_the_output_is_the_message_where_that_is_asked_for() -> None:
    made = cluster()
    says = ["sh", "-c", "echo it is broken; exit 1"]
    run(made, "job", container(command=says, terminationMessagePolicy="FallbackToLogsOnError"), restartPolicy="Never")
    assert status(made, "job")["state"]["terminated"]["message"] == "it is broken\n"


def test_deleting_a_pod_ends_it_by_sigterm_and_takes_it_away() -> None:
    made = cluster()
    run(made, "web", container(does="serve stop=3s term=143"))
    made.delete("pod", "web")
    made.advance(2)
    assert state(made, "web") == "running"
    made.advance(2)
    assert made.list("pods") == []
    last = [change for change in made.changes_since(0) if change.resource == "pods"][-1].object
    ended = last["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (last["status"]["phase"], ended["exitCode"], ended["reason"]) == ("Failed", 143, "Error")
    assert "Killing: Stopping container c" in events(made, "web")


def test_who_ignores_sigterm_is_killed_when_the_grace_is_over() -> None:
    made = cluster()
    run(made, "web", container(does="serve ignore-sigterm"), terminationGracePeriodSeconds=20)
    made.delete("pod", "web")
    made.advance(19.9)
    assert state(made, "web") == "running"
    made.advance(0.2)
    last = [change for change in made.changes_since(0) if change.resource == "pods"][-1].object
    assert last["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137


def test_a_second_deletion_may_shorten_the_grace() -> None:
    made = cluster()
    run(made, "web", container(does="serve ignore-sigterm"), terminationGracePeriodSeconds=300)
    made.delete("pod", "web")
    made.advance(10)
    made.delete("pod", "web", grace=5)
    made.advance(1)
    assert made.list("pods") == []


def test_a_forced_deletion_is_over_at_once() -> None:
    made = cluster()
    web = run(made, "web", container(does="serve ignore-sigterm"))
    made.delete("pod", "web", grace=0)
    made.advance(0)
    assert made.list("pods") == []
    assert kubelets(made).usage(web["metadata"]["uid"], made.clock.now) is None


def test_a_pre_stop_hook_comes_before_sigterm_and_counts_into_the_grace() -> None:
    made = cluster()
    hook = {"preStop": {"sleep": {"seconds": 7}}}
    run(made, "web", container(does="serve stop=1s", lifecycle=hook))
    made.delete("pod", "web")
    made.advance(7.5)
    assert state(made, "web") == "running"
    made.advance(1)
    assert made.list("pods") == []


def test_a_pre_stop_hook_that_takes_too_long_leaves_two_seconds() -> None:
    made = cluster()
    hook = {"preStop": {"sleep": {"seconds": 10}}}
    run(made, "web", container(does="serve ignore-sigterm", lifecycle=hook), terminationGracePeriodSeconds=11)
    made.delete("pod", "web", grace=5)
    made.advance(6.9)
    assert state(made, "web") == "running"
    made.advance(0.2)
    assert made.list("pods") == []


def test_a_pre_stop_hook_that_fails_is_told_of() -> None:
    made = cluster()
    hook = {"preStop": {"exec": {"command": ["cat", "/no/such/file"]}}}
    run(made, "web", container(does="serve", lifecycle=hook))
    made.delete("pod", "web")
    made.advance(5)
    assert "FailedPreStopHook: PreStopHook failed" in events(made, "web")


def test_a_pod_that_never_ran_is_taken_away_with_its_containers_lost() -> None:
    made = cluster()
    run(made, "web", container(image="nginx:no-such-tag"))
    made.delete("pod", "web")
    made.advance(0)
    last = [change for change in made.changes_since(0) if change.resource == "pods"][-1].object
    ended = last["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (last["status"]["phase"], ended["reason"], ended["exitCode"]) == ("Failed", "ContainerStatusUnknown", 137)
    assert made.list("pods") == []


def test_an_active_deadline_counts_from_the_pods_start() -> None:
    made = cluster()
    run(made, "job", container(does="serve stop=1s"), seconds=9.9, activeDeadlineSeconds=10)
    assert made.get("pod", "job")["status"]["phase"] == "Running"
    made.advance(3)
    told = made.get("pod", "job")["status"]
    why = "Pod was active on the node longer than the specified deadline"
    assert (told["phase"], told["reason"], told["message"]) == ("Failed", "DeadlineExceeded", why)
    assert f"DeadlineExceeded: {why}" in events(made, "job")


def test_init_containers_run_one_after_the_other_before_the_others() -> None:
    made = cluster()
    inits = [container("first", does="works=3s"), container("second", does="works=2s")]
    run(made, "web", container("app"), initContainers=inits, seconds=3)
    assert (state(made, "web", "first"), state(made, "web", "second")) == ("running", "PodInitializing")
    assert state(made, "web", "app") == "PodInitializing"
    assert condition(made, "web", "Initialized")["message"] == "containers with incomplete status: [first second]"
    made.advance(1.5)
    assert (state(made, "web", "first"), state(made, "web", "second")) == ("Completed", "running")
    made.advance(3)
    assert state(made, "web", "app") == "running"
    assert condition(made, "web", "Initialized")["status"] == "True"
    assert status(made, "web", "first")["ready"] is True


def test_an_init_container_that_fails_is_tried_again_and_the_pod_stays_pending() -> None:
    made = cluster()
    run(made, "web", container("app"), initContainers=[container("setup", does="crashes=1s")], seconds=10)
    assert state(made, "web", "setup") == "CrashLoopBackOff"
    assert (state(made, "web", "app"), made.get("pod", "web")["status"]["phase"]) == ("PodInitializing", "Pending")


def test_an_init_container_that_fails_ends_a_pod_that_is_never_restarted() -> None:
    made = cluster()
    inits = [container("setup", does="crashes=1s")]
    run(made, "web", container("app"), initContainers=inits, restartPolicy="Never", seconds=10)
    assert made.get("pod", "web")["status"]["phase"] == "Failed"
    assert state(made, "web", "app") == "PodInitializing"


def test_a_sidecar_starts_first_and_the_others_wait_for_its_startup_probe() -> None:
    made = cluster()
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1, "failureThreshold": 30}
    proxy = container("proxy", does="serve port=8080 start=4s", restartPolicy="Always", startupProbe=probe)
    run(made, "web", container("app"), initContainers=[proxy], seconds=4)
    assert (state(made, "web", "proxy"), state(made, "web", "app")) == ("running", "PodInitializing")
    made.advance(4)
    assert (status(made, "web", "proxy")["started"], state(made, "web", "app")) == (True, "running")


def test_a_sidecar_ends_with_the_job_it_serves() -> None:
    made = cluster()
    proxy = container("proxy", does="serve", restartPolicy="Always")
    run(made, "job", container("app", does="works=5s"), initContainers=[proxy], restartPolicy="Never", seconds=20)
    assert made.get("pod", "job")["status"]["phase"] == "Succeeded"
    assert "Killing: Stopping container proxy" in events(made, "job")


def test_sidecars_end_after_the_main_container_and_in_reverse_order() -> None:
    made = cluster()
    sidecars = [container(name, does="serve stop=2s term=143", restartPolicy="Always") for name in ("one", "two")]
    run(made, "web", container("app", does="serve stop=2s"), initContainers=sidecars)
    made.delete("pod", "web")
    seen = []
    for _ in range(3):
        made.advance(1)
        seen.append([state(made, "web", name) for name in ("app", "two", "one")])
        made.advance(1)
    assert seen == [
        ["running", "running", "running"],
        ["Completed", "running", "running"],
        ["Completed", "Error", "running"],
    ]
    made.advance(1)
    assert made.list("pods") == []


def test_a_sidecar_that_dies_is_started_again_while_the_others_run_on() -> None:
    made = cluster()
    proxy = container("proxy", does="crashes=8s", restartPolicy="Always")
    run(made, "web", container("app"), initContainers=[proxy], seconds=15)
    assert status(made, "web", "proxy")["restartCount"] == 1
    assert status(made, "web", "app")["restartCount"] == 0
    assert made.get("pod", "web")["status"]["phase"] == "Running"
