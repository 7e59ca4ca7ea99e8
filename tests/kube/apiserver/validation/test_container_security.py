"""Rules of a container's security context."""

from typing import Any

import pytest

from .support import pod, pod_of, refusals

S = "spec.containers[0].securityContext"
ALL = (
    '{"Capabilities":%s,"Privileged":%s,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,'
    '"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,'
    '"SeccompProfile":null,"AppArmorProfile":null}'
)


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"privileged": True, "runAsUser": 0, "runAsNonRoot": False}, []),
        ({"runAsGroup": -1}, [f"{S}.runAsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive"]),
        (
            {"procMount": "Open"},
            [f'{S}.procMount: Unsupported value: "Open": supported values: "Default", "Unmasked"'],
        ),
        (
            {"procMount": "Unmasked"},
            [f'{S}.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
        ),
        (
            {"privileged": True, "allowPrivilegeEscalation": False},
            [
                (
                    f"{S}: Invalid value: {ALL % ('null', 'true')}: "
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
                )
            ],
        ),
        (
            {"capabilities": {"add": ["CAP_SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
            [
                f"{S}: Invalid value: " + ALL % ('{"Add":["CAP_SYS_ADMIN"],"Drop":null}', "null") + ": "
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_security_context(context: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod_of(securityContext=context)) == told


def test_proc_may_be_unmasked_in_a_user_namespace() -> None:
    container = {"name": "c", "image": "a", "securityContext": {"procMount": "Unmasked"}}
    assert refusals(pod(hostUsers=False, containers=[container])) == []
