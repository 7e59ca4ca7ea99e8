"""Rules of a pod's spec, and their order."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.pod_spec import validate_pod_spec

from .support import NAME_PART, SUBDOMAIN, pod, refusals, told


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        (
            {"restartPolicy": "Often"},
            ['spec.restartPolicy: Unsupported value: "Often": supported values: "Always", "OnFailure", "Never"'],
        ),
        ({"nodeSelector": {"a b": "c"}}, [f'spec.nodeSelector: Invalid value: "a b": {NAME_PART}']),
        ({"nodeName": "N"}, [f'spec.nodeName: Invalid value: "N": {SUBDOMAIN}']),
        ({"serviceAccountName": "S"}, [f'spec.serviceAccountName: Invalid value: "S": {SUBDOMAIN}']),
        ({"priorityClassName": "P"}, [f'spec.priorityClassName: Invalid value: "P": {SUBDOMAIN}']),
        ({"runtimeClassName": ""}, [f'spec.runtimeClassName: Invalid value: "": {SUBDOMAIN}']),
        (
            {"activeDeadlineSeconds": 2**31},
            ["spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and 2147483647, inclusive"],
        ),
        (
            {"preemptionPolicy": "Yes"},
            ['spec.preemptionPolicy: Unsupported value: "Yes": supported values: "PreemptLowerPriority", "Never"'],
        ),
        (
            {"readinessGates": [{"conditionType": "a b"}]},
            [f'spec.readinessGates[0].conditionType: Invalid value: "a b": {NAME_PART}'],
        ),
        (
            {"schedulingGates": [{"name": "a b"}, {"name": "c"}, {"name": "c"}]},
            [
                f'spec.schedulingGates[0]: Invalid value: "a b": {NAME_PART}',
                'spec.schedulingGates[2]: Duplicate value: "c"',
            ],
        ),
        (
            {"overhead": {"cpu": "-1"}},
            ['spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
        ),
        (
            {"resourceClaims": [{"name": "a"}]},
            [
                (
                    "spec.resourceClaims[0]: Invalid value: "
                    '{"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: '
                    "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
                )
            ],
        ),
        (
            {"resourceClaims": [{"name": "a", "resourceClaimName": "b"}, {"name": "a", "resourceClaimName": "B"}]},
            [
                'spec.resourceClaims[1].name: Duplicate value: "a"',
                f'spec.resourceClaims[1].resourceClaimName: Invalid value: "B": {SUBDOMAIN}',
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_spec(spec: dict[str, Any], lines: list[str]) -> None:
    assert refusals(pod(**spec)) == lines


def test_errors_come_in_the_order_of_the_real_checks() -> None:
    given = pod(
        tolerations=[{}],
        hostname="A",
        nodeName="N",
        affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}},
        dnsPolicy="x",
        restartPolicy="x",
        containers=[],
        volumes=[{"name": "v", "secret": {}}],
    )
    fields = [line.partition(":")[0] for line in refusals(given)]
    assert fields == [
        "spec.volumes[0].secret.secretName",
        "spec.containers",
        "spec.restartPolicy",
        "spec.dnsPolicy",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
        "spec.nodeName",
        "spec.hostname",
        "spec.tolerations[0].operator",
    ]


def test_without_defaults_even_the_simplest_spec_lacks_something() -> None:
    lines = told(validate_pod_spec({"containers": [{"name": "c", "image": "a"}]}, Path("spec")))
    assert lines == [
        "spec.terminationGracePeriodSeconds: Required value",
        "spec.containers[0].terminationMessagePolicy: Required value",
        "spec.containers[0].imagePullPolicy: Required value",
        "spec.restartPolicy: Required value",
        "spec.dnsPolicy: Required value",
    ]
