"""Probes: what they decide, what is told, and that only ticks are visited at which something is seen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.kubelet.prober import tick
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
    status,
    writes,
)  # fmt: skip

HTTP: dict[str, Any] = {"httpGet": {"path": "/", "port": 8080}}


def serving(does: str = "", **spec: Any) -> dict[str, Any]:
    """A container that serves on port 8080 from an image that is on no node."""
    return container(does=f"serve port=8080 {does}", **spec)


def test_a_healthy_cluster_has_nothing_due() -> None:
    made = cluster(nodes=2)
    names = ("readinessProbe", "livenessProbe", "startupProbe")
    probes: dict[str, Any] = {name: {**HTTP, "periodSeconds": 1} for name in names}
    run(made, "web", serving(**probes), seconds=60)
    assert condition(made, "web", "Ready")["status"] == "True"
    assert kubelets(made).next_at() is None
    assert writes(made, "web") <= 5


def test_a_container_is_ready_when_its_probe_passes() -> None:
    made = cluster()
    run(made, "web", serving("start=12s", readinessProbe={**HTTP, "periodSeconds": 5}), seconds=13)
    assert condition(made, "web", "Ready")["status"] == "False"
    assert status(made, "web")["started"] is True
    made.advance(7)
    assert condition(made, "web", "Ready")["status"] == "True"
    assert count(made, "web", "Unhealthy") == 3  # 1 s, 6 s and 11 s after the start


def test_the_first_probe_waits_for_its_initial_delay() -> None:
    made = cluster()
    run(made, "web", serving(readinessProbe={**HTTP, "initialDelaySeconds": 20}), seconds=22)
    assert condition(made, "web", "Ready")["status"] == "False"
    made.advance(1)
    assert condition(made, "web", "Ready")["status"] == "True"
    assert count(made, "web", "Unhealthy") == 0


def test_thresholds_count_successes_and_failures_in_a_row() -> None:
    made = cluster()
    probe = {**HTTP, "periodSeconds": 2, "successThreshold": 3, "failureThreshold": 2}
    run(made, "web", serving(readinessProbe=probe), seconds=7.6)
    assert condition(made, "web", "Ready")["status"] == "False"
    made.advance(0.2)
    assert condition(made, "web", "Ready")["status"] == "True"
    made.faults.fail_probes("web")
    made.advance(2.1)
    assert condition(made, "web", "Ready")["status"] == "True"
    made.advance(2)
    assert condition(made, "web", "Ready")["status"] == "False"
    made.faults.heal_probes("web")
    made.advance(10)
    assert condition(made, "web", "Ready")["status"] == "True"


def test_a_container_whose_liveness_fails_is_restarted_and_told_of() -> None:
    made = cluster()
    run(made, "web", serving("sick=15s", livenessProbe={**HTTP, "periodSeconds": 5}), seconds=45)
    told = events(made, "web")
    assert "Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500" in told
    assert "Killing: Container c failed liveness probe, will be restarted" in told
    assert status(made, "web")["restartCount"] == 1


def test_a_liveness_probe_may_have_a_grace_of_its_own() -> None:
    made = cluster()
    probe = {**HTTP, "periodSeconds": 1, "failureThreshold": 1, "terminationGracePeriodSeconds": 3}
    run(made, "web", serving("ignore-sigterm sick=5s", livenessProbe=probe), seconds=12.5)
    last = status(made, "web")["lastState"]["terminated"]
    assert (last["exitCode"], status(made, "web")["restartCount"]) == (137, 1)


def test_other_probes_wait_for_the_startup_probe() -> None:
    made = cluster()
    startup = {**HTTP, "periodSeconds": 10, "failureThreshold": 30}
    alive = {**HTTP, "periodSeconds": 1, "failureThreshold": 1}
    run(made, "web", serving("start=25s", startupProbe=startup, livenessProbe=alive, readinessProbe=alive), seconds=30)
    assert (status(made, "web")["started"], status(made, "web")["restartCount"]) == (False, 0)
    made.advance(5)
    assert (status(made, "web")["started"], status(made, "web")["ready"]) == (True, True)


def test_a_container_that_does_not_start_in_time_is_restarted() -> None:
    made = cluster()
    startup = {**HTTP, "periodSeconds": 2, "failureThreshold": 3}
    run(made, "web", serving("start=1h", startupProbe=startup), seconds=10)
    assert "Killing: Container c failed startup probe, will be restarted" in events(made, "web")
    address = made.get("pod", "web")["status"]["podIP"]
    refused = f'Get "http://{address}:8080/": dial tcp {address}:8080: connect: connection refused'
    assert f"Unhealthy: Startup probe failed: {refused}" in events(made, "web")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"httpGet": {"port": 9}}, 'Get "http://{ip}:9/": dial tcp {ip}:9: connect: connection refused'),
        ({"tcpSocket": {"port": 9}}, "dial tcp {ip}:9: connect: connection refused"),
        (
            {"grpc": {"port": 9}},
            (
                'timeout: failed to connect service "{ip}:9" within 1s: connection error: desc = '
                '"transport: Error while dialing: dial tcp {ip}:9: connect: connection refused"'
            ),
        ),
        (
            {"exec": {"command": ["cat", "/tmp/healthy"]}},
            "cat: can't open '/tmp/healthy': No such file or directory\n",
        ),
    ],
)
def test_each_kind_of_probe_fails_in_its_own_words(how: dict[str, object], says: str) -> None:
    made = cluster()
    run(made, "web", serving(readinessProbe=how))
    address = made.get("pod", "web")["status"]["podIP"]
    assert f"Unhealthy: Readiness probe failed: {says.format(ip=address)}" in events(made, "web")


def test_ports_may_be_named_and_tcp_and_commands_may_pass() -> None:
    made = cluster()
    ports = [{"name": "http", "containerPort": 8080}]
    named = {"httpGet": {"port": "http"}}
    run(made, "a", serving(ports=ports, readinessProbe=named))
    run(made, "b", serving(readinessProbe={"tcpSocket": {"port": 8080}}))
    run(made, "c", serving(readinessProbe={"exec": {"command": ["true"]}}))
    assert [condition(made, name, "Ready")["status"] for name in "abc"] == ["True"] * 3


def test_a_probe_that_fails_for_ever_is_soon_told_of_only_every_five_minutes() -> None:
    made = cluster()
    run(made, "web", serving(readinessProbe={"tcpSocket": {"port": 9}, "periodSeconds": 1}), seconds=3600)
    assert count(made, "web", "Unhealthy") <= 25 + 3600 / 300
    changes = made.revision
    made.advance(250)
    assert made.revision - changes <= 1


def test_readiness_goes_on_while_a_pod_ends_and_liveness_does_not() -> None:
    made = cluster()
    probes = {name: {**HTTP, "periodSeconds": 1} for name in ("readinessProbe", "livenessProbe")}
    run(made, "web", serving("stop=20s", **probes))
    made.delete("pod", "web")
    made.advance(1)
    made.faults.fail_probes("web")
    made.advance(8)
    told = events(made, "web")
    assert not any("liveness" in line.lower() for line in told)
    assert "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503" in told
    assert condition(made, "web", "Ready")["status"] == "False"


def test_a_failing_container_is_looked_at_at_the_same_ticks_as_one_that_is_asked_every_time() -> None:
    made = cluster()
    run(made, "web", serving("sick=100s", livenessProbe={**HTTP, "periodSeconds": 7}), seconds=90)
    check = box(made, "web", "c").checks["liveness"]
    started = box(made, "web", "c").run
    assert started is not None
    assert check.due == tick(check.origin, 7, started.started_at + 100)
    assert state(made, "web") == "running"


@given(origin=st.floats(0, 1e6), period=st.integers(1, 60), time=st.floats(0, 2e6), later=st.booleans())
def test_a_tick_is_the_first_of_the_grid(origin: float, period: int, time: float, *, later: bool) -> None:
    found = tick(origin, period, time, later=later)
    steps = (found - origin) / period
    assert abs(steps - round(steps)) < 1e-6
    assert found >= min(time, origin) - 1e-6
    assert found > time - 1e-3
    assert found <= max(time + period, origin) + 1e-3
