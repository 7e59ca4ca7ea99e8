"""Rules of a pod's security context and operating system."""

from typing import Any

import pytest

from .support import pod, refusals

S = "spec.securityContext"
ID = "must be between 0 and 2147483647, inclusive"
WINDOWS = {"windowsOptions": {"hostProcess": True}}


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"fsGroup": 1, "sysctls": [{"name": "net/ipv4.x", "value": "1"}]}, []),
        (
            {"fsGroup": -1, "runAsUser": -2},
            [f"{S}.fsGroup: Invalid value: -1: {ID}", f"{S}.runAsUser: Invalid value: -2: {ID}"],
        ),
        ({"supplementalGroups": [1, -1]}, [f"{S}.supplementalGroups[1]: Invalid value: -1: {ID}"]),
        (
            {"sysctls": [{"name": ""}, {"name": "A"}, {"name": "a"}, {"name": "a"}]},
            [
                f"{S}.sysctls[0].name: Required value",
                (
                    f'{S}.sysctls[1].name: Invalid value: "A": must have at most 253 characters and match regex '
                    r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
                ),
                f'{S}.sysctls[3].name: Duplicate value: "a"',
            ],
        ),
        (
            {"fsGroupChangePolicy": "No"},
            [f'{S}.fsGroupChangePolicy: Unsupported value: "No": supported values: "Always", "OnRootMismatch"'],
        ),
        (
            {"supplementalGroupsPolicy": "No"},
            [f'{S}.supplementalGroupsPolicy: Unsupported value: "No": supported values: "Merge", "Strict"'],
        ),
        (
            {"seLinuxChangePolicy": "No"},
            [f'{S}.seLinuxChangePolicy: Unsupported value: "No": supported values: "MountOption", "Recursive"'],
        ),
    ],
)
def test_what_is_wrong_with_a_pods_security_context(context: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod(securityContext=context)) == told


def test_sysctls_of_a_namespace_shared_with_the_node_are_refused() -> None:
    context = {"sysctls": [{"name": "net.a", "value": "1"}, {"name": "kernel/msgmax", "value": "1"}]}
    assert refusals(pod(hostNetwork=True, hostIPC=True, securityContext=context)) == [
        f"{S}.sysctls[0].name: Invalid value: \"net.a\": may not be specified when 'hostNetwork' is true",
        f"{S}.sysctls[1].name: Invalid value: \"kernel/msgmax\": may not be specified when 'hostIPC' is true",
    ]


def test_processes_are_shared_within_the_pod_or_with_the_node() -> None:
    assert refusals(pod(hostPID=True, shareProcessNamespace=True)) == [
        f"{S}.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled"
    ]


def test_a_user_namespace_excludes_the_nodes_other_namespaces() -> None:
    assert refusals(pod(hostUsers=False, hostNetwork=True, hostPID=True, hostIPC=True)) == [
        "spec.hostNetwork: Forbidden: when `hostUsers` is false",
        "spec.HostPID: Forbidden: when `hostUsers` is false",
        "spec.HostIPC: Forbidden: when `hostUsers` is false",
    ]


def test_windows_host_processes_are_all_or_none() -> None:
    containers = [{"name": "a", "image": "a", "securityContext": WINDOWS}, {"name": "b", "image": "b"}]
    assert refusals(pod(containers=containers)) == [
        (
            'spec: Invalid value: "": If pod contains any hostProcess '
            "containers then all containers must be HostProcess containers"
        ),
        "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers",
    ]
    other = {"windowsOptions": {"hostProcess": False}}
    given = pod(hostNetwork=True, securityContext=other, containers=containers[:1])
    assert refusals(given) == [
        (
            "spec.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: true: "
            "pod hostProcess value must be identical if both are specified, was false"
        )
    ]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"os": {"name": "linux"}}, []),
        ({"os": {"name": ""}}, ["spec.os.name: Required value"]),
        ({"os": {"name": "bsd"}}, ['spec.os: Unsupported value: "bsd": supported values: "linux", "windows"']),
        (
            {"os": {"name": "linux"}, "securityContext": {"windowsOptions": {}}},
            [f"{S}.windowsOptions: Forbidden: windows options cannot be set for a linux pod"],
        ),
        (
            {
                "os": {"name": "windows"},
                "hostPID": True,
                "hostIPC": False,
                "securityContext": {"runAsUser": 1, "sysctls": []},
            },
            [
                "spec.hostPID: Forbidden: cannot be set for a windows pod",
                f"{S}.runAsUser: Forbidden: cannot be set for a windows pod",
            ],
        ),
    ],
)
def test_what_fits_the_operating_system(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod(**spec)) == told


def test_what_fits_a_container_on_windows() -> None:
    container = {"name": "c", "image": "a", "securityContext": {"privileged": False, "capabilities": {}}}
    assert refusals(pod(os={"name": "windows"}, containers=[container])) == [
        "spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod",
        "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
    ]
