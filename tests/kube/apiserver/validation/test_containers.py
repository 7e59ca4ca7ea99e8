"""Rules of regular, init and ephemeral containers."""

from typing import Any

import pytest

from .support import LABEL, changed, defaulted, pod, pod_of, refusals, stored

C = "spec.containers[0]"
INIT = "spec.initContainers[0]"
PROTOCOLS = 'supported values: "SCTP", "TCP", "UDP"'


def test_a_plain_pod_is_fine() -> None:
    assert refusals(pod()) == []


@pytest.mark.parametrize(
    ("container", "told"),
    [
        ({"name": ""}, [f"{C}.name: Required value"]),
        ({"name": "A"}, [f'{C}.name: Invalid value: "A": {LABEL}']),
        ({"image": ""}, [f"{C}.image: Required value"]),
        ({"image": " nginx"}, [f'{C}.image: Invalid value: " nginx": must not have leading or trailing whitespace']),
        (
            {"imagePullPolicy": "Sometimes"},
            [
                (
                    f'{C}.imagePullPolicy: Unsupported value: "Sometimes": '
                    f'supported values: "Always", "IfNotPresent", "Never"'
                )
            ],
        ),
        (
            {"terminationMessagePolicy": "Log"},
            [
                (
                    f'{C}.terminationMessagePolicy: Unsupported value: "Log": '
                    'supported values: "File", "FallbackToLogsOnError"'
                )
            ],
        ),
        ({"ports": [{}]}, [f"{C}.ports[0].containerPort: Required value"]),
        (
            {"ports": [{"containerPort": 70000, "hostPort": -1}]},
            [
                f"{C}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                f"{C}.ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive",
            ],
        ),
        (
            {"ports": [{"containerPort": 80, "protocol": "tcp"}]},
            [f'{C}.ports[0].protocol: Unsupported value: "tcp": {PROTOCOLS}'],
        ),
        (
            {"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]},
            [f'{C}.ports[1].name: Duplicate value: "a"'],
        ),
        (
            {"ports": [{"containerPort": 80, "hostPort": 8}, {"containerPort": 81, "hostPort": 8}]},
            [f'{C}.ports[1].hostPort: Duplicate value: "TCP//8"'],
        ),
        (
            {"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}},
            [
                (
                    f"{C}.lifecycle.preStop.sleep: Invalid value: 31: "
                    "must be non-negative and less than terminationGracePeriodSeconds (30)"
                )
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_container(container: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod_of(**container)) == told


def test_a_port_of_the_node_is_taken_once_per_protocol_and_address() -> None:
    ports = [
        {"containerPort": 80, "hostPort": 8},
        {"containerPort": 80, "hostPort": 8, "protocol": "UDP"},
        {"containerPort": 80, "hostPort": 8, "hostIP": "10.0.0.1"},
    ]
    assert refusals(pod_of(ports=ports)) == []


def test_a_pod_needs_a_container() -> None:
    assert refusals(pod(containers=[])) == ["spec.containers: Required value"]


def test_two_containers_cannot_have_one_name() -> None:
    both = [{"name": "c", "image": "a"}, {"name": "c", "image": "b"}]
    assert refusals(pod(containers=both)) == ['spec.containers[1].name: Duplicate value: "c"']


def init(**container: Any) -> list[str]:
    return refusals(pod(initContainers=[{"name": "i", "image": "a", **container}]))


def test_an_init_container_has_a_name_of_its_own() -> None:
    assert init(name="c") == [f'{INIT}.name: Duplicate value: "c"']


@pytest.mark.parametrize("field", ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"])
def test_an_init_container_that_ends_has_no_probes_and_hooks(field: str) -> None:
    handler = {"exec": {"command": ["true"]}}
    value = {"preStop": handler} if field == "lifecycle" else handler
    assert init(**{field: value}) == [
        f"{INIT}.{field}: Forbidden: may not be set for init containers without restartPolicy=Always"
    ]
    assert init(restartPolicy="Always", **{field: value}) == []


def test_an_init_container_that_ends_is_not_restarted_by_a_resize() -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    assert init(resizePolicy=policy) == [
        (
            f'{INIT}.resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": '
            "must not be set to 'RestartContainer' for non-sidecar initContainers"
        )
    ]
    assert init(resizePolicy=policy, restartPolicy="Always") == []


def test_host_ports_of_an_init_container_conflict_only_with_its_own() -> None:
    port = {"containerPort": 80, "hostPort": 8}
    one = {"name": "i", "image": "a", "ports": [port]}
    assert refusals(pod(initContainers=[one, {**one, "name": "j"}])) == []
    twice = {**one, "ports": [port, port]}
    assert refusals(pod(initContainers=[twice])) == [
        'spec.initContainers[0].ports[1].hostPort: Duplicate value: "TCP//8"'
    ]


def test_ephemeral_containers_come_later() -> None:
    given = pod(ephemeralContainers=[{"name": "e", "image": "a"}])
    assert refusals(given) == ["spec.ephemeralContainers: Forbidden: cannot be set on create"]


def attach(**container: Any) -> list[str]:
    old = stored(pod(volumes=[{"name": "v", "emptyDir": {}}]))
    new = changed(old, "spec", "ephemeralContainers", to=[{"name": "e", "image": "a", **container}])
    return refusals(new, old, "ephemeralcontainers")


def test_an_ephemeral_container_may_be_attached() -> None:
    assert attach(targetContainerName="c") == []


@pytest.mark.parametrize(
    ("container", "told"),
    [
        ({"name": "c"}, '.name: Duplicate value: "c"'),
        ({"targetContainerName": "x"}, '.targetContainerName: Not found: "x"'),
        ({"ports": [{"containerPort": 1}]}, ".ports: Forbidden: cannot be set for an Ephemeral Container"),
        ({"resources": {"requests": {"cpu": "1"}}}, ".resources: Forbidden: cannot be set for an Ephemeral Container"),
        (
            {"volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "a"}]},
            ".volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container",
        ),
    ],
)
def test_an_ephemeral_container_may_have_little(container: dict[str, Any], told: str) -> None:
    assert attach(**container) == [f"spec.ephemeralContainers[0]{told}"]


def test_an_ephemeral_container_stays_as_it_is() -> None:
    old = stored(pod(ephemeralContainers=[{"name": "e", "image": "a"}]))
    gone = changed(old, "spec", "ephemeralContainers", to=[])
    assert refusals(gone, old, "ephemeralcontainers") == [
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be removed\n'
    ]
    other = changed(old, "spec", "ephemeralContainers", 0, "stdin", to=True)
    (told,) = refusals(other, old, "ephemeralcontainers")
    assert told.startswith(
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be changed\n@@'
    )
    assert '\n- "Stdin": false,\n+ "Stdin": true,\n' in told


def test_defaults_are_what_makes_a_short_container_valid() -> None:
    container = defaulted(pod())["spec"]["containers"][0]
    assert container["terminationMessagePolicy"] == "File"
